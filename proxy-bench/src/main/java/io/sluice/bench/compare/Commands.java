package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Programs that are run to their end. */
final class Commands {

    private Commands() {}

    /**
     * Waits for a good end.
     *
     * @param log what the program says, shown where it fails
     * @throws IOException if it fails or takes longer
     */
    static void await(Process process, long seconds, Path log) throws IOException {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("it takes longer than " + seconds + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("it failed: " + Files.readString(log));
        }
    }
}
