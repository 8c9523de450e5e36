package io.sluice.config;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads limits, budgets and what becomes of an answer whose client has gone, wherever they stand.
 *
 * <p>Confined to one load.
 */
final class AllowanceReader {

    static final Map<String, Duration> WINDOWS =
            Map.of(
                    "second", Duration.ofSeconds(1),
                    "minute", Duration.ofMinutes(1),
                    "hour", Duration.ofHours(1),
                    "day", Duration.ofDays(1));

    private final Values values;
    private final Problems problems;
    private final Severity severity;

    /** A reader of Sluice's own sections. */
    AllowanceReader(Values values, Problems problems) {
        this(values, problems, Severity.ERROR);
    }

    /**
     * A reader.
     *
     * @param severity of what cannot be used
     */
    AllowanceReader(Values values, Problems problems, Severity severity) {
        this.values = values;
        this.problems = problems;
        this.severity = severity;
    }

    /** The budgets for single models in the list at {@code path}, by the model's name. */
    Map<String, BudgetEntry> modelBudgets(String path) {
        Map<String, BudgetEntry> budgets = new LinkedHashMap<>();
        for (int i = 0; i < values.size(path); i++) {
            String item = path + '[' + i + ']';
            String model = values.text(item + ".model");
            BudgetEntry budget = values.findFault(item) == null ? budget(item) : null;
            if (model == null || model.isBlank()) {
                error(item, item + " has no model");
            } else if (budget != null && budgets.putIfAbsent(model, budget) != null) {
                error(item, path + " names " + model + " twice");
            }
        }
        return budgets;
    }

    /** The limits below {@code path}. */
    AccountLimits limits(String path) {
        List<AccountLimits.Rate> rates = new ArrayList<>();
        for (AccountLimits.Unit unit : AccountLimits.Unit.values()) {
            for (String window : List.of("second", "minute", "hour", "day")) {
                String name = unit.name().toLowerCase(Locale.ROOT) + "_per_" + window;
                Long amount = values.number(path + '.' + name);
                Duration length = WINDOWS.get(window);
                if (amount != null && length != null) {
                    rates.add(new AccountLimits.Rate(unit, length, amount));
                }
            }
        }
        Long parallel = values.number(path + ".parallel");
        String priority = path + ".priority";
        int given =
                values.has(priority)
                        ? (int) Math.round(values.decimal(priority) * 1000)
                        : AccountLimits.USUAL_PRIORITY;
        return rates.isEmpty() && parallel == null && given == AccountLimits.USUAL_PRIORITY
                ? AccountLimits.NONE
                : new AccountLimits(rates, parallel, given);
    }

    /** The budget at {@code path}, or {@code null} if there is none. */
    @Nullable BudgetEntry budget(String path) {
        String amount = values.text(path + ".amount");
        if (amount == null) {
            boolean isBegun = !values.below(path + '.').isEmpty();
            if (isBegun && values.findFault(path + ".amount") == null) {
                error(path, path + " has no amount");
            }
            return null;
        }
        int space = amount.lastIndexOf(' ');
        BudgetWindow window = BudgetWindow.parse(text(path + ".window", "day"));
        ZoneId zone = zone(text(path + ".time_zone", "UTC"));
        if (window == null) {
            error(
                    path + ".window",
                    path + ".window takes day, week, month, none, or a time such as 24h or 30d");
        }
        if (zone == null) {
            error(path + ".time_zone", path + ".time_zone is not a zone, such as Europe/Berlin");
        }
        String mode = values.text(path + ".mode");
        String softLimit = values.text(path + ".soft_limit");
        return window == null || zone == null
                ? null
                : new BudgetEntry(
                        new BigDecimal(amount.substring(0, space)),
                        amount.substring(space + 1),
                        window,
                        zone,
                        mode == null ? null : mode(mode),
                        softLimit(path, amount.substring(space + 1), softLimit));
    }

    private @Nullable BigDecimal softLimit(
            String path, String currency, @Nullable String softLimit) {
        if (softLimit == null) {
            return null;
        }
        int space = softLimit.lastIndexOf(' ');
        if (!softLimit.substring(space + 1).equals(currency)) {
            error(path + ".soft_limit", path + ".soft_limit takes the currency of the amount");
            return null;
        }
        return new BigDecimal(softLimit.substring(0, space));
    }

    /** The mode that {@code word}, which was checked, says. */
    static BudgetMode mode(String word) {
        return BudgetMode.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The rule at {@code path}, or {@code null} if there is none. */
    @Nullable OnDisconnect onDisconnect(String path) {
        String word = values.text(path);
        return word == null ? null : OnDisconnect.parse(word);
    }

    private String text(String path, String fallback) {
        String text = values.text(path);
        return text == null ? fallback : text;
    }

    private static @Nullable ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException _) {
            return null;
        }
    }

    private void error(String path, String message) {
        problems.add(severity, values.placeOf(path), message, null);
    }
}
