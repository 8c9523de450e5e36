package io.sluice.bench.cli;

import io.sluice.bench.load.Spread;
import io.sluice.bench.report.LoadReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Whether a gateway grows while it is under load: looks at its metrics from time to time. */
final class SoakWatch {

    /*
     * The first quarter of the run is left out, for it fills pools and compiles. What is seen in
     * the last quarter must not be more than in the second one, but for a tenth and a little.
     */

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final double GROWTH = 1.1;
    private static final int QUARTERS = 4;

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
    private final HttpRequest request;

    SoakWatch(URI admin) {
        request = HttpRequest.newBuilder(admin.resolve("/metrics")).timeout(PATIENCE).build();
        for (Gauge gauge : Gauge.values()) {
            seen.put(gauge, new ArrayList<>());
        }
    }

    /** Looks once; a gateway that does not answer is passed over. */
    void look() {
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
            for (Gauge gauge : Gauge.values()) {
                if (line.startsWith(gauge.metric + " ")) {
                    values(gauge).add(Double.parseDouble(line.substring(line.indexOf(' ') + 1)));
                }
            }
        }
    }

    /** One verdict for each gauge. */
    List<LoadReport.Verdict> verdicts() {
        List<LoadReport.Verdict> verdicts = new ArrayList<>();
        for (Gauge gauge : Gauge.values()) {
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
