package io.sluice.bench.compare;

import io.sluice.bench.load.LoadRun;
import io.sluice.bench.load.Measurements;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Contenders in turn under one workload after the other. */
final class Comparison {

    /*
     * The order is turned round every other round, so that what drifts meets each contender alike.
     * Processor time and counts are read at the same two instants, in the middle of a steady load:
     * neither the start nor the end of a run is in the numbers.
     */

    private static final int FEW_STREAMS = 1000;
    private static final double STEADY_SECONDS = 4;

    private final List<Contender> contenders;
    private final ProcessTree provider;
    private final double seconds;
    private final double warmupSeconds;
    private final PrintWriter progress;
    private final ProcessTree self = new ProcessTree(ProcessHandle.current().pid());

    Comparison(
            List<Contender> contenders,
            ProcessTree provider,
            double seconds,
            double warmupSeconds,
            PrintWriter progress) {
        this.contenders = List.copyOf(contenders);
        this.provider = provider;
        this.seconds = seconds;
        this.warmupSeconds = warmupSeconds;
        this.progress = progress;
    }

    /** Warms every contender up and measures each in every round. */
    List<Sample> run(Workload workload, int rounds) {
        List<Sample> samples = new ArrayList<>();
        for (Contender contender : contenders) {
            say(workload + " warm-up " + contender.name() + ", " + warmupSeconds + " s");
            if (workload.unit() != Workload.Unit.STREAM) {
                load(contender, workload, warmupSeconds);
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                int which = round % 2 == 0 ? i : contenders.size() - 1 - i;
                Contender contender = contenders.get(which);
                Sample sample =
                        workload.unit() == Workload.Unit.STREAM
                                ? openStreams(contender, workload, round)
                                : measure(contender, workload, round);
                samples.add(sample);
                say(describe(sample));
            }
        }
        return samples;
    }

    private static String describe(Sample sample) {
        return String.format(
                Locale.ROOT,
                "%s round %d %s: %.2f µs a %s, %,.0f/s, %d failed, others %.2f cores",
                sample.workload(),
                sample.round() + 1,
                sample.contender(),
                sample.microsPerUnit(),
                sample.workload().unit().word(),
                sample.units() / sample.measurements().seconds(),
                sample.measurements().failed(),
                sample.foreignCores());
    }

    private void load(Contender contender, Workload workload, double howLong) {
        try (LoadRun run = start(contender, workload)) {
            Pause.seconds(howLong);
            note(contender, run);
        }
    }

    private Sample measure(Contender contender, Workload workload, int round) {
        try (LoadRun run = start(contender, workload)) {
            Pause.seconds(workload.settleSeconds());
            run.beginMeasuring();
            Cpu before = cpu(contender);
            Pause.seconds(seconds);
            Measurements measured = run.takeMeasurements();
            Cpu after = cpu(contender);
            note(contender, run);
            return sample(contender, workload, round, measured, before, after, -1);
        }
    }

    /** Memory with a thousand open streams and with all of them. */
    private Sample openStreams(Contender contender, Workload workload, int round) {
        long few;
        try (LoadRun run = streams(contender, workload, FEW_STREAMS)) {
            awaitStreams(run, FEW_STREAMS);
            few = resident(contender);
        }
        try (LoadRun run = streams(contender, workload, workload.connections())) {
            awaitStreams(run, workload.connections());
            run.beginMeasuring();
            Cpu before = cpu(contender);
            Pause.seconds(seconds);
            Measurements measured = run.takeMeasurements();
            Cpu after = cpu(contender);
            note(contender, run);
            double more = workload.connections() - (double) FEW_STREAMS;
            double each = few < 0 ? -1 : (resident(contender) - few) / more;
            return sample(contender, workload, round, measured, before, after, each);
        }
    }

    private LoadRun streams(Contender contender, Workload workload, int count) {
        return LoadRun.start(
                workload.plan(contender.base(), contender.key(), contender.model())
                        .withConnections(count));
    }

    private static void awaitStreams(LoadRun run, int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (run.progress().inFlight() < count && System.nanoTime() - deadline < 0) {
            Pause.seconds(0.1);
        }
        Pause.seconds(STEADY_SECONDS);
    }

    private static LoadRun start(Contender contender, Workload workload) {
        URI base = contender.base();
        return LoadRun.start(workload.plan(base, contender.key(), contender.model()));
    }

    private Sample sample(
            Contender contender,
            Workload workload,
            int round,
            Measurements measured,
            Cpu before,
            Cpu after,
            double streamBytes) {
        double foreign =
                (after.machine - before.machine)
                        - Math.max(0, after.contender - before.contender)
                        - (after.provider - before.provider)
                        - (after.self - before.self);
        return new Sample(
                workload,
                contender.name(),
                round,
                measured,
                before.contender < 0 ? -1 : after.contender - before.contender,
                after.provider - before.provider,
                Math.max(0, foreign / (after.at - before.at)),
                resident(contender),
                streamBytes);
    }

    private Cpu cpu(Contender contender) {
        ProcessTree tree = contender.processes();
        return new Cpu(
                System.nanoTime(),
                tree == null ? -1 : tree.cpuNanos(),
                provider.cpuNanos(),
                self.ownCpuNanos(),
                ProcessTree.machineBusyNanos());
    }

    /** Processor time so far. */
    private record Cpu(long at, long contender, long provider, long self, long machine) {}

    private static long resident(Contender contender) {
        ProcessTree tree = contender.processes();
        return tree == null ? -1 : tree.residentBytes();
    }

    private void note(Contender contender, LoadRun run) {
        if (!run.firstFailure().isEmpty()) {
            say(contender.name() + ": first failure: " + run.firstFailure());
        }
    }

    private void say(String text) {
        progress.println(text);
        progress.flush();
    }
}
