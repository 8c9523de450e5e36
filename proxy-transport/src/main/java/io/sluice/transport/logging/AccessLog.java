package io.sluice.transport.logging;

import io.sluice.telemetry.CallListener;
import io.sluice.telemetry.CallRecord;
import io.sluice.telemetry.Termination;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One line for each finished call.
 *
 * <p>Safe for any event loop, and never makes one wait: a line for which there is no room is
 * dropped and counted. The ledger, not this log, is what money is reckoned by.
 */
public final class AccessLog implements CallListener {

    private static final int FIRST_ERROR_STATUS = 400;

    private final @Nullable LogQueue<CallRecord> queue;
    private final double sample;
    private final DoubleSupplier random;

    /**
     * A log before a queue.
     *
     * @param queue {@code null} where no access log is kept
     * @param sample the share of served calls that is logged, 0 to 1
     * @param random draws evenly from 0, inclusive, to 1, exclusive; called by any event loop
     */
    AccessLog(@Nullable LogQueue<CallRecord> queue, double sample, DoubleSupplier random) {
        this.queue = queue;
        this.sample = sample;
        this.random = random;
    }

    static AccessLog of(@Nullable LogQueue<CallRecord> queue, double sample) {
        return new AccessLog(queue, sample, () -> ThreadLocalRandom.current().nextDouble());
    }

    @Override
    public void onCallFinished(CallRecord call) {
        if (queue != null && (hasFailed(call) || isSampled())) {
            queue.offer(call);
        }
    }

    /** Lines that were dropped because the sink did not keep up. */
    public long dropped() {
        return queue == null ? 0 : queue.dropped();
    }

    private boolean isSampled() {
        return sample >= 1 || random.getAsDouble() < sample;
    }

    private static boolean hasFailed(CallRecord call) {
        return call.status() >= FIRST_ERROR_STATUS
                || call.errorSource() != null
                || !call.end().equals(Termination.COMPLETE);
    }
}
