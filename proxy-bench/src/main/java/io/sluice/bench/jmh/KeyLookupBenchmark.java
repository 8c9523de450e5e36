package io.sluice.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.sluice.auth.KeyGrant;
import io.sluice.auth.KeyHash;
import io.sluice.auth.KeyLimits;
import io.sluice.auth.KeyProbe;
import io.sluice.auth.KeyTable;
import io.sluice.auth.Keys;
import io.sluice.auth.KnownKey;
import io.sluice.auth.ModelAccess;
import io.sluice.auth.Owner;
import io.sluice.auth.Principal;
import io.sluice.auth.ProviderKeys;
import io.sluice.http.RequestHead;
import io.sluice.http.RequestHeadParser;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Finds whose key a request carries: reads it from the head, hashes it and looks it up, among a
 * thousand keys of the file and then among those of the database that are known.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyLookupBenchmark {

    private static final String STORED = "sk-stored-500-0123456789abcdef0123456789abcdef";
    private static final long NOW_MILLIS = 1_767_225_600_000L;
    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int MAX_HEADERS = 128;

    private final KeyTable ofFile = KeyTable.of(Samples.settings());
    private final Keys ofDatabase =
            new Keys(
                    KeyLookupBenchmark::grant,
                    Runnable::run,
                    () -> Instant.ofEpochMilli(NOW_MILLIS),
                    KeyLimits.DEFAULT);
    private final KeyProbe probe = new KeyProbe();
    private final RequestHead known = parsed(Samples.REQUEST_HEAD);
    private final RequestHead stored = parsed(Samples.REQUEST_HEAD.replace(Samples.KEY, STORED));

    /** Makes the keys. */
    public KeyLookupBenchmark() {
        ofDatabase.load(KeyHash.of(STORED)).join();
    }

    /** A key of the file. */
    @Benchmark
    public @Nullable Principal ofFile() {
        return probe.read(known) ? ofFile.find(probe) : null;
    }

    /** A key of the database. */
    @Benchmark
    public @Nullable KnownKey ofDatabase() {
        boolean isFound = probe.read(stored) && ofFile.find(probe) == null;
        return isFound ? ofDatabase.find(probe, NOW_MILLIS) : null;
    }

    private static KeyGrant grant(KeyHash hash) {
        Principal principal =
                new Principal(
                        "key", "alias", false, ModelAccess.ALL, Owner.NONE, null, List.of(), null);
        return new KeyGrant(
                principal,
                "sk-...cdef",
                KeyGrant.NEVER,
                KeyGrant.NEVER,
                null,
                0,
                ProviderKeys.NONE);
    }

    private static RequestHead parsed(String text) {
        RequestHead head = new RequestHead();
        ByteBuf bytes = Samples.buffer(text);
        if (!new RequestHeadParser(MAX_HEAD_BYTES, MAX_HEADERS).parse(bytes, head)) {
            throw new IllegalStateException("the head is not whole");
        }
        return head;
    }
}
