package io.sluice.admission;

import org.jspecify.annotations.Nullable;

/**
 * The tightest limit of a call, of one unit: the one of which the smallest share is left. Refilled
 * by {@link #read}; confined to one event loop.
 */
public final class RateStatus {

    private long limit;
    private long remaining;
    private long resetNanos;
    private boolean isFound;
    private @Nullable Admission admission;
    private long utilisation;

    /**
     * Begins with the limits of one call.
     *
     * @param utilised how much of the gateway's own limits is used, in thousandths
     */
    void begin(Admission asked, long utilised) {
        admission = asked;
        utilisation = utilised;
    }

    /** Looks at the limits of all of them; returns whether one counts {@code unit}. */
    public boolean read(Levels levels, LimitUnit unit, long nowNanos) {
        isFound = false;
        for (int i = 0; i < levels.size(); i++) {
            Account account = levels.get(i);
            Account.Book book = account.book();
            for (int j = 0; j < book.windows().size(); j++) {
                RateLimit candidate = book.terms().limits().get(j);
                if (candidate.unit() == unit && levels.covers(candidate)) {
                    consider(account, candidate, book.windows().get(j), nowNanos);
                }
            }
        }
        return isFound;
    }

    private void consider(Account account, RateLimit candidate, RateWindow window, long nowNanos) {
        long allowed =
                admission == null
                        ? candidate.amount()
                        : admission.allowed(account, candidate, utilisation);
        long left = Math.max(0, allowed - window.used(nowNanos));
        boolean isTighter =
                !isFound || (double) left * limit < (double) remaining * candidate.amount();
        if (isTighter) {
            isFound = true;
            limit = candidate.amount();
            remaining = left;
            resetNanos = window.resetNanos(nowNanos);
        }
    }

    public long limit() {
        return limit;
    }

    /** What may be used at this moment. */
    public long remaining() {
        return remaining;
    }

    /** How long until all of the limit is there again, if nothing is used until then. */
    public long resetNanos() {
        return resetNanos;
    }
}
