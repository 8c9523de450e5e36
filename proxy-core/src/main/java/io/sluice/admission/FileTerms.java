package io.sluice.admission;

import io.sluice.config.AccountLimits;
import io.sluice.config.AccountSettings;
import io.sluice.config.Allowance;
import io.sluice.config.BudgetEntry;
import io.sluice.config.BudgetMode;
import io.sluice.config.KeyEntry;
import io.sluice.config.PriceSettings;
import io.sluice.config.Settings;
import io.sluice.price.Currency;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gives accounts the terms that the operator's file says. */
public final class FileTerms {

    /** The name of the one budget that the file can give an account. */
    public static final String BUDGET = "budget";

    /** What the names of budgets for one model begin with. */
    public static final String MODEL_BUDGET = "model:";

    private static final String FILE_KEY = "file:";
    private static final int PICO_DIGITS = 12;
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE / 2);

    private final BudgetMode defaultMode;
    private final PriceSettings prices;

    private FileTerms(BudgetMode defaultMode, PriceSettings prices) {
        this.defaultMode = defaultMode;
        this.prices = prices;
    }

    /**
     * Gives the gateway, and each key, model, provider, tag and deployment of the file its terms,
     * and those of end-users; who is no longer in the file loses them. No count changes.
     *
     * @param deployments by the names of targets
     */
    public static void apply(
            Settings settings,
            Map<String, Allowance> deployments,
            Accounts accounts,
            long nowNanos) {
        FileTerms file = new FileTerms(settings.budgets().defaultMode(), settings.prices());
        accounts.gateway()
                .setTerms(
                        file.terms(
                                new Allowance(
                                        settings.limits().calls(), settings.budgets().gateway())),
                        nowNanos);
        Map<String, Terms> keys = new HashMap<>();
        for (KeyEntry key : settings.keys()) {
            keys.put(FILE_KEY + key.alias(), file.terms(key));
        }
        apply(AccountKind.KEY, keys, id -> id.startsWith(FILE_KEY), accounts, nowNanos);
        AccountSettings others = settings.accounts();
        file.applyAll(AccountKind.MODEL, others.models(), accounts, nowNanos);
        file.applyAll(AccountKind.PROVIDER, others.providers(), accounts, nowNanos);
        file.applyAll(AccountKind.DEPLOYMENT, deployments, accounts, nowNanos);
        Map<String, Terms> tags = new HashMap<>();
        others.tags().forEach((tag, allowance) -> tags.put(tag, file.terms(allowance)));
        accounts.setTagTerms(tags, nowNanos);
        accounts.setEndUserTerms(file.terms(others.endUser()), nowNanos);
    }

    /** What the file says of each end-user without terms of its own. */
    public static Terms endUserTerms(Settings settings) {
        return new FileTerms(settings.budgets().defaultMode(), settings.prices())
                .terms(settings.accounts().endUser());
    }

    private void applyAll(
            AccountKind kind, Map<String, Allowance> named, Accounts accounts, long nowNanos) {
        Map<String, Terms> terms = new HashMap<>();
        named.forEach((name, allowance) -> terms.put(name, terms(allowance)));
        apply(kind, terms, _ -> true, accounts, nowNanos);
    }

    private static void apply(
            AccountKind kind,
            Map<String, Terms> named,
            Predicate<String> isOfFile,
            Accounts accounts,
            long nowNanos) {
        named.forEach((id, terms) -> {
            if (!terms.isEmpty() || accounts.find(kind, id) != null) {
                accounts.setTerms(kind, id, terms, nowNanos);
            }
        });
        for (Account account : accounts.all(kind)) {
            if (isOfFile.test(account.id()) && !named.containsKey(account.id())) {
                account.setTerms(Terms.NONE, nowNanos);
            }
        }
    }

    private Terms terms(Allowance allowance) {
        return terms(allowance.limits(), allowance.budget(), defaultMode, prices);
    }

    private Terms terms(KeyEntry key) {
        Terms terms = terms(new Allowance(key.limits(), key.budget()));
        List<BudgetTerms> budgets = new ArrayList<>(terms.budgets());
        key.modelBudgets()
                .forEach((model, budget) ->
                        budgets.add(modelBudget(model, budget, defaultMode, prices)));
        return new Terms(terms.limits(), terms.parallel(), budgets, terms.priority());
    }

    /**
     * Terms as they are kept.
     *
     * @param defaultMode of a budget that names none
     * @param prices say what other currencies are worth
     */
    public static Terms terms(
            AccountLimits limits,
            @Nullable BudgetEntry budget,
            BudgetMode defaultMode,
            PriceSettings prices) {
        List<RateLimit> rates =
                limits.rates().stream()
                        .map(rate ->
                                new RateLimit(
                                        unit(rate.unit()),
                                        rate.window(),
                                        Math.min(rate.amount(), RateLimit.MAX_AMOUNT),
                                        rate.model()))
                        .toList();
        return new Terms(
                rates,
                limits.parallel() == null ? Terms.UNLIMITED : limits.parallel(),
                budget == null ? List.of() : List.of(budget(BUDGET, budget, defaultMode, prices)),
                limits.priority());
    }

    private static LimitUnit unit(AccountLimits.Unit unit) {
        return switch (unit) {
            case REQUESTS -> LimitUnit.REQUESTS;
            case TOKENS -> LimitUnit.TOKENS;
        };
    }

    /**
     * A budget as it is kept.
     *
     * @param name tells the budgets of one account apart
     * @param defaultMode of an entry that names none
     * @param prices say what other currencies are worth
     */
    public static BudgetTerms budget(
            String name, BudgetEntry entry, BudgetMode defaultMode, PriceSettings prices) {
        return budget(name, null, entry, defaultMode, prices);
    }

    /**
     * A budget of an account for one model, as it is kept.
     *
     * @param model as callers name it
     * @param defaultMode of an entry that names none
     * @param prices say what other currencies are worth
     */
    public static BudgetTerms modelBudget(
            String model, BudgetEntry entry, BudgetMode defaultMode, PriceSettings prices) {
        return budget(MODEL_BUDGET + model, model, entry, defaultMode, prices);
    }

    private static BudgetTerms budget(
            String name,
            @Nullable String model,
            BudgetEntry entry,
            BudgetMode defaultMode,
            PriceSettings prices) {
        return new BudgetTerms(
                name,
                picos(entry.amount()),
                Currency.of(entry.currency(), prices.rates().get(entry.currency())),
                new SpendWindow(entry.window(), entry.zone()),
                entry.mode() == null ? defaultMode : entry.mode(),
                entry.softLimit() == null ? BudgetTerms.NO_SOFT_LIMIT : picos(entry.softLimit()),
                model);
    }

    /** In 10^-12, at most half of what a counter can hold (4.6 million units). */
    private static long picos(BigDecimal amount) {
        return amount.movePointRight(PICO_DIGITS)
                .setScale(0, RoundingMode.FLOOR)
                .min(MOST)
                .max(BigDecimal.ZERO)
                .longValue();
    }
}
