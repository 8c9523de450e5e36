package io.sluice.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process that was started for a comparison. */
final class Child implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;
    private static final String CACHE_FLAG = "-XX:AOTCache=";

    private final Process process;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program on certain processors; what it says of errors goes to a log.
     *
     * @throws IOException if it cannot be run
     */
    static Child start(Path folder, String name, Pinning.Cores cores, List<String> command)
            throws IOException {
        Path log = folder.resolve(name + ".log");
        List<String> whole = new ArrayList<>(cores.prefix());
        whole.addAll(command);
        Process process =
                new ProcessBuilder(whole)
                        .directory(folder.toFile())
                        .redirectError(log.toFile())
                        .start();
        return new Child(process, log);
    }

    /**
     * The flags that it is shipped with, for a report; and those of the environment.
     *
     * @throws IOException if their file cannot be read
     */
    static String flags() throws IOException {
        Path file = flagsFile();
        String shipped =
                Files.exists(file)
                        ? Files.readAllLines(file).stream()
                                .filter(line -> line.startsWith("-"))
                                .collect(Collectors.joining(" "))
                        : "";
        return (shipped + " " + String.join(" ", ownFlags())).strip();
    }

    /** The AOT cache that this process itself runs with, or {@code null}. */
    static @Nullable Path cache() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith(CACHE_FLAG))
                .map(flag -> Path.of(flag.substring(CACHE_FLAG.length())))
                .findFirst()
                .orElse(null);
    }

    /** Further flags of the environment, as the launcher takes them. */
    private static List<String> ownFlags() {
        String given = System.getenv("SLUICE_JVM_OPTIONS");
        return given == null || given.isBlank()
                ? List.of()
                : List.of(given.strip().split(" +", -1));
    }

    private static Path flagsFile() {
        return Path.of(System.getProperty("sluice.home", "."), "conf", "jvm.options");
    }

    /** The command {@code sluice} in a Java of its own, with the flags that it is shipped with. */
    static List<String> sluice(List<String> arguments) {
        return sluice(arguments, cache(), List.of());
    }

    /**
     * The same with a certain AOT cache and further flags.
     *
     * @param cache {@code null} for none
     */
    static List<String> sluice(List<String> arguments, @Nullable Path cache, List<String> more) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path flags = flagsFile();
        if (Files.exists(flags)) {
            command.add("@" + flags.toAbsolutePath());
        } else {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (cache != null) {
            command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        command.addAll(ownFlags());
        command.addAll(more);
        command.add("-cp");
        command.add(classPath());
        command.add("io.sluice.transport.cli.Sluice");
        command.addAll(arguments);
        return command;
    }

    /** Of this process, with no part that depends on where it runs. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * Waits for a line on standard output.
     *
     * @throws IOException if the process ends without it
     */
    Matcher await(Pattern line) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String said = out.readLine(); said != null; said = out.readLine()) {
            Matcher matcher = line.matcher(said);
            if (matcher.matches()) {
                Thread.ofVirtual().start(() -> skip(out));
                return matcher;
            }
        }
        throw new IOException("it did not start: " + Files.readString(log));
    }

    private static void skip(BufferedReader out) {
        try {
            while (out.readLine() != null) {}
        } catch (IOException _) {
            // The process has ended.
        }
    }

    ProcessTree tree() {
        return new ProcessTree(process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
