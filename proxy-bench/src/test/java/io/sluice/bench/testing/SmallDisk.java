package io.sluice.bench.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few MiB, in memory, that a test fills and empties. For one thread. */
public final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 4096;
    private static final long PATIENCE_SECONDS = 60;
    private static final long PAUSE_MILLIS = 1;

    private final Path folder;
    private final Path filler;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /** What is looked at again and again. */
    @FunctionalInterface
    public interface Condition {

        /** Whether it is so now. */
        boolean isSo() throws Exception;
    }

    /** Mounts one; the test is skipped where that is not allowed. */
    public static SmallDisk mount(Path folder, int mebibytes) {
        boolean isMounted =
                run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder) == 0;
        Assumptions.assumeTrue(isMounted, "a file system of its own cannot be mounted here");
        return new SmallDisk(folder);
    }

    /** Takes every block that is or becomes free, until something is so. */
    public void fillUntil(Condition condition) throws Exception {
        AtomicBoolean isEnough = new AtomicBoolean();
        Thread filling = Thread.ofPlatform().start(() -> fill(isEnough));
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!condition.isSo()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("the disk was full and nothing came of it");
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } finally {
            isEnough.set(true);
            filling.join();
        }
    }

    /** Gives all that was taken back. */
    public void empty() throws IOException {
        Files.delete(filler);
    }

    private void fill(AtomicBoolean isEnough) {
        try (FileChannel channel =
                FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (!isEnough.get()) {
                fill(channel);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fill(FileChannel channel) {
        try {
            channel.write(ByteBuffer.allocate(BLOCK));
        } catch (IOException _) {
            Thread.onSpinWait();
        }
    }

    /** Unmounts it, whoever has files open there. */
    @Override
    public void close() {
        run("umount", "-l", folder);
    }

    private static int run(Object... command) {
        ProcessBuilder builder = new ProcessBuilder();
        for (Object word : command) {
            builder.command().add(word.toString());
        }
        try {
            return builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException _) {
            return -1;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
