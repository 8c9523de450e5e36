package io.sluice.admission;

import java.util.List;

/**
 * The tightest limit of a call, of one unit: the one of which the smallest share is left. Refilled
 * by {@link #read}; confined to one event loop.
 */
public final class RateStatus {

    private long limit;
    private long remaining;
    private long resetNanos;
    private boolean isFound;

    /** Looks at the limits of all of them; returns whether one counts {@code unit}. */
    public boolean read(List<Account> accounts, LimitUnit unit, long nowNanos) {
        isFound = false;
        for (int i = 0; i < accounts.size(); i++) {
            Account.Book book = accounts.get(i).book();
            for (int j = 0; j < book.windows().size(); j++) {
                RateLimit candidate = book.terms().limits().get(j);
                if (candidate.unit() == unit) {
                    consider(candidate, book.windows().get(j), nowNanos);
                }
            }
        }
        return isFound;
    }

    private void consider(RateLimit candidate, RateWindow window, long nowNanos) {
        long left = Math.max(0, candidate.amount() - window.used(nowNanos));
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
