package io.sluice.routing;

import io.sluice.config.StrategyName;

/**
 * One way to choose among the targets of a model.
 *
 * <p>Safe for any thread. Choosing takes no lock and allocates nothing.
 */
public interface Strategy {

    /** The index of one of the open targets. */
    int choose(Choice choice);

    /**
     * The strategy of that name.
     *
     * @param exploration share of calls by which lowest latency tries the others
     */
    static Strategy of(StrategyName name, double exploration) {
        return switch (name) {
            case SIMPLE_SHUFFLE -> WeightedShuffle.INSTANCE;
            case LEAST_BUSY -> new LeastBusy();
            case LOWEST_LATENCY -> new LowestLatency(exploration);
            case LOWEST_COST -> new LowestCost();
            case USAGE_BASED -> new UsageBased();
            case LOWEST_TPM_RPM -> new LowestTokens();
            case PRIORITY -> new Priority();
            case SESSION_AFFINITY -> SessionAffinity.STICKY;
        };
    }
}
