package io.sluice.bench.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@code sluice} command in a process of its own, with the flags and the class path that {@code
 * bin/sluice} gives it.
 */
public final class CommandProcess implements AutoCloseable {

    /*
     * The output goes to a file, so that nobody has to read it for the process to go on, and so
     * that all of it can be shown where the process does not become ready.
     */

    private static final long STOP_SECONDS = 10;

    /** For processes that live for seconds, as SLUICE_JVM_OPTIONS would add it. */
    private static final String LIGHT_START = "-XX:TieredStopAtLevel=1";

    private static final Path HOME = home();

    private final Process process;
    private final Path output;
    private final String ready;

    private CommandProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
        this.ready = awaitReady();
    }

    /**
     * Starts the command and waits until it says that it is ready.
     *
     * @param folder where its output goes, and where it runs
     * @throws IllegalStateException if the distribution is missing, or the command ends before
     * @throws UncheckedIOException if it cannot be started
     */
    public static CommandProcess start(Path folder, String name, String... arguments) {
        Path distribution = HOME.resolve("proxy-bench/target/dist");
        if (!Files.exists(distribution.resolve(".built"))) {
            throw new IllegalStateException(
                    distribution + " is missing: the package phase of proxy-bench makes it");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + HOME.resolve("conf/jvm.options"));
        command.add(LIGHT_START);
        command.add("-Dsluice.home=" + HOME);
        command.addAll(List.of("-cp", distribution + "/*", "io.sluice.transport.cli.Sluice", name));
        command.addAll(List.of(arguments));
        Path output = folder.resolve(name + ".out");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(CommandProcess::isOfTheService);
        try {
            return new CommandProcess(
                    builder.redirectErrorStream(true).redirectOutput(output.toFile()).start(),
                    output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the line of readiness says after {@code <name>=}.
     *
     * @throws IllegalStateException if it says nothing of the kind
     */
    public String ready(String name) {
        for (String word : ready.split(" ", -1)) {
            if (word.startsWith(name + "=")) {
                return word.substring(name.length() + 1);
            }
        }
        throw new IllegalStateException("no " + name + " in: " + ready);
    }

    private String awaitReady() {
        Polling.await(() -> !process.isAlive() || readyLine() != null, this::output);
        String line = readyLine();
        if (line == null) {
            close();
            throw new IllegalStateException("ended before it was ready: " + output());
        }
        return line;
    }

    /** The line that says so, once all of it is there. */
    private @Nullable String readyLine() {
        String said = output();
        return said.substring(0, said.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("ready "))
                .findFirst()
                .orElse(null);
    }

    private String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isOfTheService(String variable) {
        return variable.startsWith("SLUICE") || variable.equals("DATABASE_URL");
    }

    private static Path home() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("conf/jvm.options"))) {
                return at;
            }
        }
        throw new IllegalStateException("not run inside the repository");
    }
}
