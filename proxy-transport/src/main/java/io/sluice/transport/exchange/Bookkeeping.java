package io.sluice.transport.exchange;

import io.sluice.usage.TokenEstimator;
import io.sluice.usage.Usage;
import java.util.function.Consumer;

/**
 * How the calls of one event loop are accounted for. Immutable.
 *
 * @param attempts is told of each attempt
 * @param estimator counts where no provider has said what was used
 * @param samples how many calls at once may have a sample of their text kept
 * @param draining how many answers at once may be read on for clients that have left
 * @param parked how many calls at once may wait for room in the ledger
 */
public record Bookkeeping(
        AttemptListener attempts, Estimator estimator, int samples, int draining, int parked) {

    /** Bytes that the sample of one call takes: of its request, and of its answer. */
    public static final int SAMPLE_BYTES = 2 * Samples.ROOM;

    /** Counts tokens of which nobody says how many they are. */
    @FunctionalInterface
    public interface Estimator {

        /** Tells {@code then}, on any thread, what was used. */
        void estimate(TokenEstimator.Sample sample, Consumer<Usage> then);
    }

    /** Books that nobody reads, with estimates by bytes. */
    public static Bookkeeping none() {
        return new Bookkeeping(
                AttemptListener.NONE,
                (sample, then) -> then.accept(TokenEstimator.ofBytes(sample)),
                1000,
                1000,
                1000);
    }
}
