package io.sluice.bench.cli;

import io.sluice.bench.load.Spread;
import io.sluice.bench.report.LoadReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a gateway grows while it is under load: looks at its process and at its metrics from time
 * to time.
 */
final class SoakWatch {

    /*
     * The first quarter of the run is left out, for it fills pools and compiles. What is seen in
     * the last quarter must not be more than in the second one, but for a tenth and a little.
     */

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final double GROWTH = 1.1;
    private static final int QUARTERS = 4;
    private static final double KIB = 1024;

    /** What must stay as it is. */
    enum Gauge {
        RESIDENT("process_resident_memory_bytes", 16 << 20),
        DIRECT("sluice_direct_memory_bytes", 8 << 20),
        FILES("process_open_fds", 32),
        THREADS("jvm_threads_current", 4);

        private final String metric;
        private final double slack;

        Gauge(String metric, double slack) {
            this.metric = metric;
            this.slack = slack;
        }
    }

    private final Map<Gauge, List<Double>> seen = new EnumMap<>(Gauge.class);
    private final HttpClient client = HttpClient.newHttpClient();
    private final @Nullable HttpRequest request;
    private final @Nullable Path process;

    /**
     * Watches one process.
     *
     * @param admin its admin listener; without it direct memory is not watched
     * @param pid what the system says of it counts, not what it says of itself; {@code null} where
     *     it is not on this machine
     */
    SoakWatch(@Nullable URI admin, @Nullable Long pid) {
        request =
                admin == null
                        ? null
                        : HttpRequest.newBuilder(admin.resolve("/metrics"))
                                .timeout(PATIENCE)
                                .build();
        process = pid == null ? null : Path.of("/proc", pid.toString());
        for (Gauge gauge : Gauge.values()) {
            boolean isOfProcess = gauge != Gauge.DIRECT;
            if (admin != null || (pid != null && isOfProcess)) {
                seen.put(gauge, new ArrayList<>());
            }
        }
    }

    /** Looks once; a gateway that does not answer is passed over. */
    void look() {
        if (process != null) {
            lookAt(process);
        }
        if (request != null) {
            ask(request);
        }
    }

    private void lookAt(Path files) {
        try (Stream<Path> open = Files.list(files.resolve("fd"))) {
            String status = Files.readString(files.resolve("status"));
            values(Gauge.RESIDENT).add(number(status, "VmRSS:") * KIB);
            values(Gauge.THREADS).add(number(status, "Threads:"));
            values(Gauge.FILES).add((double) open.count());
        } catch (IOException _) {
            // It has ended, or is somebody else's; then too little is seen for a good verdict.
        }
    }

    private static double number(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(Double.NaN);
    }

    private void ask(HttpRequest request) {
        try {
            read(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException _) {
            // The load itself says that the gateway does not answer.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the values of one look, in the text format of Prometheus. */
    void read(String metrics) {
        for (String line : metrics.split("\n", -1)) {
            for (Gauge gauge : seen.keySet()) {
                boolean isSeenElsewhere = process != null && gauge != Gauge.DIRECT;
                if (!isSeenElsewhere && line.startsWith(gauge.metric + " ")) {
                    values(gauge).add(Double.parseDouble(line.substring(line.indexOf(' ') + 1)));
                }
            }
        }
    }

    /** One verdict for each gauge. */
    List<LoadReport.Verdict> verdicts() {
        List<LoadReport.Verdict> verdicts = new ArrayList<>();
        for (Gauge gauge : seen.keySet()) {
            double before = quarter(gauge, 1);
            double after = quarter(gauge, QUARTERS - 1);
            verdicts.add(
                    new LoadReport.Verdict(
                            String.format(
                                    Locale.ROOT,
                                    "%s is flat: %,.0f, then %,.0f",
                                    gauge.metric,
                                    before,
                                    after),
                            after <= before * GROWTH + gauge.slack));
        }
        return verdicts;
    }

    private double quarter(Gauge gauge, int which) {
        List<Double> all = values(gauge);
        int from = all.size() * which / QUARTERS;
        int to = all.size() * (which + 1) / QUARTERS;
        return Spread.median(
                all.subList(from, to).stream().mapToDouble(Double::doubleValue).toArray());
    }

    private List<Double> values(Gauge gauge) {
        return Objects.requireNonNull(seen.get(gauge));
    }
}
