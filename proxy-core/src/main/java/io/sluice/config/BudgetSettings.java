package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * Rules for all budgets, and the gateway's own.
 *
 * @param defaultMode of budgets that name none
 * @param gateway what all calls together may spend
 */
public record BudgetSettings(BudgetMode defaultMode, @Nullable BudgetEntry gateway) {

    public static final BudgetSettings DEFAULT = new BudgetSettings(BudgetMode.SOFT, null);
}
