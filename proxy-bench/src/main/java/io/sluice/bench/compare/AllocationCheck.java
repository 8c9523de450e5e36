package io.sluice.bench.compare;

import io.sluice.bench.load.LoadRun;
import io.sluice.bench.load.Measurements;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** Whether a gateway's event loops allocate no more than they may, and forward every byte. */
final class AllocationCheck {

    private final Gateway gateway;
    private final double seconds;
    private final double warmupSeconds;
    private final PrintWriter out;

    AllocationCheck(Gateway gateway, double seconds, double warmupSeconds, PrintWriter out) {
        this.gateway = gateway;
        this.seconds = seconds;
        this.warmupSeconds = warmupSeconds;
        this.out = out;
    }

    /**
     * Runs one workload and says what it found.
     *
     * @throws IOException if the gateway does not say what it allocates
     */
    boolean isMet(Workload workload, double maxBytes) throws IOException {
        try (AllocationProbe probe = AllocationProbe.attach(gateway.processes().pid());
                LoadRun run =
                        LoadRun.start(
                                workload.plan(gateway.base(), gateway.key(), gateway.model()))) {
            Pause.seconds(warmupSeconds);
            run.beginMeasuring();
            long before = probe.allocatedBytes();
            Pause.seconds(seconds);
            Measurements measured = run.takeMeasurements();
            long bytes = probe.allocatedBytes() - before;
            long units =
                    workload.unit() == Workload.Unit.CHUNK ? measured.events() : measured.ended();
            double each = units == 0 ? Double.NaN : (double) bytes / units;
            boolean met = each <= maxBytes && measured.failed() == 0;
            out.println(
                    String.format(
                            Locale.ROOT,
                            "%s %s: %.1f B a %s, at most %.0f; %,d calls, %,d events, %d failed%s",
                            met ? "met   " : "MISSED",
                            workload,
                            each,
                            workload.unit().word(),
                            maxBytes,
                            measured.ended(),
                            measured.events(),
                            measured.failed(),
                            run.firstFailure().isEmpty() ? "" : ": " + run.firstFailure()));
            out.flush();
            return met;
        }
    }
}
