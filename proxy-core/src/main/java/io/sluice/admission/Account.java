package io.sluice.admission;

import io.sluice.config.BudgetMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one key, user, model and so on has used, and what it may. Safe for any thread, lock-free.
 *
 * <p>An account outlives every change of its terms. What it counts is never set back by one: a
 * limit that is changed, or taken away and given again, finds its count as it was. A budget that is
 * taken away is counted on in silence, so that it has missed nothing when it is given again.
 */
public final class Account {

    private static final int MAX_SILENT = 16;

    /** Stands in the name of a shared window between an account and one of its models. */
    private static final String MODEL = "#model:";

    private final AccountKind kind;
    private final String id;
    private final ConcurrentHashMap<WindowKey, RateWindow> allWindows = new ConcurrentHashMap<>(4);
    private final ConcurrentHashMap<BudgetKey, Budget> allBudgets = new ConcurrentHashMap<>(4);
    private final PaddedLong open = new PaddedLong();
    private final AtomicReference<Book> book =
            new AtomicReference<>(new Book(Terms.NONE, List.of(), List.of(), List.of()));
    private volatile boolean isStranger;
    private final AtomicLong spendSinceMillis = new AtomicLong();
    private final @Nullable RateSharing sharing;

    /** What tells the counts of one account's limits apart. */
    private record WindowKey(LimitUnit unit, Duration length, @Nullable String model) {}

    /** What tells the counts of one account's budgets apart. */
    private record BudgetKey(String name, String currency) {}

    /**
     * Terms and the counts that belong to them, in the same order.
     *
     * @param windows one for each limit
     * @param charged the terms' budgets, and then those that are counted in silence
     * @param budgets one for each of {@code charged}
     */
    record Book(
            Terms terms,
            List<RateWindow> windows,
            List<BudgetTerms> charged,
            List<Budget> budgets) {}

    /**
     * An account without bounds.
     *
     * @param isStranger whether it was made for a name that nobody had configured
     * @param sharing of its rate limits with other processes; {@code null} where there are none
     */
    Account(AccountKind kind, String id, boolean isStranger, @Nullable RateSharing sharing) {
        this.kind = kind;
        this.id = id;
        this.isStranger = isStranger;
        this.sharing = sharing;
    }

    public AccountKind kind() {
        return kind;
    }

    public String id() {
        return id;
    }

    public Terms terms() {
        return book().terms();
    }

    /** Its calls at this moment. */
    public long openCalls() {
        return Math.max(0, open.get());
    }

    /**
     * Gives it other terms, from the next call on.
     *
     * @param nowNanos of the clock by which calls are admitted
     */
    public void setTerms(Terms terms, long nowNanos) {
        book.updateAndGet(before -> newBook(before, terms, nowNanos));
    }

    private Book newBook(Book earlier, Terms terms, long nowNanos) {
        List<RateWindow> windows =
                terms.limits().stream()
                        .map(limit ->
                                allWindows.computeIfAbsent(
                                        new WindowKey(limit.unit(), limit.window(), limit.model()),
                                        key -> newWindow(key, nowNanos)))
                        .toList();
        List<BudgetTerms> charged = new ArrayList<>(terms.budgets());
        for (BudgetTerms before : earlier.charged()) {
            boolean isTaken = terms.budgets().stream().noneMatch(now -> isSame(now, before));
            if (isTaken && charged.size() < terms.budgets().size() + MAX_SILENT) {
                charged.add(silent(before));
            }
        }
        List<Budget> budgets =
                charged.stream()
                        .map(budget ->
                                allBudgets.computeIfAbsent(
                                        new BudgetKey(budget.name(), budget.currency().code()),
                                        _ -> new Budget(spendSinceMillis.get())))
                        .toList();
        return new Book(terms, windows, List.copyOf(charged), budgets);
    }

    private static boolean isSame(BudgetTerms one, BudgetTerms other) {
        return one.name().equals(other.name())
                && one.currency().code().equals(other.currency().code());
    }

    private static BudgetTerms silent(BudgetTerms terms) {
        return new BudgetTerms(
                terms.name(),
                Long.MAX_VALUE,
                terms.currency(),
                terms.window(),
                BudgetMode.SOFT,
                BudgetTerms.NO_SOFT_LIMIT,
                terms.model());
    }

