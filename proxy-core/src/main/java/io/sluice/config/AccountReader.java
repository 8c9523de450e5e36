package io.sluice.config;

import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code accounts}, and what LiteLLM's files say in its place.
 *
 * <p>Confined to one load.
 */
final class AccountReader {

    private static final String DOLLARS = "USD";
    private static final String PROVIDERS = "router_settings.provider_budget_config";
    private static final String TAGS = "litellm_settings.tag_budget_config";

    private final Values values;
    private final Problems problems;
    private final AllowanceReader allowances;

    AccountReader(Values values, Problems problems, AllowanceReader allowances) {
        this.values = values;
        this.problems = problems;
        this.allowances = allowances;
    }

    AccountSettings read() {
        Map<String, Allowance> providers = budgets(PROVIDERS);
        providers.putAll(named("accounts.providers"));
        Map<String, Allowance> tags = budgets(TAGS);
        tags.putAll(named("accounts.tags"));
        return new AccountSettings(
                named("accounts.models"),
                providers,
                tags,
                endUser(),
                values.text("litellm_settings.max_end_user_budget_id"));
    }

    private Allowance endUser() {
        AccountLimits limits = allowances.limits("accounts.end_user.limits");
        BudgetEntry budget = allowances.budget("accounts.end_user.budget");
        Values.Value dollars = values.find("litellm_settings.max_end_user_budget");
        if (budget == null && dollars != null && dollars.value() instanceof BigDecimal amount) {
            budget = dollars(amount, BudgetWindow.NEVER, null);
        }
        return new Allowance(limits, budget);
    }

    private Map<String, Allowance> named(String path) {
        Map<String, Allowance> named = new LinkedHashMap<>();
        for (int i = 0; i < values.size(path); i++) {
            String item = path + '[' + i + ']';
            String name = values.text(item + ".name");
            if (values.findFault(item) != null || values.findFault(item + ".name") != null) {
                continue;
            }
            if (name == null || name.isBlank()) {
                add(Severity.ERROR, item, item + " has no name");
                continue;
            }
            Allowance allowance =
                    new Allowance(
                            allowances.limits(item + ".limits"),
                            allowances.budget(item + ".budget"));
            if (named.putIfAbsent(name, allowance) != null) {
                add(Severity.ERROR, item + ".name", path + " names " + name + " twice");
            }
        }
        return named;
    }

    /** A mapping of names to LiteLLM's budgets, which are in dollars. */
    private Map<String, Allowance> budgets(String path) {
        Map<String, Allowance> budgets = new LinkedHashMap<>();
        Values.Value said = values.find(path);
        if (said != null && said.value() instanceof Map<?, ?> entries) {
            entries.forEach((name, fields) -> {
                if (fields instanceof Map<?, ?> texts) {
                    BudgetEntry budget = budget(path + '.' + name, texts);
                    if (budget != null) {
                        budgets.put(
                                String.valueOf(name), new Allowance(AccountLimits.NONE, budget));
                    }
                }
            });
        }
        return budgets;
    }

    private @Nullable BudgetEntry budget(String path, Map<?, ?> texts) {
        String amount = first(texts, "budget_limit", "max_budget");
        String period = first(texts, "time_period", "budget_duration");
        String mode = first(texts, "budget_mode", "mode");
        Object parsed =
                amount == null
                        ? null
                        : ValueParser.parse(
                                KeySpec.used(path, KeyType.DECIMAL, "null", ""), amount);
        if (!(parsed instanceof BigDecimal dollars) || dollars.signum() < 0) {
            add(Severity.WARNING, path, path + " has no budget_limit, and bounds nothing");
            return null;
        }
        BudgetWindow window = period == null ? BudgetWindow.NEVER : BudgetWindow.parse(period);
        if (window == null) {
            window = BudgetWindow.MONTH;
            add(
                    Severity.WARNING,
                    path,
                    path + ".time_period takes a time such as 1d, 30d or 1mo; a month counts");
        }
        return dollars(dollars, window, "hard".equals(mode) ? BudgetMode.HARD : null);
    }

    private static BudgetEntry dollars(
            BigDecimal amount, BudgetWindow window, @Nullable BudgetMode mode) {
        return new BudgetEntry(amount, DOLLARS, window, ZoneOffset.UTC, mode, null);
    }

    private static @Nullable String first(Map<?, ?> texts, String name, String other) {
        Object value = texts.get(name);
        Object found = value == null ? texts.get(other) : value;
        return found == null ? null : found.toString();
    }

    private void add(Severity severity, String path, String message) {
        problems.add(severity, values.placeOf(path), message, null);
    }
}
