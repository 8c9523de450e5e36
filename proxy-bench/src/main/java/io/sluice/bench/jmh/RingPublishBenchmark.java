package io.sluice.bench.jmh;

import io.sluice.config.LedgerSettings;
import io.sluice.ledger.AttemptRow;
import io.sluice.ledger.Ledger;
import io.sluice.ledger.LedgerNotices;
import io.sluice.ledger.LedgerPublisher;
import io.sluice.ledger.Outcome;
import io.sluice.price.CallCost;
import io.sluice.price.Currency;
import io.sluice.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Tells the ledger of attempts: room taken, admitted, settled. As many at a time as the ring holds,
 * for the disk behind it is slower than any ring.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingPublishBenchmark {

    private static final int ATTEMPTS = 2_000;
    private static final LedgerSettings SETTINGS =
            new LedgerSettings(
                    true,
                    128 << 20,
                    4L << 30,
                    Duration.ofMillis(50),
                    LedgerSettings.WhenFull.REFUSE);

    private final AttemptRow row = new AttemptRow();
    private final Usage usage = new Usage();
    private final CallCost cost =
            new CallCost(CallCost.State.PRICED, 1_000_000, Currency.USD.code(), 1_000_000);
    private final List<String> tags = List.of("batch", "nightly");

    private @Nullable Path folder;
    private @Nullable Ledger ledger;
    private @Nullable LedgerPublisher publisher;
    private long call;

    /**
     * Opens a ledger.
     *
     * @throws IOException if the disk has no room
     */
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("sluice-ring");
        ledger = Ledger.open(folder, SETTINGS, new Silent(), InstantSource.system());
        publisher = ledger.newPublisher();
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(1717);
        usage.setOutputTokens(333);
    }

    /**
     * Closes it and removes its files.
     *
     * @throws IOException if they cannot be removed
     */
    @TearDown
    public void close() throws IOException {
        if (ledger == null || folder == null) {
            return;
        }
        ledger.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Attempts, one after the other. */
    @Benchmark
    @OperationsPerInvocation(ATTEMPTS)
    public long publishMany() {
        for (int i = 0; i < ATTEMPTS; i++) {
            publish();
        }
        return call;
    }

    /**
     * One attempt.
     *
     * @throws IllegalStateException if no ledger is open
     */
    void publish() {
        LedgerPublisher own = publisher;
        if (own == null) {
            throw new IllegalStateException("not open");
        }
        while (!own.reserve()) {
            Thread.onSpinWait();
        }
        call++;
        row.clear();
        row.setId(1, call, 1);
        row.setRequestId("req_0123456789abcdef0123456789abcdef");
        row.setAdmittedMillis(1_767_225_600_000L);
        row.setKey("key-0123456789abcdef", "ci");
        row.setOwner("user", "team", "organization", "project");
        row.setTags(tags);
        row.setEndpoint("CHAT_COMPLETIONS", true);
        row.setModels("fast", "gpt-4o");
        row.setTarget("openai", "openai/gpt-4o");
        own.admit(row);
        row.setOutcome(Outcome.COMPLETED);
        row.setStatus(200, null);
        row.setTermination('-', '-');
        row.setUsage(usage);
        row.setCost(cost);
        row.setEndedMillis(1_767_225_601_000L);
        row.setTimes(300, 1000, 250);
        row.setBytes(1024, 40_000);
        own.settle(row);
    }

    /** Nobody reads what a benchmark's ledger has to say. */
    private static final class Silent implements LedgerNotices {

        @Override
        public void onWarning(String sentence) {}

        @Override
        public void onNotice(String sentence) {}
    }
}
