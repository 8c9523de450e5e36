package io.sluice.transport.management;

import io.sluice.store.BudgetRecord;
import io.sluice.store.BudgetTerms;
import io.sluice.store.Dimension;
import io.sluice.store.OwnerRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What answers say of an account's spend and of the budget it names. Blocks. */
final class SpentJson {

    private SpentJson() {}

    /** What an account has spent in its budget's window, or for ever, in the budget's currency. */
    static BigDecimal of(
            Spending spending, InstantSource clock, Dimension dimension, OwnerRecord account) {
        BudgetTerms budget = account.terms().budget();
        Instant since = account.spendSince();
        if (budget != null) {
            Instant start = budget.window().startOf(clock.instant(), budget.zone());
            since = start.isAfter(since) ? start : since;
        }
        String currency = budget == null ? "USD" : budget.currency();
        return Money.units(spending.picosSince(dimension, account.id(), currency, since));
    }

    /** The stored budget that an account names, {@code null} if it names none. */
    static @Nullable Object budgetTable(Books books, OwnerRecord account) {
        String id = account.terms().budgetId();
        BudgetRecord budget = id == null ? null : books.budgets().find(id);
        if (budget == null) {
            return null;
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("budget_id", budget.id());
        AccountFields.write(budget.terms(), out);
        AccountFields.write(budget.limits(), out);
        return out;
    }
}
