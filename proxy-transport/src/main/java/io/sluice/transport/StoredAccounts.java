package io.sluice.transport;

import io.netty.util.concurrent.Ticker;
import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.BudgetTerms;
import io.sluice.admission.Terms;
import io.sluice.store.AccountTerms;
import io.sluice.store.BudgetRecord;
import io.sluice.store.BudgetRepository;
import io.sluice.store.ChangeKind;
import io.sluice.store.Dimension;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.OwnerRepository;
import io.sluice.store.SpendRepository;
import io.sluice.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the end-users and tags of the database what they may use and spend. Keys and their owners
 * are read when a key is used; which end-user and which tags a call has is known when it is too
 * late to wait, so that all of these are read before.
 *
 * <p>Blocks; for any thread but event loops.
 */
final class StoredAccounts {

    private static final Logger LOG = LoggerFactory.getLogger(StoredAccounts.class);
    private static final List<OwnerKind> KINDS = List.of(OwnerKind.END_USER, OwnerKind.TAG);

    private final Accounts accounts;
    private final OwnerRepository owners;
    private final BudgetRepository budgets;
    private final SpendRepository spend;
    private final StoredTerms terms;
    private final Terms ofFile;
    private final @Nullable String endUserBudgetId;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<OwnerKind, Set<String>> known = new EnumMap<>(OwnerKind.class);
    private boolean isOpen;
    private boolean isBehind;

    /**
     * The accounts of one process.
     *
     * @param ofFile what the operator's file says of each end-user without terms of its own
     * @param endUserBudgetId a stored budget that says what the file does not
     */
    StoredAccounts(
            Accounts accounts,
            OwnerRepository owners,
            BudgetRepository budgets,
            SpendRepository spend,
            StoredTerms terms,
            Terms ofFile,
            @Nullable String endUserBudgetId,
            InstantSource clock) {
        this.accounts = accounts;
        this.owners = owners;
        this.budgets = budgets;
        this.spend = spend;
        this.terms = terms;
        this.ofFile = ofFile;
        this.endUserBudgetId = endUserBudgetId;
        this.clock = clock;
        KINDS.forEach(kind -> known.put(kind, new HashSet<>()));
    }

    /**
     * Reads all of them, and makes an account for each end-user that has spent something in the
     * windows that run. To be called before {@link Accounts#restore}.
     *
     * @throws StoreException if the database is away
     */
    void open() {
        lock.lock();
        try {
            readAll();
            readSpenders();
            isOpen = true;
            isBehind = false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * One has changed, or a budget that some of them may name.
     *
     * @param id {@code null} where any may have
     */
    void onChange(ChangeKind kind, @Nullable String id) {
        OwnerKind owner = kindOf(kind);
        if (owner == null && kind != ChangeKind.BUDGET) {
            return;
        }
        lock.lock();
        try {
            if (isOpen) {
                change(owner, id);
            }
        } catch (StoreException e) {
            isBehind = true;
            LOG.warn("changed end-users and tags are read later: {}", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /** Reads again what could not be read. */
    void tick() {
        lock.lock();
        try {
            if (isBehind) {
                readAll();
                isBehind = false;
            }
        } catch (StoreException e) {
            LOG.debug("changed end-users and tags are read later: {}", e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private void change(@Nullable OwnerKind kind, @Nullable String id) {
        if (kind == null) {
            readAll();
        } else if (id == null) {
            readAll(kind);
        } else {
            OwnerRecord found = owners.find(kind, id);
            if (found == null) {
                forget(kind, id);
            } else {
                tell(found);
            }
        }
    }

    private void readAll() {
        String budgetId = endUserBudgetId;
        if (budgetId != null) {
            BudgetRecord shared = budgets.find(budgetId);
            if (shared == null) {
                LOG.warn(
                        "litellm_settings.max_end_user_budget_id names a budget that is not stored:"
                                + " {}",
                        budgetId);
            }
            Terms stored = shared == null ? Terms.NONE : terms.terms(AccountTerms.NONE.or(shared));
            accounts.setEndUserTerms(ofFile.or(stored), nowNanos());
        }
        KINDS.forEach(this::readAll);
    }

    private void readAll(OwnerKind kind) {
        Set<String> gone = new HashSet<>(known.getOrDefault(kind, Set.of()));
        String last = "";
        List<OwnerRecord> page;
        do {
            page = owners.list(kind, last, OwnerRepository.MAX_ROWS);
            for (OwnerRecord owner : page) {
                tell(owner);
                gone.remove(owner.id());
                last = owner.id();
            }
        } while (page.size() == OwnerRepository.MAX_ROWS);
        gone.forEach(id -> forget(kind, id));
    }

    private void readSpenders() {
        List<BudgetTerms> shared = accounts.endUserTerms().budgets();
        long nowMillis = clock.millis();
        for (BudgetTerms budget : shared) {
            Instant since = Instant.ofEpochMilli(budget.window().startMillis(nowMillis));
            String last = "";
            List<String> page;
            int left = Accounts.MAX_END_USERS;
            do {
                page = spend.idsSince(Dimension.END_USER, since, last, SpendRepository.MAX_ROWS);
                for (String id : page) {
                    accounts.endUser(id, nowNanos());
                    last = id;
                }
                left -= page.size();
            } while (page.size() == SpendRepository.MAX_ROWS && left > 0);
        }
    }

    private void tell(OwnerRecord owner) {
        AccountTerms own = owner.terms();
        String budgetId = own.budgetId();
        BudgetRecord shared = budgetId == null ? null : budgets.find(budgetId);
        known.getOrDefault(owner.kind(), new HashSet<>()).add(owner.id());
        terms.onTerms(
                accountKind(owner.kind()),
                owner.id(),
                shared == null ? own : own.or(shared),
                owner.spendSince(),
                owner.blocked());
    }

    private void forget(OwnerKind kind, String id) {
        known.getOrDefault(kind, new HashSet<>()).remove(id);
        accounts.forget(accountKind(kind), id, nowNanos());
    }

    private static AccountKind accountKind(OwnerKind kind) {
        return kind == OwnerKind.TAG ? AccountKind.TAG : AccountKind.END_USER;
    }

    private static @Nullable OwnerKind kindOf(ChangeKind kind) {
        return switch (kind) {
            case END_USER -> OwnerKind.END_USER;
            case TAG -> OwnerKind.TAG;
            default -> null;
        };
    }

    private static long nowNanos() {
        return Ticker.systemTicker().nanoTime();
    }
}
