package io.sluice.admission;

import java.util.List;

/**
 * What an account may use. Immutable; others may take their place at any time without changing what
 * is counted.
 *
 * @param parallel calls at the same time, or {@link #UNLIMITED}
 * @param priority how much of its limits an account loses when the gateway is busy, see {@link
 *     Throttle}; in thousandths
 * @param isBlocked whether its calls are refused
 */
public record Terms(
        List<RateLimit> limits,
        long parallel,
        List<BudgetTerms> budgets,
        int priority,
        boolean isBlocked) {

    public static final long UNLIMITED = -1;

    /** The priority of who has none of its own. */
    public static final int USUAL_PRIORITY = 1000;

    /** Everything, without bound. */
    public static final Terms NONE = new Terms(List.of(), UNLIMITED, List.of(), USUAL_PRIORITY);

    public Terms {
        limits = List.copyOf(limits);
        budgets = List.copyOf(budgets);
        if (parallel < UNLIMITED) {
            throw new IllegalArgumentException("not a number of calls: " + parallel);
        }
    }

    /** Terms of one that is not blocked. */
    public Terms(List<RateLimit> limits, long parallel, List<BudgetTerms> budgets, int priority) {
        this(limits, parallel, budgets, priority, false);
    }

    /** Whether nothing is bounded. */
    public boolean isEmpty() {
        return limits.isEmpty() && parallel == UNLIMITED && budgets.isEmpty() && !isBlocked;
    }

    /** These terms, of one whose calls are refused. */
    public Terms blocked() {
        return new Terms(limits, parallel, budgets, priority, true);
    }

    /** These terms, with what {@code others} say where these say nothing. */
    public Terms or(Terms others) {
        boolean isUnlimited = limits.isEmpty() && parallel == UNLIMITED;
        return new Terms(
                isUnlimited ? others.limits : limits,
                isUnlimited ? others.parallel : parallel,
                budgets.isEmpty() ? others.budgets : budgets,
                priority,
                isBlocked);
    }
}
