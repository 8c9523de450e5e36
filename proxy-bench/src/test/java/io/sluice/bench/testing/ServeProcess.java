package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The command {@code sluice serve} in a process of its own, with this test's class path. */
public final class ServeProcess implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile(
                    "ready data=http://127\\.0\\.0\\.1:(\\d+) admin=http://127\\.0\\.0\\.1:(\\d+)");
    private static final long PATIENCE_SECONDS = 90;

    private final Process process;
    private final Path errors;
    private int dataPort;
    private int adminPort;

    private ServeProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /** Starts {@code serve} with further arguments; what it says of errors goes to a file. */
    public static ServeProcess start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("io.sluice.transport.cli.Sluice");
        command.add("serve");
        command.addAll(List.of(arguments));
        Path errors = folder.resolve("errors-" + System.nanoTime() + ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(errors.toFile())
                        .start();
        return new ServeProcess(process, errors);
    }

    /** Waits for the line that says where it serves. */
    public ServeProcess awaitReady() throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        @Nullable String line = out.readLine();
        while (line != null) {
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                dataPort = Integer.parseInt(ready.group(1));
                adminPort = Integer.parseInt(ready.group(2));
                Thread.ofVirtual().start(() -> skip(out));
                return this;
            }
            line = out.readLine();
        }
        throw new IOException("it did not get ready: " + errors());
    }

    private static void skip(BufferedReader out) {
        try {
            while (out.readLine() != null) {}
        } catch (IOException _) {
            // The process has ended.
        }
    }

    public int dataPort() {
        return dataPort;
    }

    public int adminPort() {
        return adminPort;
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGHUP. */
    public void hangUp() throws IOException {
        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
    }

    /** Sends SIGKILL and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not end: " + errors());
        }
        return process.exitValue();
    }

    /** What it has said of errors. */
    public String errors() {
        try {
            return java.nio.file.Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
