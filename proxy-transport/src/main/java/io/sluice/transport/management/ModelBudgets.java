package io.sluice.transport.management;

import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.store.BudgetTerms;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code model_max_budget} says: from a model to dollars, or to {@code {budget_limit,
 * time_period, budget_mode}}, for which {@code max_budget} and {@code budget_duration} may stand.
 */
public final class ModelBudgets {

    private static final String FIELD = "model_max_budget";
    private static final int MAX_MODELS = 100;

    private ModelBudgets() {}

    /** The budgets that a stored document says, by the model's name. What is none is left out. */
    public static Map<String, BudgetTerms> read(String document) {
        Map<String, BudgetTerms> budgets = new LinkedHashMap<>();
        if (!document.equals("{}") && JsonTree.read(document) instanceof Map<?, ?> models) {
            models.forEach((model, said) -> {
                BudgetTerms terms = terms(said);
                if (terms != null && budgets.size() < MAX_MODELS) {
                    budgets.put(model.toString(), terms);
                }
            });
        }
        return budgets;
    }

    /**
     * The document, once it is known to say budgets.
     *
     * @throws io.sluice.error.GatewayException if it does not
     */
    static String checked(String document) {
        if (JsonTree.read(document) instanceof Map<?, ?> models) {
            if (models.size() > MAX_MODELS) {
                throw Body.wrong(FIELD, "at most " + MAX_MODELS + " models");
            }
            for (Object said : models.values()) {
                if (terms(said) == null) {
                    throw Body.wrong(
                            FIELD,
                            "from models to dollars, or to {\"budget_limit\": 1, \"time_period\":"
                                    + " \"1d\"}");
                }
            }
        }
        return document;
    }

    private static @Nullable BudgetTerms terms(@Nullable Object said) {
        if (said instanceof BigDecimal dollars) {
            return terms(dollars, BudgetWindow.NEVER, null);
        }
        if (!(said instanceof Map<?, ?> fields)) {
            return null;
        }
        BigDecimal dollars = amount(first(fields, "budget_limit", "max_budget"));
        Object period = first(fields, "time_period", "budget_duration");
        BudgetWindow window =
                period == null ? BudgetWindow.NEVER : BudgetWindow.parse(period.toString());
        Object mode = first(fields, "budget_mode", "mode");
        boolean isMode = mode == null || mode.equals("hard") || mode.equals("soft");
        if (dollars == null || window == null || !isMode) {
            return null;
        }
        return terms(
                dollars,
                window,
                mode == null ? null : mode.equals("hard") ? BudgetMode.HARD : BudgetMode.SOFT);
    }

    private static @Nullable BudgetTerms terms(
            BigDecimal dollars, BudgetWindow window, @Nullable BudgetMode mode) {
        if (dollars.signum() < 0) {
            return null;
        }
        return new BudgetTerms(
                Money.picos(dollars, FIELD), null, "USD", window, ZoneOffset.UTC, mode);
    }

    /** LiteLLM's own examples write amounts as strings. */
    private static @Nullable BigDecimal amount(@Nullable Object said) {
        if (said instanceof BigDecimal number) {
            return number;
        }
        boolean isNumber =
                said instanceof String text && text.matches("[0-9]{1,7}(\\.[0-9]{1,12})?");
        return isNumber ? new BigDecimal((String) said) : null;
    }

    private static @Nullable Object first(Map<?, ?> fields, String name, String other) {
        Object value = fields.get(name);
        return value == null ? fields.get(other) : value;
    }
}
