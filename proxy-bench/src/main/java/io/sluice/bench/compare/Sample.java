package io.sluice.bench.compare;

import io.sluice.bench.load.Measurements;
import org.jspecify.annotations.Nullable;

/**
 * One contender under one workload in one round.
 *
 * @param books what became of its books meanwhile; {@code null} where it keeps none
 */
public record Sample(
        Workload workload,
        String contender,
        int round,
        Measurements measurements,
        Costs costs,
        Memory memory,
        @Nullable Books books) {

    /**
     * Processor time of the window, in nanoseconds.
     *
     * @param contender -1 where its processes are not known
     * @param provider of the provider
     * @param load of the process that makes the load
     * @param database of the contender's database, where it has processes of its own; else 0
     * @param foreignCores how many cores anything else used
     */
    public record Costs(
            long contender, long provider, long load, long database, double foreignCores) {}

    /**
     * Resident memory in bytes; -1 where it is not known.
     *
     * @param contender of all its processes
     * @param stream for each open stream
     */
    public record Memory(long contender, double stream) {}

    /**
     * What was written into the database in the window.
     *
     * @param rows how many
     * @param backlogBytes of the journal that were not there yet at its end
     */
    public record Books(long rows, long backlogBytes) {}

    /** What was divided by: calls or events. */
    public long units() {
        return workload.units(measurements);
    }

    /** Microseconds of processor for each unit; NaN where they are not known. */
    public double microsPerUnit() {
        return costs.contender() < 0 || units() == 0
                ? Double.NaN
                : costs.contender() / 1e3 / units();
    }

    /** How many cores the contender used; NaN where that is not known. */
    double busyCores() {
        return costs.contender() < 0 ? Double.NaN : cores(costs.contender());
    }

    /** How many cores the load and the provider used together. */
    double loadCores() {
        return cores(costs.load() + costs.provider());
    }

    /** How many cores the contender's database used; NaN where it keeps no books. */
    double databaseCores() {
        return books == null ? Double.NaN : cores(costs.database());
    }

    private double cores(long nanos) {
        return nanos / 1e9 / measurements.seconds();
    }
}
