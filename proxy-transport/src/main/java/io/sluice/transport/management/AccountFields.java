package io.sluice.transport.management;

import io.sluice.config.AccountLimits;
import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.store.AccountTerms;
import io.sluice.store.BudgetTerms;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that whatever carries limits and a budget has in common, in LiteLLM's words.
 *
 * <p>A change names what is to be different; a field that is {@code null} takes something away.
 */
final class AccountFields {

    private static final String DOLLARS = "USD";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MAX_MODELS = 100;
    private static final BigDecimal MOST_PRIORITY = BigDecimal.valueOf(100);

    /** Kept and shown again, and without effect in this version. */
    private static final List<String> NOTED =
            List.of(
                    "permissions",
                    "guardrails",
                    "policies",
                    "allowed_routes",
                    "allowed_cache_controls",
                    "aliases",
                    "config",
                    "key_type",
                    "enforced_params",
                    "object_permission",
                    "prompts",
                    "members_with_roles",
                    "router_settings",
                    "description");

    private AccountFields() {}

    /** The terms that {@code body} makes of {@code now}. */
    static AccountTerms read(Body body, AccountTerms now) {
        return new AccountTerms(
                body.has("models") ? body.texts("models") : now.models(),
                limits(body, now.limits()),
                body.has("budget_id") ? body.text("budget_id") : now.budgetId(),
                budget(body, now.budget()),
                modelBudgets(body, now.modelBudgets()),
                object(body, "metadata", now.metadata()),
                body.has("tags") ? body.texts("tags") : now.tags(),
                settings(body, now.settings()));
    }

    static AccountLimits limits(Body body, AccountLimits now) {
        List<AccountLimits.Rate> rates = new ArrayList<>(now.rates());
        rate(body, "rpm_limit", AccountLimits.Unit.REQUESTS, MINUTE, rates);
        rate(body, "tpm_limit", AccountLimits.Unit.TOKENS, MINUTE, rates);
        ofModels(body, "model_rpm_limit", AccountLimits.Unit.REQUESTS, rates);
        ofModels(body, "model_tpm_limit", AccountLimits.Unit.TOKENS, rates);
        Body more = body.object("limits");
        if (more != null) {
            for (AccountLimits.Unit unit : AccountLimits.Unit.values()) {
                String prefix = unit.name().toLowerCase(Locale.ROOT) + "_per_";
                rate(more, prefix + "second", unit, Duration.ofSeconds(1), rates);
                rate(more, prefix + "minute", unit, MINUTE, rates);
                rate(more, prefix + "hour", unit, Duration.ofHours(1), rates);
                rate(more, prefix + "day", unit, Duration.ofDays(1), rates);
            }
        }
        Long parallel =
                body.has("max_parallel_requests")
                        ? body.count("max_parallel_requests")
                        : now.parallel();
        if (more != null && more.has("parallel")) {
            parallel = more.count("parallel");
        }
        if (more != null && !more.ignored().isEmpty()) {
            throw Body.wrong(
                    "limits", "of names such as requests_per_minute, tokens_per_day and parallel");
        }
        int priority = priority(body, now.priority());
        return rates.isEmpty() && parallel == null && priority == AccountLimits.USUAL_PRIORITY
                ? AccountLimits.NONE
                : new AccountLimits(rates, parallel, priority);
    }

    private static int priority(Body body, int now) {
        if (!body.has("priority")) {
            return now;
        }
        BigDecimal priority = body.amount("priority");
        if (priority == null) {
            return AccountLimits.USUAL_PRIORITY;
        }
        if (priority.signum() < 0 || priority.compareTo(MOST_PRIORITY) > 0) {
            throw Body.wrong("priority", "a number from 0 to 100; 1 is usual");
        }
        return priority.movePointRight(3).setScale(0, RoundingMode.HALF_EVEN).intValueExact();
    }

