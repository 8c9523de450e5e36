package io.sluice.admission;

import io.sluice.error.ErrorCode;
import io.sluice.message.Dialect;
import io.sluice.price.Cost;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits the calls of one event loop. Confined to it; what it counts is shared by all loops.
 *
 * <p>Allocates nothing for a call that is admitted, once it has seen one like it; a refusal and its
 * message are made when they are needed.
 */
public final class Admission {

    private static final int MAX_IDLE_PERMITS = 4096;
    private static final int MAX_SHRINKS = 4;

    private final Supplier<Throttle> throttle;
    private final Accounts accounts;
    private final @Nullable BudgetLeases leases;
    private final AdmissionListener listener;
    private final RateStatus status = new RateStatus();
    private final Levels told = new Levels();
    private final StringBuilder lines = new StringBuilder(512);
    private final ArrayDeque<Permit> idle = new ArrayDeque<>();

    /**
     * The admission of one loop.
     *
     * @param throttle the one in force
     * @param leases divides hard budgets between processes; {@code null} where there is one process
     */
    public Admission(
            Accounts accounts,
            Supplier<Throttle> throttle,
            @Nullable BudgetLeases leases,
            AdmissionListener listener) {
        this.accounts = accounts;
        this.throttle = throttle;
        this.leases = leases;
        this.listener = listener;
    }

    public Accounts accounts() {
        return accounts;
    }

    /**
     * Why no call would be admitted at this moment, or {@code null} where one might be. Consumes
     * nothing: what it lets pass may still be refused by {@link #admit}.
     */
    public @Nullable Refusal precheck(Levels levels, long nowNanos, long nowMillis) {
        return precheck(levels, 0, nowNanos, nowMillis);
    }

    /**
     * The same for a call that has been admitted to these levels already.
     *
     * @param own how many places it has at each of them
     */
    public @Nullable Refusal precheck(Levels levels, int own, long nowNanos, long nowMillis) {
        for (int i = 0; i < levels.size(); i++) {
            Account account = levels.get(i);
            Account.Book book = account.book();
            Terms terms = book.terms();
            if (terms.isBlocked()) {
                return Refusals.blocked(account);
            }
            if (terms.parallel() != Terms.UNLIMITED
                    && account.openCalls() - own >= terms.parallel()) {
                return Refusals.parallel(account, terms.parallel());
            }
            for (int j = 0; j < book.windows().size(); j++) {
                RateLimit limit = terms.limits().get(j);
                RateWindow window = book.windows().get(j);
                if (!levels.covers(limit)) {
                    continue;
                }
                if (window.isClosed()) {
                    return Refusals.countsAway(account);
                }
                if (window.used(nowNanos) >= limit.amount()) {
                    long wait = window.waitNanos(1, limit.amount(), nowNanos);
                    return Refusals.rate(account, limit, limit.amount(), wait);
                }
            }
            for (int j = 0; j < book.budgets().size(); j++) {
                BudgetTerms budget = book.charged().get(j);
                if (levels.covers(budget) && book.budgets().get(j).isSpent(budget, nowMillis)) {
                    return Refusals.spent(account, book.budgets().get(j), budget, nowMillis);
                }
            }
        }
        return null;
    }

    /**
     * Admits a call to all levels or to none.
     *
     * @param demand what it may use; is told the bound of its output where a budget has to set one
     */
    public Decision admit(Levels levels, Demand demand, long nowNanos, long nowMillis) {
        if (!accounts.isRestored() && levels.hasHardBudget()) {
            return Refusals.notRestored();
        }
        long utilisation = throttle.get().utilisation(accounts.gateway(), nowNanos);
        if (!demand.isOutputStated() && levels.hasHardBudget()) {
            demand.boundOutput(demand.mostOutput());
        }
        for (int shrinks = 0; ; shrinks++) {
            Permit permit = borrow();
            permit.begin(levels);
            Refusal refusal = take(permit, levels, demand, utilisation, nowNanos, nowMillis);
            if (refusal == null) {
                if (levels.hasHardBudget()) {
                    permit.setOutput(demand.boundedOutput(), demand.paidOutput());
                }
                return permit;
            }
            permit.cancel();
            boolean isFinal = shrinks == MAX_SHRINKS || refusal.code() == ErrorCode.OVERLOADED;
            if (isFinal || !shrink(levels, demand, nowMillis)) {
                return refusal;
            }
        }
    }

