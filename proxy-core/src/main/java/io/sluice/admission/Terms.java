package io.sluice.admission;

import java.util.List;

/**
 * What an account may use. Immutable; others may take their place at any time without changing what
 * is counted.
 *
 * @param parallel calls at the same time, or {@link #UNLIMITED}
 * @param priority how much of its limits an account loses when the gateway is busy, see {@link
 *     Throttle}; in thousandths
 */
public record Terms(
        List<RateLimit> limits, long parallel, List<BudgetTerms> budgets, int priority) {

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

    /** Whether nothing is bounded. */
    public boolean isEmpty() {
        return limits.isEmpty() && parallel == UNLIMITED && budgets.isEmpty();
    }

    boolean hasHardBudget() {
        for (int i = 0; i < budgets.size(); i++) {
            if (budgets.get(i).isHard()) {
                return true;
            }
        }
        return false;
    }
}
