package io.sluice.admission;

import io.sluice.price.CallCost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the budgets of one call were charged before it was known what it cost, or would be. Safe for
 * any thread.
 */
public final class OpenCharge {

    private final List<Part> parts;

    /**
     * One budget's share.
     *
     * @param cell the window that was charged, {@code null} where nothing was
     */
    private record Part(Budget budget, BudgetTerms terms, Budget.@Nullable Cell cell, long picos) {}

    private OpenCharge(List<Part> parts) {
        this.parts = parts;
    }

    /** Collects the shares of one call. Confined to one thread. */
    static final class Builder {

        private final List<Part> parts = new ArrayList<>();

        void add(Budget budget, BudgetTerms terms, Budget.@Nullable Cell cell, long picos) {
            parts.add(new Part(budget, terms, cell, picos));
        }

        OpenCharge build() {
            return new OpenCharge(List.copyOf(parts));
        }
    }

    /**
     * What the budgets of these levels are to be charged that were charged nothing so far.
     *
     * @param admittedMillis when the call was admitted, in milliseconds of the epoch: a hard budget
     *     whose window began later is not charged
     */
    public static OpenCharge of(Levels levels, long admittedMillis, long nowMillis) {
        Builder open = new Builder();
        for (int i = 0; i < levels.size(); i++) {
            Account.Book book = levels.get(i).book();
            for (int j = 0; j < book.budgets().size(); j++) {
                BudgetTerms terms = book.charged().get(j);
                Budget budget = book.budgets().get(j);
                boolean isOver =
                        terms.isHard()
                                && budget.cell(terms, nowMillis).startMillis() > admittedMillis;
                if (levels.covers(terms) && !isOver) {
                    open.add(budget, terms, null, 0);
                }
            }
        }
        return open.build();
    }

    /**
     * Charges what the call did cost in place of what was charged. Once; without effect on a budget
     * to which the cost is not known.
     *
     * @param nowMillis of the epoch: what was not charged so far is charged to the window of this
     *     moment
     */
    public void settle(CallCost cost, long nowMillis) {
        for (Part part : parts) {
            long picos = Permit.picos(cost, part.terms());
            if (picos < 0) {
                continue;
            }
            Budget.Cell cell = part.cell();
            if (cell == null) {
                part.budget().charge(part.terms(), picos, nowMillis);
            } else {
                Budget.correct(cell, picos - part.picos());
            }
        }
    }
}
