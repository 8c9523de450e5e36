package io.sluice.bench.compare;

import io.sluice.bench.load.LoadPlan;
import io.sluice.bench.load.LoadRun;
import io.sluice.bench.load.Measurements;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Contenders in turn under one workload after the other. */
final class Comparison {

    /*
     * The order is turned round every other round, so that what drifts meets each contender alike.
     * Processor time and counts are read at the same two instants, in the middle of a steady load:
     * neither the start nor the end of a run is in the numbers.
     */

    private static final int FEW_STREAMS = 1000;
    private static final int FEW_CONNECTIONS = 64;
    private static final double STEADY_SECONDS = 4;
    private static final double TRIAL_SECONDS = 1.5;
    private static final double KEPT_UP = 0.97;
    private static final double WITHIN_REACH = 0.8;

    private final List<Contender> all;
    private final ProcessTree provider;
    private final double seconds;
    private final double warmupSeconds;
    private final double fixedRate;
    private final PrintWriter progress;
    private final ProcessTree self = new ProcessTree(ProcessHandle.current().pid());

    /** Calls a second of the workload under way, where they do not follow on answers. */
    private double rate;

    /**
     * Prepares the measuring.
     *
     * @param rate calls a second of {@link Workload#W1R}
     */
    Comparison(
            Lineup lineup,
            double seconds,
            double warmupSeconds,
            double rate,
            PrintWriter progress) {
        all = lineup.contenders();
        provider = lineup.provider();
        this.seconds = seconds;
        this.warmupSeconds = warmupSeconds;
        this.fixedRate = rate;
        this.progress = progress;
    }

    /** Warms every contender up and measures each in every round. */
    List<Sample> run(Workload workload, int rounds) {
        List<Sample> samples = new ArrayList<>();
        List<Contender> contenders =
                all.stream().filter(one -> one.translates() || !workload.isTranslated()).toList();
        rate = workload == Workload.W1R ? fixedRate : workload.perSecond();
        for (Contender contender : contenders) {
            say(workload + " warm-up " + contender.name() + ", " + warmupSeconds + " s");
            if (workload.unit() != Workload.Unit.STREAM) {
                warmUp(contender, workload);
            }
        }
        if (rate > 0) {
            contenders.forEach(contender -> lowerRateFor(contender, workload));
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
                "%s round %d %s: %.2f µs a %s, %,.0f/s, %d failed, load and provider %.2f cores,"
                        + " others %.2f cores%s",
                sample.workload(),
                sample.round() + 1,
                sample.contender(),
                sample.microsPerUnit(),
                sample.workload().unit().word(),
                sample.units() / sample.measurements().seconds(),
                sample.measurements().failed(),
                sample.loadCores(),
                sample.costs().foreignCores(),
                describe(sample.books(), sample));
    }

    private static String describe(Sample.@Nullable Books books, Sample sample) {
        return books == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %,d rows written, database %.2f cores, %,d bytes of journal behind",
                        books.rows(),
                        sample.databaseCores(),
                        books.backlogBytes());
    }

    /** As many calls as go, also where they come at a rate later: the JIT counts calls. */
    private void warmUp(Contender contender, Workload workload) {
        LoadPlan plan = workload.plan(contender.base(), contender.key(), contender.model());
        boolean isPaced = workload.perSecond() > 0;
        try (LoadRun run =
                LoadRun.start(isPaced ? plan.withRate(0).withConnections(FEW_CONNECTIONS) : plan)) {
            Pause.seconds(warmupSeconds);
            note(contender, run);
        }
        contender.rest();
    }

    /** Makes calls rarer, for all contenders, if one of them does not keep up. */
    private void lowerRateFor(Contender contender, Workload workload) {
        double reached;
        try (LoadRun run = start(contender, workload)) {
            Pause.seconds(workload.settleSeconds());
            run.beginMeasuring();
            Pause.seconds(TRIAL_SECONDS);
            Measurements measured = run.takeMeasurements();
            reached = (measured.ended() - measured.failed()) / measured.seconds();
        }
        contender.rest();
        if (reached < rate * KEPT_UP) {
            double lower = Math.max(1, Math.floor(reached * WITHIN_REACH));
            say(
                    String.format(
                            Locale.ROOT,
                            "%s: %s does not keep up with %,.0f calls a second here, so all get"
                                    + " %,.0f",
                            workload,
                            contender.name(),
                            rate,
                            lower));
            rate = lower;
        }
    }

    private Sample measure(Contender contender, Workload workload, int round) {
        try (LoadRun run = start(contender, workload)) {
            Pause.seconds(workload.settleSeconds());
            Window window = window(contender, run);
            note(contender, run);
            return sample(contender, workload, round, window, -1);
        } finally {
            contender.rest();
        }
    }

    private Window window(Contender contender, LoadRun run) {
        LedgerState ledgerBefore = contender.ledger();
        run.beginMeasuring();
        Cpu before = cpu(contender);
        Pause.seconds(seconds);
        Measurements measured = run.takeMeasurements();
        Cpu after = cpu(contender);
        LedgerState ledgerAfter = contender.ledger();
        Sample.Books books =
                ledgerBefore == null || ledgerAfter == null
                        ? null
                        : new Sample.Books(
                                ledgerAfter.rows() - ledgerBefore.rows(),
                                ledgerAfter.backlogBytes());
        return new Window(measured, before, after, books);
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
            Window window = window(contender, run);
            note(contender, run);
            double more = workload.connections() - (double) FEW_STREAMS;
            double each = few < 0 ? -1 : (resident(contender) - few) / more;
            return sample(contender, workload, round, window, each);
        } finally {
            contender.rest();
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

    private LoadRun start(Contender contender, Workload workload) {
        URI base = contender.base();
        return LoadRun.start(
                workload.plan(base, contender.key(), contender.model()).withRate(rate));
    }

    private Sample sample(
            Contender contender, Workload workload, int round, Window window, double streamBytes) {
        Cpu before = window.before;
        Cpu after = window.after;
        long database = after.database - before.database;
        double foreign =
                (after.machine - before.machine)
                        - Math.max(0, after.contender - before.contender)
                        - (after.provider - before.provider)
                        - (after.self - before.self)
                        - database;
        return new Sample(
                workload,
                contender.name(),
                round,
                window.measured,
                new Sample.Costs(
                        before.contender < 0 ? -1 : after.contender - before.contender,
                        after.provider - before.provider,
                        after.self - before.self,
                        database,
                        Math.max(0, foreign / (after.at - before.at))),
                new Sample.Memory(resident(contender), streamBytes),
                window.books);
    }

    private Cpu cpu(Contender contender) {
        ProcessTree tree = contender.processes();
        ProcessTree database = contender.database();
        return new Cpu(
                System.nanoTime(),
                tree == null ? -1 : tree.cpuNanos(),
                provider.cpuNanos(),
                self.ownCpuNanos(),
                database == null ? 0 : database.cpuNanos(),
                ProcessTree.machineBusyNanos());
    }

    /** Processor time so far. */
    private record Cpu(
            long at, long contender, long provider, long self, long database, long machine) {}

    /** What was measured between two instants. */
    private record Window(
            Measurements measured, Cpu before, Cpu after, Sample.@Nullable Books books) {}

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
