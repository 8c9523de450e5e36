package io.sluice.transport;

import io.netty.util.concurrent.Ticker;
import io.sluice.admission.Account;
import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.FileTerms;
import io.sluice.admission.SpendSource;
import io.sluice.admission.Terms;
import io.sluice.config.BudgetEntry;
import io.sluice.config.BudgetMode;
import io.sluice.config.PriceSettings;
import io.sluice.store.AccountTerms;
import io.sluice.store.BudgetTerms;
import io.sluice.store.ChangeKind;
import io.sluice.store.Dimension;
import io.sluice.store.SpendRepository;
import io.sluice.store.TermsListener;
import io.sluice.transport.management.ModelBudgets;
import io.sluice.transport.management.Spending;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives accounts the terms that the database says, and what they had spent before this process
 * began. Blocks; safe for any thread but event loops.
 */
final class StoredTerms implements TermsListener, SpendSource {

    private static final int PICO_DIGITS = 12;

    private final Accounts accounts;
    private final SpendRepository spend;
    private final BudgetMode defaultMode;
    private final PriceSettings prices;
    private final InstantSource clock;
    private volatile Consumer<Account> listener = _ -> {};

    /**
     * The terms of one process.
     *
     * @param spend of the data path's side of the database
     * @param defaultMode of budgets that name none
     * @param prices say what other currencies are worth
     */
    StoredTerms(
            Accounts accounts,
            SpendRepository spend,
            BudgetMode defaultMode,
            PriceSettings prices,
            InstantSource clock) {
        this.accounts = accounts;
        this.spend = spend;
        this.defaultMode = defaultMode;
        this.prices = prices;
        this.clock = clock;
    }

    /** Who is told of each account that was given its terms, on the thread that gives them. */
    void setListener(Consumer<Account> listener) {
        this.listener = listener;
    }

    @Override
    public void onTerms(ChangeKind kind, String id, AccountTerms stored, Instant spendSince) {
        AccountKind accountKind = kindOf(kind);
        if (accountKind != null) {
            set(accountKind, id, terms(stored), spendSince);
        }
    }

    /**
     * The terms of an end-user or a tag are now these.
     *
     * @param isBlocked whether its calls are refused
     */
    void onTerms(
            AccountKind kind,
            String id,
            AccountTerms stored,
            Instant spendSince,
            boolean isBlocked) {
        Terms terms = terms(stored);
        set(kind, id, isBlocked ? terms.blocked() : terms, spendSince);
    }

    private void set(AccountKind kind, String id, Terms terms, Instant spendSince) {
        if (terms.isEmpty() && accounts.find(kind, id) == null) {
            return;
        }
        Account account = accounts.setTerms(kind, id, terms, Ticker.systemTicker().nanoTime());
        long nowMillis = clock.millis();
        account.setSpendSince(spendSince.toEpochMilli(), nowMillis);
        account.restore(this, nowMillis);
        listener.accept(account);
    }

    /** The terms that the database says, as they are kept. */
    Terms terms(AccountTerms stored) {
        Terms own = FileTerms.terms(stored.limits(), entry(stored.budget()), defaultMode, prices);
        Map<String, BudgetTerms> ofModels = ModelBudgets.read(stored.modelBudgets());
        if (ofModels.isEmpty()) {
            return own;
        }
        List<io.sluice.admission.BudgetTerms> budgets = new ArrayList<>(own.budgets());
        ofModels.forEach((model, terms) -> {
            BudgetEntry entry = entry(terms);
            if (entry != null) {
                budgets.add(FileTerms.modelBudget(model, entry, defaultMode, prices));
            }
        });
        return new Terms(own.limits(), own.parallel(), budgets, own.priority());
    }

    @Override
    public long spentPicos(
            Account account,
            io.sluice.admission.BudgetTerms terms,
            long startMillis,
            long endMillis) {
        Map<String, BigInteger> spent =
                spend.since(
                        dimensionOf(account.kind()),
                        account.id(),
                        terms.model(),
                        Instant.ofEpochMilli(startMillis));
        return Spending.in(terms.currency(), spent).longValue();
    }

    private static @Nullable BudgetEntry entry(@Nullable BudgetTerms stored) {
        if (stored == null || (stored.picos() == null && stored.softPicos() == null)) {
            return null;
        }
        long most = stored.picos() == null ? Long.MAX_VALUE / 2 : stored.picos();
        return new BudgetEntry(
                amount(most),
                stored.currency(),
                stored.window(),
                stored.zone(),
                stored.picos() == null ? BudgetMode.SOFT : stored.mode(),
                stored.softPicos() == null ? null : amount(stored.softPicos()));
    }

    private static BigDecimal amount(long picos) {
        return BigDecimal.valueOf(picos, PICO_DIGITS);
    }

    private static @Nullable AccountKind kindOf(ChangeKind kind) {
        return switch (kind) {
            case KEY -> AccountKind.KEY;
            case USER -> AccountKind.USER;
            case TEAM -> AccountKind.TEAM;
            case ORGANIZATION -> AccountKind.ORGANIZATION;
            case PROJECT -> AccountKind.PROJECT;
            case END_USER -> AccountKind.END_USER;
            case TAG -> AccountKind.TAG;
            case BUDGET, CREDENTIAL, SETTING -> null;
        };
    }

    static Dimension dimensionOf(AccountKind kind) {
        return switch (kind) {
            case GATEWAY -> Dimension.GATEWAY;
            case ORGANIZATION -> Dimension.ORGANIZATION;
            case TEAM -> Dimension.TEAM;
            case PROJECT -> Dimension.PROJECT;
            case USER -> Dimension.USER;
            case KEY -> Dimension.KEY;
            case END_USER -> Dimension.END_USER;
            case MODEL -> Dimension.MODEL;
            case DEPLOYMENT -> Dimension.TARGET;
            case PROVIDER -> Dimension.PROVIDER;
            case TAG -> Dimension.TAG;
        };
    }
}
