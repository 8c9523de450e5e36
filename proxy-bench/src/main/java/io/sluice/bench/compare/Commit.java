package io.sluice.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Which state of the sources was measured. */
final class Commit {

    private static final int PATIENCE_SECONDS = 10;

    private Commit() {}

    /** Its short name, and whether files have changed since; or that it is not known. */
    static String describe() {
        String home = Path.of(System.getProperty("sluice.home", ".")).toString();
        String commit = git("-C", home, "rev-parse", "--short", "HEAD");
        if (commit.isEmpty()) {
            return "not known";
        }
        boolean hasChanged = !git("-C", home, "status", "--porcelain", "-uno").isEmpty();
        return commit + (hasChanged ? " and changes" : "");
    }

    private static String git(String... arguments) {
        try {
            String[] command = new String[arguments.length + 1];
            command[0] = "git";
            System.arraycopy(arguments, 0, command, 1, arguments.length);
            Process git =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String said = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
            boolean isDone = git.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return isDone && git.exitValue() == 0 ? said : "";
        } catch (IOException _) {
            return "";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