    /** From models to what is allowed per minute; {@code null} takes all of them away. */
    private static void ofModels(
            Body body, String name, AccountLimits.Unit unit, List<AccountLimits.Rate> rates) {
        if (!body.has(name)) {
            return;
        }
        rates.removeIf(rate -> rate.model() != null && rate.unit() == unit);
        Body models = body.object(name);
        Object said = body.value(name);
        if (models == null || !(said instanceof Map<?, ?> fields)) {
            return;
        }
        if (fields.size() > MAX_MODELS) {
            throw Body.wrong(name, "at most " + MAX_MODELS + " models");
        }
        for (Object model : fields.keySet()) {
            Long amount = models.count(model.toString());
            if (amount != null) {
                rates.add(new AccountLimits.Rate(unit, MINUTE, amount, model.toString()));
            }
        }
    }

    private static void rate(
            Body body,
            String name,
            AccountLimits.Unit unit,
            Duration window,
            List<AccountLimits.Rate> rates) {
        if (!body.has(name)) {
            return;
        }
        Long amount = body.count(name);
        rates.removeIf(rate ->
                rate.model() == null && rate.unit() == unit && rate.window().equals(window));
        if (amount != null) {
            rates.add(new AccountLimits.Rate(unit, window, amount));
        }
    }

    static @Nullable BudgetTerms budget(Body body, @Nullable BudgetTerms now) {
        Long picos = now == null ? null : now.picos();
        Long softPicos = now == null ? null : now.softPicos();
        if (body.has("max_budget")) {
            picos = Money.picos(body.amount("max_budget"), "max_budget");
        }
        if (body.has("soft_budget")) {
            softPicos = Money.picos(body.amount("soft_budget"), "soft_budget");
        }
        String currency = body.text("budget_currency");
        BudgetWindow window = window(body, now == null ? BudgetWindow.NEVER : now.window());
        ZoneId zone = zone(body, now == null ? ZoneOffset.UTC : now.zone());
        BudgetMode mode = mode(body, now == null ? null : now.mode());
        if (picos == null && softPicos == null) {
            return null;
        }
        String fallback = now == null ? DOLLARS : now.currency();
        return new BudgetTerms(
                picos,
                softPicos,
                currency == null ? fallback : currency(currency),
                window,
                zone,
                mode);
    }

    private static String currency(String code) {
        if (!code.matches("[A-Z]{3}")) {
            throw Body.wrong("budget_currency", "three capital letters, such as EUR");
        }
        return code;
    }

    private static BudgetWindow window(Body body, BudgetWindow now) {
        if (!body.has("budget_duration")) {
            return now;
        }
        String text = body.text("budget_duration");
        BudgetWindow window = text == null ? BudgetWindow.NEVER : BudgetWindow.parse(text);
        if (window == null) {
            throw Body.wrong(
                    "budget_duration", "day, week, month, none, or a time such as 24h or 30d");
        }
        return window;
    }

    private static ZoneId zone(Body body, ZoneId now) {
        String text = body.text("budget_time_zone");
        try {
            return text == null ? now : ZoneId.of(text);
        } catch (DateTimeException _) {
            throw Body.wrong("budget_time_zone", "a zone, such as Europe/Berlin");
        }
    }

    private static @Nullable BudgetMode mode(Body body, @Nullable BudgetMode now) {
        if (!body.has("budget_mode")) {
            return now;
        }
        String text = body.text("budget_mode");
        return switch (text) {
            case null -> null;
            case "hard" -> BudgetMode.HARD;
            case "soft" -> BudgetMode.SOFT;
            default -> throw Body.wrong("budget_mode", "hard or soft");
        };
    }

    static String modelBudgets(Body body, String now) {
        return ModelBudgets.checked(object(body, "model_max_budget", now));
    }

    private static String object(Body body, String name, String now) {
        if (!body.has(name)) {
            return now;
        }
        String text = body.objectText(name);
        return text == null ? "{}" : text;
    }

