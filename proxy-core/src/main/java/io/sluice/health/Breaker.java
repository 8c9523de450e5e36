package io.sluice.health;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls from a target, or a key, that has failed several times in a row.
 *
 * <p>Safe for any thread, without locks. All times are nanoseconds of one clock, of which only
 * differences mean anything.
 */
// A standing is exchanged for another object, or it is the same one.
@SuppressWarnings("ReferenceEquality")
public final class Breaker {

    /*
     * The pattern is Nygard's (Release It!, 2007, chapter 5), with the words that Polly and
     * Resilience4j use: CLOSED lets everything through and counts failures in a row; OPEN lets
     * nothing through; when its rest is over it is HALF_OPEN for one probe, whose success closes it
     * and whose failure opens it again. Whoever takes the probe gives a result back; a probe whose
     * result never comes is given up after PROBE_NANOS, and one that ends without saying anything
     * (its caller left) leaves the place to the next.
     *
     * The standing is one immutable object that is exchanged whole. A target that serves costs one
     * read here: nothing is written while nothing changes.
     */

    /** Whether calls come through. */
    public enum State {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    /** A wait that ends only by hand. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    static final long PROBE_NANOS = TimeUnit.MINUTES.toNanos(1);
    static final long MAX_REST_NANOS = TimeUnit.DAYS.toNanos(1);

    private static final Standing CLEAN = new Standing(State.CLOSED, 0, 0, false, null, 0);

    private final AtomicReference<Standing> current = new AtomicReference<>(CLEAN);

    /**
     * What a breaker has come to. Immutable.
     *
     * @param failures in a row
     * @param untilNanos when the next probe may be taken, where the state is not CLOSED
     * @param isForGood whether it is open until somebody closes it
     * @param cause of the last failure, {@code null} where there was none
     * @param sinceNanos when it was opened
     */
    public record Standing(
            State state,
            int failures,
            long untilNanos,
            boolean isForGood,
            @Nullable AttemptResult cause,
            long sinceNanos) {}

    /** What it has come to. */
    public Standing standing() {
        return current.get();
    }

    /** Whether a call may come through at this moment; takes nothing. */
    public boolean allows(long nowNanos) {
        Standing now = current.get();
        return now.state() == State.CLOSED
                || (!now.isForGood() && nowNanos - now.untilNanos() >= 0);
    }

    /** How long until {@link #allows} may say yes; 0 where it does, {@link #FOR_EVER} if never. */
    public long waitNanos(long nowNanos) {
        Standing now = current.get();
        if (now.state() == State.CLOSED) {
            return 0;
        }
        return now.isForGood() ? FOR_EVER : Math.max(0, now.untilNanos() - nowNanos);
    }

    /**
     * Lets one call through if it may: freely while closed, one alone as a probe after a rest.
     * Whoever was let through owes {@link #onResult}.
     */
    public boolean enter(long nowNanos) {
        while (true) {
            Standing now = current.get();
            if (now.state() == State.CLOSED) {
                return true;
            }
            if (now.isForGood() || nowNanos - now.untilNanos() < 0) {
                return false;
            }
            Standing probing =
                    new Standing(
                            State.HALF_OPEN,
                            now.failures(),
                            nowNanos + PROBE_NANOS,
                            false,
                            now.cause(),
                            now.sinceNanos());
            if (current.compareAndSet(now, probing)) {
                return true;
            }
        }
    }

    /**
     * Counts how a call ended that was let through.
     *
     * @param restNanos how long the breaker is to stay open if this opens it; {@link #FOR_EVER} for
     *     one that somebody has to close
     * @return whether this opened it
     */
    public boolean onResult(
            AttemptResult result, BreakerTerms terms, long nowNanos, long restNanos) {
        while (true) {
            Standing now = current.get();
            Standing next = after(now, result, terms, nowNanos, restNanos);
            if (next == now) {
                return false;
            }
            if (current.compareAndSet(now, next)) {
                return next.state() == State.OPEN
                        && next.cause() == result
                        && result != AttemptResult.UNKNOWN
                        && now.state() != State.OPEN;
            }
        }
    }

    private static Standing after(
            Standing now, AttemptResult result, BreakerTerms terms, long nowNanos, long restNanos) {
        if (!terms.isEnabled()) {
            return CLEAN;
        }
        if (result.isFailure()) {
            return afterFailure(now, result, terms, nowNanos, restNanos);
        }
        boolean isProbe = now.state() == State.HALF_OPEN;
        if (result == AttemptResult.UNKNOWN) {
            return isProbe ? reopened(now, nowNanos) : now;
        }
        boolean isClear = result == AttemptResult.SERVED;
        return isProbe || (now.state() == State.CLOSED && now.failures() > 0 && isClear)
                ? CLEAN
                : now;
    }

    /** The probe has said nothing: the next call is the probe. */
    private static Standing reopened(Standing now, long nowNanos) {
        return new Standing(
                State.OPEN, now.failures(), nowNanos, false, now.cause(), now.sinceNanos());
    }

    private static Standing afterFailure(
            Standing now, AttemptResult result, BreakerTerms terms, long nowNanos, long restNanos) {
        int failures = now.failures() == Integer.MAX_VALUE ? now.failures() : now.failures() + 1;
        boolean isForGood = restNanos == FOR_EVER;
        long untilNanos = nowNanos + Math.min(restNanos, MAX_REST_NANOS);
        boolean isLonger = !now.isForGood() && (isForGood || untilNanos - now.untilNanos() > 0);
        return switch (now.state()) {
            case CLOSED ->
                    failures < terms.threshold(result)
                            ? new Standing(State.CLOSED, failures, 0, false, result, 0)
                            : new Standing(
                                    State.OPEN, failures, untilNanos, isForGood, result, nowNanos);
            case HALF_OPEN ->
                    new Standing(State.OPEN, failures, untilNanos, isForGood, result, nowNanos);
            case OPEN ->
                    isLonger && opensAtOnce(result, terms)
                            ? new Standing(
                                    State.OPEN,
                                    failures,
                                    untilNanos,
                                    isForGood,
                                    result,
                                    now.sinceNanos())
                            : now;
        };
    }

    /** Calls that were under way when it opened do not make its rest longer, but for these. */
    private static boolean opensAtOnce(AttemptResult result, BreakerTerms terms) {
        return terms.threshold(result) == 1
                && (result == AttemptResult.RATE_LIMITED || result == AttemptResult.UNAUTHORIZED);
    }

    /** Opens it by hand, until it is closed by hand. */
    public void open(long nowNanos) {
        current.set(new Standing(State.OPEN, 0, nowNanos, true, null, nowNanos));
    }

    /** Closes it by hand, and forgets. */
    public void close() {
        current.set(CLEAN);
    }

    /** Takes up what another process has left. */
    void restore(Standing standing) {
        current.set(standing);
    }
}
