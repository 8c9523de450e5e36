package io.sluice.transport;

import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricsReader;
import io.sluice.transport.reload.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether {@code prices.file} is another one: the thread {@code price-file}.
 *
 * <p>Safe for any thread.
 */
final class PriceWatch implements AutoCloseable {

    /*
     * Looking finds what notifications of the file system do not tell: files on a network, and
     * links that are turned. A file is read once it looked the same twice, so that one that is
     * being written is left alone.
     */

    private static final Logger LOG = LoggerFactory.getLogger(PriceWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Supplier<@Nullable Path> files;
    private final Load load;
    private final AtomicLong loaded = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread;
    private volatile boolean isClosed;
    private Seen known;
    private Seen seen;

    /** Takes the file as it is now. */
    @FunctionalInterface
    interface Load {

        /**
         * Takes it whole, or not at all.
         *
         * @return how many models have a price in it
         * @throws IOException if it cannot be used; the message says where and why
         */
        int load() throws IOException;
    }

    /** A version of a file. Another file has been read by whoever named it. */
    private record Seen(@Nullable Path file, @Nullable FileStamp stamp) {}

    /**
     * A watch that does not look yet.
     *
     * @param files which file it is; as it is now it is known, later versions are loaded
     */
    PriceWatch(Supplier<@Nullable Path> files, Load load) {
        this.files = files;
        this.load = load;
        this.known = stamp();
        this.seen = known;
        this.thread = Thread.ofPlatform().daemon().name("price-file").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!isClosed) {
            LockSupport.parkNanos(this, LOOK.toNanos());
            look();
        }
    }

    /** Looks once; a change that it sees for the first time waits for the next look. */
    void look() {
        Seen now = stamp();
        boolean isSettled = now.equals(seen);
        boolean isAnother = !Objects.equals(now.file(), known.file());
        seen = now;
        if (isAnother) {
            known = now;
        } else if (!isClosed && isSettled && !now.equals(known)) {
            known = now;
            take(now);
        }
    }

    private void take(Seen now) {
        Path file = now.file();
        if (now.stamp() == null) {
            LOG.warn("{} is not there any more; its prices go on to count", file);
            return;
        }
        try {
            int models = load.load();
            loaded.incrementAndGet();
            LOG.info(
                    "{} was read anew: prices of {} models count from the next call", file, models);
        } catch (IOException e) {
            refused.incrementAndGet();
            LOG.warn(
                    "{} was changed and cannot be used; the prices stay: {}", file, e.getMessage());
        }
    }

    private Seen stamp() {
        Path file = files.get();
        return new Seen(file, file == null ? null : FileStamp.of(file));
    }

    /** Passes its numbers on. */
    void readMetrics(MetricsReader reader) {
        reader.onValue(Metric.PRICE_FILE_READS, List.of("loaded"), loaded.get());
        reader.onValue(Metric.PRICE_FILE_READS, List.of("refused"), refused.get());
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
