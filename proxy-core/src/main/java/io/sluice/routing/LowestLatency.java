package io.sluice.routing;

import io.sluice.health.Latencies;

/**
 * The target whose first byte comes soonest on average, among calls that ask for as much output;
 * one that was never measured goes first, and a share of calls goes to any, so that one that has
 * become faster is found out.
 *
 * <p>LiteLLM's {@code latency-based-routing}; the share is the ε of ε-greedy (Sutton and Barto,
 * Reinforcement Learning, 2018, section 2.2).
 */
final class LowestLatency extends Lowest {

    private final double exploration;

    LowestLatency(double exploration) {
        this.exploration = exploration;
    }

    @Override
    public int choose(Choice choice) {
        boolean explores = exploration > 0 && choice.random().nextDouble() < exploration;
        return explores ? WeightedShuffle.any(choice) : super.choose(choice);
    }

    @Override
    long measure(Choice choice, int index) {
        Latencies latencies = choice.target(index).placement().health().latencies();
        return latencies.nanosOrAny(Latencies.classOf(choice.outputTokens()));
    }
}
