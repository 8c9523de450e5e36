package io.sluice.transport;

import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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

    private final Path file;
    private final Load load;
    private final AtomicLong loaded = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread;
    private volatile boolean isClosed;
    private @Nullable Stamp known;
    private @Nullable Stamp seen;

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

    /** What tells one version of a file from another. */
    private record Stamp(FileTime changed, long size, @Nullable Object key) {}

    /**
     * A watch that does not look yet.
     *
     * @param file as it is now; later versions are loaded
     */
    PriceWatch(Path file, Load load) {
        this.file = file;
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
        Stamp now = stamp();
        boolean isSettled = Objects.equals(now, seen);
        seen = now;
        if (isClosed || !isSettled || Objects.equals(now, known)) {
            return;
        }
        known = now;
        if (now == null) {
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

    private @Nullable Stamp stamp() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        } catch (IOException _) {
            return null;
        }
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
