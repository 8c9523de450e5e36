package io.sluice.admission;

import io.sluice.config.AccountLimits;
import io.sluice.config.BudgetEntry;
import io.sluice.config.BudgetMode;
import io.sluice.config.KeyEntry;
import io.sluice.config.PriceSettings;
import io.sluice.config.Settings;
import io.sluice.price.Currency;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives accounts the terms that the operator's file says. */
public final class FileTerms {

    /** The name of the one budget that the file can give an account. */
    public static final String BUDGET = "budget";

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
     * Gives the gateway and each key of the file its terms; keys that are no longer in the file
     * lose theirs. No count changes.
     */
    public static void apply(Settings settings, Accounts accounts, long nowNanos) {
        FileTerms file = new FileTerms(settings.budgets().defaultMode(), settings.prices());
        accounts.gateway()
                .setTerms(
                        file.termsOf(settings.limits().calls(), settings.budgets().gateway()),
                        nowNanos);
        Set<String> named = new HashSet<>();
        for (KeyEntry key : settings.keys()) {
            String id = FILE_KEY + key.alias();
            Terms terms = file.termsOf(key.limits(), key.budget());
            named.add(id);
            if (!terms.isEmpty() || accounts.find(AccountKind.KEY, id) != null) {
                accounts.setTerms(AccountKind.KEY, id, terms, nowNanos);
            }
        }
        for (Account account : accounts.all(AccountKind.KEY)) {
            if (account.id().startsWith(FILE_KEY) && !named.contains(account.id())) {
                account.setTerms(Terms.NONE, nowNanos);
            }
        }
    }

    private Terms termsOf(AccountLimits limits, @Nullable BudgetEntry budget) {
        return terms(limits, budget, defaultMode, prices);
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
                                        Math.min(rate.amount(), RateLimit.MAX_AMOUNT)))
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
        return new BudgetTerms(
                name,
                picos(entry.amount()),
                Currency.of(entry.currency(), prices.rates().get(entry.currency())),
                new SpendWindow(entry.window(), entry.zone()),
                entry.mode() == null ? defaultMode : entry.mode(),
                entry.softLimit() == null ? BudgetTerms.NO_SOFT_LIMIT : picos(entry.softLimit()));
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
