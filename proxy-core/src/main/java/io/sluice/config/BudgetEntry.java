package io.sluice.config;

import java.math.BigDecimal;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What may be spent in a time.
 *
 * @param amount in whole units of {@code currency}, at most 12 decimals, not negative
 * @param currency three capital letters
 * @param zone where days, weeks and months begin
 * @param mode {@code null} for {@link BudgetSettings#defaultMode}
 * @param softLimit beyond this a warning is given and nothing is refused, in units of {@code
 *     currency}
 */
public record BudgetEntry(
        BigDecimal amount,
        String currency,
        BudgetWindow window,
        ZoneId zone,
        @Nullable BudgetMode mode,
        @Nullable BigDecimal softLimit) {}