    private RateWindow newWindow(WindowKey key, long nowNanos) {
        return sharing == null
                ? new RateWindow(key.length().toNanos(), nowNanos)
                : sharing.newWindow(
                        kind,
                        key.model() == null ? id : id + MODEL + key.model(),
                        key.unit(),
                        key.length());
    }

    /** What was charged to a budget in its window of that moment, in 10^-12 of its currency. */
    public long spentPicos(BudgetTerms terms, long nowMillis) {
        Budget budget = find(terms);
        return budget == null ? 0 : budget.cell(terms, nowMillis).spent().get();
    }

    /** What open calls hold of a budget, in 10^-12 of its currency. */
    public long heldPicos(BudgetTerms terms, long nowMillis) {
        Budget budget = find(terms);
        return budget == null ? 0 : budget.cell(terms, nowMillis).heldPicos();
    }

    /** What was charged and what is held, in one look, in 10^-12 of the budget's currency. */
    public long usedPicos(BudgetTerms terms, long nowMillis) {
        Budget budget = find(terms);
        return budget == null ? 0 : Math.max(0, budget.cell(terms, nowMillis).used().get());
    }

    /** When the spend of a budget's window of that moment began to count. */
    public long spendStartMillis(BudgetTerms terms, long nowMillis) {
        return Math.max(terms.window().startMillis(nowMillis), spendSinceMillis.get());
    }

    /** Lends it a part of a hard budget; see {@link BudgetLeases}. */
    public void grant(BudgetTerms terms, BudgetSlice slice) {
        Budget budget = find(terms);
        if (budget != null) {
            budget.grant(slice);
        }
    }

    /**
     * Adds what was spent before this process began to each of its budgets. May block. To be called
     * before its first call is admitted; a second call has no effect within the same window, unless
     * its spend was set back meanwhile.
     */
    public void restore(SpendSource source, long nowMillis) {
        Book now = book();
        for (int i = 0; i < now.terms().budgets().size(); i++) {
            BudgetTerms terms = now.terms().budgets().get(i);
            if (now.budgets().get(i).isRestored(terms, nowMillis)) {
                continue;
            }
            Budget.Cell cell = now.budgets().get(i).cell(terms, nowMillis);
            long picos =
                    source.spentPicos(
                            this,
                            terms,
                            Math.max(cell.startMillis(), spendSinceMillis.get()),
                            cell.endMillis());
            now.budgets().get(i).restore(terms, Math.max(0, picos), nowMillis);
        }
    }

    /**
     * Sets its spend back: what was charged before {@code sinceMillis} does not count any more. A
     * moment that is not after the one it counts from has no effect. {@link #restore} then adds
     * what was spent since.
     */
    public void setSpendSince(long sinceMillis, long nowMillis) {
        long before = spendSinceMillis.get();
        if (sinceMillis <= before || !spendSinceMillis.compareAndSet(before, sinceMillis)) {
            return;
        }
        allBudgets.values().forEach(budget -> budget.setSince(sinceMillis));
        Book now = book();
        for (int i = 0; i < now.budgets().size(); i++) {
            now.budgets().get(i).setBack(now.charged().get(i), nowMillis);
        }
    }

    boolean isStranger() {
        return isStranger;
    }

    void setStranger(boolean made) {
        isStranger = made;
    }

    Book book() {
        return book.get();
    }

    /** Lets a call in, unless there are {@code most} already or the account has been given up. */
    boolean enter(long most) {
        long bound = most == Terms.UNLIMITED ? Long.MAX_VALUE : most;
        return open.addWithin(1, bound);
    }

    void leave() {
        open.add(-1);
    }

    /** Gives it up, unless a call is open or something still counts; it never comes back. */
    boolean retire(long nowNanos, long nowMillis) {
        return isIdle(nowNanos, nowMillis) && open.closeAtZero();
    }

    boolean isRetired() {
        return open.isClosed();
    }

    private boolean isIdle(long nowNanos, long nowMillis) {
        Book now = book();
        for (RateWindow window : allWindows.values()) {
            if (window.used(nowNanos) > 0) {
                return false;
            }
        }
        for (int i = 0; i < now.budgets().size(); i++) {
            if (now.budgets().get(i).cell(now.charged().get(i), nowMillis).used().get() > 0) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Budget find(BudgetTerms terms) {
        return allBudgets.get(new BudgetKey(terms.name(), terms.currency().code()));
    }

    @Override
    public String toString() {
        return kind == AccountKind.GATEWAY ? kind.word() : kind.word() + ' ' + id;
    }
}