    private @Nullable Refusal take(
            Permit permit,
            Levels levels,
            Demand demand,
            long utilisation,
            long nowNanos,
            long nowMillis) {
        for (int i = 0; i < levels.size(); i++) {
            Account account = current(levels.get(i), nowNanos);
            Account.Book book = account.book();
            if (book.terms().isBlocked()) {
                return Refusals.blocked(account);
            }
            if (!account.enter(book.terms().parallel())) {
                return Refusals.parallel(account, book.terms().parallel());
            }
            permit.addEntered(account);
            Refusal refusal = takeRates(permit, levels, account, demand, utilisation, nowNanos);
            if (refusal == null) {
                refusal = takeBudgets(permit, levels, account, book, demand, nowMillis);
            }
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** An end-user may have been given up since it was looked up. */
    private Account current(Account account, long nowNanos) {
        Account now = account.isRetired() ? accounts.endUser(account.id(), nowNanos) : account;
        return now == null ? account : now;
    }

    private @Nullable Refusal takeRates(
            Permit permit,
            Levels levels,
            Account account,
            Demand demand,
            long utilisation,
            long nowNanos) {
        Account.Book book = account.book();
        List<RateLimit> limits = book.terms().limits();
        for (int i = 0; i < limits.size(); i++) {
            RateLimit limit = limits.get(i);
            RateWindow window = book.windows().get(i);
            if (!levels.covers(limit)) {
                continue;
            }
            long allowed = allowed(account, limit, utilisation);
            long likely = demand.likely(limit.unit());
            long amount = allowed > 0 ? Math.min(likely, allowed) : likely;
            long slot = window.take(amount, allowed, nowNanos);
            if (slot < 0 && window.isClosed()) {
                return Refusals.countsAway(account);
            }
            if (slot < 0) {
                long wait = window.waitNanos(amount, allowed, nowNanos);
                return Refusals.rate(account, limit, allowed, wait);
            }
            permit.addTaken(window, limit.unit(), slot, amount);
        }
        return null;
    }

    /** What of a limit may be used while so much of the gateway's own limits is. */
    long allowed(Account account, RateLimit limit, long utilisation) {
        return account.kind() == AccountKind.KEY
                ? throttle.get().allowed(limit.amount(), utilisation, account.terms().priority())
                : limit.amount();
    }

    private static @Nullable Refusal takeBudgets(
            Permit permit,
            Levels levels,
            Account account,
            Account.Book book,
            Demand demand,
            long nowMillis) {
        List<BudgetTerms> budgets = book.charged();
        for (int i = 0; i < budgets.size(); i++) {
            BudgetTerms terms = budgets.get(i);
            if (!levels.covers(terms)) {
                continue;
            }
            long picos = 0;
            if (terms.isHard()) {
                String unbounded = demand.unbounded();
                if (unbounded != null) {
                    return Refusals.unbounded(account, unbounded);
                }
                picos = demand.worstPicos(terms.currency(), output(demand));
                if (picos == Cost.UNKNOWN) {
                    return Refusals.unbounded(
                            account, "no rate is known for " + terms.currency().code());
                }
            }
            Refusal refusal =
                    permit.addBudget(account, book.budgets().get(i), terms, picos, nowMillis);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static long output(Demand demand) {
        return demand.boundedOutput() > 0 ? demand.boundedOutput() : demand.mostOutput();
    }

    /** Bounds the output by what every hard budget has left; returns whether that is less. */
    private boolean shrink(Levels levels, Demand demand, long nowMillis) {
        if (demand.boundedOutput() <= 1 || demand.unbounded() != null) {
            return false;
        }
        long bound = demand.boundedOutput();
        for (int i = 0; i < levels.size(); i++) {
            Account.Book book = levels.get(i).book();
            for (int j = 0; j < book.budgets().size(); j++) {
                BudgetTerms terms = book.charged().get(j);
                if (terms.isHard() && levels.covers(terms)) {
                    long left = book.budgets().get(j).leftPicos(terms, isLeased(), nowMillis);
                    bound = Math.min(bound, affordable(demand, terms, left, bound));
                }
            }
        }
        boolean isLess = bound > 0 && bound < demand.boundedOutput();
        if (isLess) {
            demand.boundOutput(bound);
        }
        return isLess;
    }

    /** The most output, up to {@code most}, whose worst cost is within {@code leftPicos}; or 0. */
    private static long affordable(Demand demand, BudgetTerms terms, long leftPicos, long most) {
        long low = 0;
        long high = most;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            long worst = demand.worstPicos(terms.currency(), middle);
            if (worst != Cost.UNKNOWN && worst <= leftPicos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * The header lines for the limits of a call, each with its CRLF; none where it has no limits.
     */
    public String rateLines(Dialect dialect, Levels levels, long nowNanos, long nowMillis) {
        lines.setLength(0);
        status.begin(this, throttle.get().utilisation(accounts.gateway(), nowNanos));
        RateHeaders.add(lines, dialect, levels, status, nowNanos, nowMillis);
        return lines.toString();
    }

    String rateLines(
            Dialect dialect,
            Permit permit,
            @Nullable Permit further,
            long nowNanos,
            long nowMillis) {
        told.clear();
        permit.addAccounts(told);
        if (further != null) {
            further.addAccounts(told);
        }
        told.setModel(permit.model(), permit.group());
        return rateLines(dialect, told, nowNanos, nowMillis);
    }

    boolean isLeased() {
        return leases != null;
    }

    void wantMore(Account account, Budget budget, BudgetTerms terms, long picos, long nowMillis) {
        if (leases != null) {
            Budget.Cell cell = budget.cell(terms, nowMillis);
            long wanted = Math.min(terms.amountPicos(), cell.used().get() + picos);
            leases.onWanted(account, terms, budget.startMillis(cell), wanted);
        }
    }

    void onHeld(long picos) {
        if (picos != 0) {
            listener.onHolds(Long.signum(picos));
        }
    }

    void onSoftLimit(Account account, BudgetTerms terms, long spentPicos) {
        listener.onSoftLimit(account, terms, spentPicos);
    }

    private Permit borrow() {
        Permit permit = idle.pollLast();
        return permit == null ? new Permit(this) : permit;
    }

    void giveBack(Permit permit) {
        if (idle.size() < MAX_IDLE_PERMITS) {
            idle.addLast(permit);
        }
    }
}
