package io.sluice.bench.compare;

import io.sluice.bench.load.Measurements;

/**
 * One contender under one workload in one round.
 *
 * @param cpuNanos of the contender's processes; -1 where they are not known
 * @param providerCpuNanos of the provider
 * @param foreignCores how many cores anything else used
 * @param residentBytes of the contender; -1 where not known
 * @param streamBytes resident bytes for each open stream; -1 where not measured
 */
public record Sample(
        Workload workload,
        String contender,
        int round,
        Measurements measurements,
        long cpuNanos,
        long providerCpuNanos,
        double foreignCores,
        long residentBytes,
        double streamBytes) {

    /** What was divided by: calls or events. */
    public long units() {
        return workload.unit() == Workload.Unit.CHUNK
                ? measurements.events()
                : measurements.ended() - measurements.failed();
    }

    /** Microseconds of processor for each unit; NaN where they are not known. */
    public double microsPerUnit() {
        return cpuNanos < 0 || units() == 0 ? Double.NaN : cpuNanos / 1e3 / units();
    }
}
