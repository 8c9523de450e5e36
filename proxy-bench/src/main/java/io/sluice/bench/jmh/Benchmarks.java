package io.sluice.bench.jmh;

import io.sluice.bench.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.StringJoiner;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks with JMH's own options, always with what they allocate, and writes the
 * results as JSON and as a Markdown table beside it.
 */
public final class Benchmarks {

    private static final String USUAL_RESULT = "jmh-result.json";

    private Benchmarks() {}

    /**
     * Runs what the options name.
     *
     * @throws CommandLineOptionException if they cannot be read
     * @throws RunnerException if a benchmark fails
     * @throws IOException if the table cannot be written
     */
    public static void main(String[] arguments)
            throws CommandLineOptionException, RunnerException, IOException {
        CommandLineOptions given = new CommandLineOptions(arguments);
        String result = given.getResult().orElse(USUAL_RESULT);
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .parent(given)
                                        .addProfiler(GCProfiler.class)
                                        .resultFormat(ResultFormatType.JSON)
                                        .result(result)
                                        .jvmArgsAppend(
                                                "--enable-native-access=ALL-UNNAMED",
                                                "--sun-misc-unsafe-memory-access=allow",
                                                "--add-exports=java.base/jdk.internal.misc"
                                                        + "=ALL-UNNAMED",
                                                "-XX:+UseCompactObjectHeaders")
                                        .build())
                        .run();
        String table = table(results, String.join(" ", arguments));
        Files.writeString(Path.of(result.replaceFirst("\\.json$", "") + ".md"), table);
        System.out.println(table);
    }

    private static String table(Collection<RunResult> results, String arguments) {
        StringBuilder out = new StringBuilder();
        out.append("* machine: ").append(Machine.describe()).append('\n');
        out.append("* command: java -jar proxy-bench/target/benchmarks.jar ")
                .append(arguments)
                .append("\n\n| Benchmark | Parameters | ns/op | ± | GB/s | B/op |\n")
                .append("|---|---|---|---|---|---|\n");
        for (RunResult result : results) {
            row(out, result);
        }
        return out.toString();
    }

    private static void row(StringBuilder out, RunResult result) {
        StringJoiner parameters = new StringJoiner(", ");
        for (String key : result.getParams().getParamsKeys()) {
            parameters.add(key + " " + result.getParams().getParam(key));
        }
        String name = result.getParams().getBenchmark();
        Result<?> primary = result.getPrimaryResult();
        out.append("| ")
                .append(name.substring(Benchmarks.class.getPackageName().length() + 1))
                .append(" | ")
                .append(parameters)
                .append(" | ")
                .append(number(primary.getScore()))
                .append(" | ")
                .append(number(primary.getScoreError()))
                .append(" | ")
                .append(gigabytes(result))
                .append(" | ")
                .append(number(score(result, "gc.alloc.rate.norm")))
                .append(" |\n");
    }

    /** A nanosecond for each byte is a gigabyte a second. */
    private static String gigabytes(RunResult result) {
        double nanosPerByte = score(result, "bytes");
        return Double.isNaN(nanosPerByte) ? "" : number(1 / nanosPerByte);
    }

    private static double score(RunResult result, String name) {
        Result<?> found = result.getSecondaryResults().get(name);
        return found == null ? Double.NaN : found.getScore();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,.2f", value);
    }
}
