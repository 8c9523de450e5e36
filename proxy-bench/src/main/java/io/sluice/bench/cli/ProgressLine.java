package io.sluice.bench.cli;

import io.sluice.bench.load.LoadRun;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** A line that says how far a run is; on a terminal it is written over itself. */
final class ProgressLine {

    private static final long LOOK_NANOS = 20_000_000;

    private final PrintWriter out;
    private final String name;
    private final boolean overwrites = isTerminal();

    private boolean isOpen;

    ProgressLine(PrintWriter out, String name) {
        this.out = out;
        this.name = name;
    }

    // Still null where the module of consoles is not there, as in a small runtime image.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /**
     * Follows a run for a time, or until it has made all of its calls.
     *
     * @param stepNanos between two looks
     * @param onStep is run at each
     */
    void follow(LoadRun run, long nanos, long stepNanos, boolean warmup, Runnable onStep) {
        long start = System.nanoTime();
        long before = run.progress().served();
        long next = start + stepNanos;
        while (System.nanoTime() - start < nanos && !run.isExhausted()) {
            LockSupport.parkNanos(LOOK_NANOS);
            long now = System.nanoTime();
            if (now - next >= 0) {
                LoadRun.Progress at = run.progress();
                show(at, before, stepNanos, (now - start) / 1e9, nanos / 1e9, warmup);
                onStep.run();
                before = at.served();
                next = now + stepNanos;
            }
        }
    }

    private void show(
            LoadRun.Progress at,
            long before,
            long stepNanos,
            double seconds,
            double of,
            boolean warmup) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%s%s %.0f/%.0f s: %,d served (%,.0f/s), %,d failed, %,d in flight",
                        name,
                        warmup ? " warm-up" : "",
                        seconds,
                        of,
                        at.served(),
                        (at.served() - before) * 1e9 / stepNanos,
                        at.failed(),
                        at.inFlight());
        if (overwrites) {
            out.print("\r\u001b[K" + text);
            isOpen = true;
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** Leaves the line. */
    void end() {
        if (isOpen) {
            out.println();
            out.flush();
        }
    }
}
