package io.sluice.transport.reload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks once a second whether one of some files is another one: the thread {@code config-file}.
 *
 * <p>Safe for any thread.
 */
public final class FileWatch implements AutoCloseable {

    /*
     * Looking finds what notifications of the file system do not tell: files on a network, links
     * that are turned, editors that write beside and rename. A change counts once it looked the
     * same twice, so that a file that is being written is left alone.
     */

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Supplier<Collection<Path>> files;
    private final Runnable onChange;
    private final Thread thread;
    private volatile boolean isClosed;
    private Map<Path, @Nullable FileStamp> known;
    private Map<Path, @Nullable FileStamp> seen;

    /**
     * A watch that does not look yet.
     *
     * @param files asked for at each look
     * @param onChange runs on the watch's thread, and may block
     */
    public FileWatch(Supplier<Collection<Path>> files, Runnable onChange) {
        this.files = files;
        this.onChange = onChange;
        this.known = stamps();
        this.seen = known;
        this.thread = Thread.ofPlatform().daemon().name("config-file").unstarted(this::run);
    }

    public void start() {
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
        Map<Path, @Nullable FileStamp> now = stamps();
        boolean isSettled = now.equals(seen);
        seen = now;
        if (isClosed || !isSettled || now.equals(known)) {
            return;
        }
        onChange.run();
        Map<Path, @Nullable FileStamp> after = stamps();
        after.replaceAll((path, stamp) -> now.containsKey(path) ? now.get(path) : stamp);
        known = after;
        seen = after;
    }

    private Map<Path, @Nullable FileStamp> stamps() {
        Map<Path, @Nullable FileStamp> stamps = new HashMap<>();
        for (Path file : files.get()) {
            stamps.put(file, FileStamp.of(file));
        }
        return stamps;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
