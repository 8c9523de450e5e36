package io.sluice.store;

import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What may be spent in a time, as it is stored. Immutable.
 *
 * @param picos in 10^-12 of {@code currency}; {@code null} where only a warning is wanted
 * @param softPicos beyond this a warning is given
 * @param currency three capital letters
 * @param zone where days, weeks and months begin
 * @param mode {@code null} for {@code budgets.default_mode}
 */
public record BudgetTerms(
        @Nullable Long picos,
        @Nullable Long softPicos,
        String currency,
        BudgetWindow window,
        ZoneId zone,
        @Nullable BudgetMode mode) {}
