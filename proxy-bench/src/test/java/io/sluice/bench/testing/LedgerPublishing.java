package io.sluice.bench.testing;

import io.sluice.config.LedgerSettings;
import io.sluice.ledger.AttemptRow;
import io.sluice.ledger.Ledger;
import io.sluice.ledger.LedgerNotices;
import io.sluice.ledger.LedgerPublisher;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A process that publishes to a ledger from three threads until it is killed, and says on standard
 * output what it has published, a line each.
 */
public final class LedgerPublishing {

    public static final LedgerSettings SETTINGS =
            new LedgerSettings(
                    true, 1 << 20, 256 << 20, Duration.ofMillis(5), LedgerSettings.WhenFull.REFUSE);

    private static final int THREADS = 3;

    private LedgerPublishing() {}

    /**
     * Publishes for ever.
     *
     * @param arguments the ledger's folder, and a number that no run before had
     * @throws IOException when the ledger cannot be opened
     */
    public static void main(String[] arguments) throws IOException {
        Ledger ledger =
                Ledger.open(Path.of(arguments[0]), SETTINGS, new Spoken(), InstantSource.system());
        long run = Long.parseLong(arguments[1]);
        for (int thread = 1; thread <= THREADS; thread++) {
            int attempt = thread;
            Thread.ofPlatform().start(() -> publish(ledger.newPublisher(), run, attempt));
        }
    }

    private static void publish(LedgerPublisher publisher, long run, int attempt) {
        AttemptRow row = new AttemptRow();
        for (long call = 0; ; call++) {
            while (!publisher.reserve()) {
                Thread.onSpinWait();
            }
            row.clear();
            row.setId(run, call, attempt);
            row.setRequestId("request-" + call);
            row.setEndpoint("CHAT_COMPLETIONS", true);
            row.setModels("fast", "gpt-5");
            publisher.admit(row);
            say("admitted", run, call, attempt);
            publisher.progress(row, 1, 2, 3);
            publisher.settle(row);
            say("settled", run, call, attempt);
        }
    }

    private static void say(String what, long run, long call, int attempt) {
        String line = what + " " + run + " " + call + " " + attempt + " .\n";
        try {
            Lines.OUT.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            Runtime.getRuntime().halt(1);
        }
    }

    /** Standard output without a buffer: each line is one write. */
    private static final class Lines {

        private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
    }

    private static final class Spoken implements LedgerNotices {

        @Override
        public void onWarning(String sentence) {
            System.err.println(sentence);
        }

        @Override
        public void onNotice(String sentence) {
            System.err.println(sentence);
        }
    }
}