    /** What is kept for people, with what {@code body} says of it. */
    private static String settings(Body body, String now) {
        Map<String, @Nullable Object> settings = settings(now);
        for (String name : NOTED) {
            if (body.has(name)) {
                settings.put(name, body.value(name));
            }
        }
        return JsonTree.text(settings);
    }

    /** What is kept for people. */
    static Map<String, @Nullable Object> settings(String text) {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (JsonTree.read(text) instanceof Map<?, ?> kept) {
            kept.forEach((name, value) -> settings.put(name.toString(), value));
        }
        return settings;
    }

    /** Adds the terms to an answer. */
    static void write(AccountTerms terms, Map<String, @Nullable Object> out) {
        out.put("models", terms.models());
        write(terms.limits(), out);
        out.put("budget_id", terms.budgetId());
        write(terms.budget(), out);
        out.put("model_max_budget", JsonTree.read(terms.modelBudgets()));
        out.put("metadata", JsonTree.read(terms.metadata()));
        out.put("tags", terms.tags());
        settings(terms.settings()).forEach(out::putIfAbsent);
    }

    static void write(AccountLimits limits, Map<String, @Nullable Object> out) {
        out.put("rpm_limit", null);
        out.put("tpm_limit", null);
        out.put("model_rpm_limit", ofModels(limits, AccountLimits.Unit.REQUESTS));
        out.put("model_tpm_limit", ofModels(limits, AccountLimits.Unit.TOKENS));
        out.put("priority", BigDecimal.valueOf(limits.priority(), 3).stripTrailingZeros());
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (AccountLimits.Rate rate : limits.rates()) {
            if (rate.model() != null) {
                continue;
            }
            boolean isRequests = rate.unit() == AccountLimits.Unit.REQUESTS;
            if (rate.window().equals(MINUTE)) {
                out.put(isRequests ? "rpm_limit" : "tpm_limit", rate.amount());
            }
            String window =
                    switch ((int) rate.window().toSeconds()) {
                        case 1 -> "second";
                        case 60 -> "minute";
                        case 3600 -> "hour";
                        default -> "day";
                    };
            all.put(rate.unit().name().toLowerCase(Locale.ROOT) + "_per_" + window, rate.amount());
        }
        out.put("max_parallel_requests", limits.parallel());
        if (limits.parallel() != null) {
            all.put("parallel", limits.parallel());
        }
        out.put("limits", all);
    }

    private static @Nullable Map<String, Long> ofModels(
            AccountLimits limits, AccountLimits.Unit unit) {
        Map<String, Long> ofModels = new LinkedHashMap<>();
        for (AccountLimits.Rate rate : limits.rates()) {
            String model = rate.model();
            if (model != null && rate.unit() == unit) {
                ofModels.put(model, rate.amount());
            }
        }
        return ofModels.isEmpty() ? null : ofModels;
    }

    /** When the budget's next window begins, as text; {@code null} if none does. */
    static @Nullable String resetAt(@Nullable BudgetTerms budget, Instant now) {
        return budget == null || budget.window().equals(BudgetWindow.NEVER)
                ? null
                : Times.text(budget.window().endOf(now, budget.zone()));
    }

    static void write(@Nullable BudgetTerms budget, Map<String, @Nullable Object> out) {
        BigDecimal amount = budget == null ? null : Money.units(budget.picos());
        out.put("max_budget", amount);
        out.put("soft_budget", budget == null ? null : Money.units(budget.softPicos()));
        out.put("budget_duration", null);
        if (budget != null) {
            boolean isForEver = budget.window().equals(BudgetWindow.NEVER);
            out.put("budget_duration", isForEver ? null : budget.window().toString());
            out.put("budget_currency", budget.currency());
            out.put("budget_time_zone", budget.zone().getId());
            BudgetMode mode = budget.mode();
            out.put("budget_mode", mode == null ? null : mode.name().toLowerCase(Locale.ROOT));
        }
    }
}
