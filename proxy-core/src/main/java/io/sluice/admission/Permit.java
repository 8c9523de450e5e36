package io.sluice.admission;

import io.sluice.message.Dialect;
import io.sluice.price.CallCost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one call was admitted with: its places among parallel calls, its share of rate limits, its
 * holds on hard budgets.
 *
 * <p>Each attempt that may have reached a provider is charged once, by {@link #charge}; before
 * another one {@link #renew} holds anew. {@link #close} gives back what is left, {@link #cancel}
 * everything; after either, nothing has an effect. Used by one thread at a time; pooled, so that it
 * must not be kept after it was closed. Allocates nothing once it has held as much before.
 */
public final class Permit implements Decision {

    /*
     * An entry for each account, one for each of its limits, one for each of its budgets, in the
     * order in which they were taken; they are given back in the reverse order.
     */

    private enum State {
        IDLE,
        /** Admitted; what may be spent is held. */
        HOLDING,
        /** An attempt was charged; nothing is held. */
        CHARGED
    }

    /** What was taken from one rate limit. */
    private static final class Taken {

        private @Nullable RateWindow window;
        private LimitUnit unit = LimitUnit.REQUESTS;
        private long slot;
        private long amount;
    }

    /** What is charged to one budget. */
    private static final class Charged {

        private @Nullable Account account;
        private @Nullable Budget budget;
        private @Nullable BudgetTerms terms;
        private Budget.@Nullable Cell cell;
        private long heldPicos;
        private long firstPicos;
    }

    private final Admission home;
    private final List<Account> entered = new ArrayList<>();
    private final List<Taken> taken = new ArrayList<>();
    private final List<Charged> charged = new ArrayList<>();
    private int takenCount;
    private int chargedCount;
    private State state = State.IDLE;
    private long paidOutput = Long.MAX_VALUE;
    private long outputBound;
    private @Nullable String model;
    private @Nullable String group;

    Permit(Admission home) {
        this.home = home;
    }

    /**
     * The bound of output that must be put into the body, in tokens of one choice; 0 where the body
     * may stay as it is.
     */
    public long outputBound() {
        return outputBound;
    }

    /**
     * Whether more output has come than a hard budget's hold pays for.
     *
     * @param outputTokens at least so many have come, all choices together
     */
    public boolean isExhausted(long outputTokens) {
        return outputTokens > paidOutput;
    }

    /**
     * The header lines for the limits of this call; see {@link Admission#rateLines}.
     *
     * @param further of the same event loop, whose limits are told as well
     */
    public String rateLines(
            Dialect dialect, @Nullable Permit further, long nowNanos, long nowMillis) {
        return home.rateLines(dialect, this, further, nowNanos, nowMillis);
    }

    /** Adds the accounts that the call was admitted to. */
    public void addAccounts(Levels levels) {
        for (int i = 0; i < entered.size(); i++) {
            levels.add(entered.get(i));
        }
    }

    /**
     * Charges one attempt and ends its holds.
     *
     * @param cost of the attempt; where it is not known, a hard budget is charged all that it holds
     *     and a soft one nothing. Whoever is certain that nothing was billed does not charge
     * @param tokens input and output
     * @param nowMillis of the epoch: what was not held is charged to the window of this moment
     */
    public void charge(CallCost cost, long tokens, long nowNanos, long nowMillis) {
        if (state == State.IDLE) {
            return;
        }
        for (int i = 0; i < takenCount; i++) {
            settle(taken.get(i), cost, tokens, nowNanos);
        }
        for (int i = 0; i < chargedCount; i++) {
            settle(charged.get(i), cost, nowMillis);
        }
        state = State.CHARGED;
    }

    /**
     * Charges one attempt whose cost will be known later: a hard budget all that it holds, a soft
     * one nothing, until {@link OpenCharge#settle}.
     *
     * @param tokens input and output, as far as they are known
     */
    public OpenCharge chargeOpen(long tokens, long nowNanos, long nowMillis) {
        OpenCharge.Builder open = new OpenCharge.Builder();
        for (int i = 0; i < chargedCount; i++) {
            Charged entry = charged.get(i);
            Budget budget = entry.budget;
            BudgetTerms terms = entry.terms;
            assert budget != null && terms != null;
            open.add(budget, terms, entry.cell, entry.heldPicos);
        }
        charge(CallCost.UNMEASURED, tokens, nowNanos, nowMillis);
        return open.build();
    }

    private void settle(Taken entry, CallCost cost, long tokens, long nowNanos) {
        RateWindow window = entry.window;
        if (window == null || entry.unit == LimitUnit.REQUESTS) {
            return;
        }
        long used =
                entry.unit == LimitUnit.TOKENS
                        ? Math.clamp(tokens, 0, RateWindow.MAX_COUNT)
                        : Demand.nanos(cost.dollarPicos());
        long more = used - entry.amount;
        if (more > 0) {
            window.add(more, nowNanos);
        } else if (more < 0) {
            window.giveBack(entry.slot, -more);
        }
        entry.amount = 0;
    }

    private void settle(Charged entry, CallCost cost, long nowMillis) {
        BudgetTerms terms = entry.terms;
        Budget budget = entry.budget;
        Account account = entry.account;
        assert terms != null && budget != null && account != null;
        long known = picos(cost, terms);
        long picos = known < 0 ? entry.heldPicos : known;
        Budget.Cell cell = entry.cell;
        long spent;
        if (cell == null) {
            spent = picos == 0 ? 0 : budget.charge(terms, picos, nowMillis);
        } else {
            spent = Budget.settle(cell, entry.heldPicos, picos);
            home.onHeld(-entry.heldPicos);
        }
        entry.cell = null;
        entry.heldPicos = 0;
        boolean isCrossed =
                terms.softLimitPicos() >= 0
                        && spent > terms.softLimitPicos()
                        && spent - picos <= terms.softLimitPicos();
        if (isCrossed) {
            home.onSoftLimit(account, terms, spent);
        }
    }

    /** The cost as that budget counts it; negative where it is not known. */
    static long picos(CallCost cost, BudgetTerms terms) {
        boolean isOwn = cost.currency().equals(terms.currency().code()) && cost.picos() >= 0;
        return isOwn ? cost.picos() : terms.currency().fromDollars(cost.dollarPicos());
    }

    /**
     * Holds anew for a further attempt: all that was held for the first one, or nothing.
     *
     * @return why not, or {@code null} where it holds again, or still does
     */
    public @Nullable Refusal renew(long nowMillis) {
        if (state != State.CHARGED) {
            return null;
        }
        for (int i = 0; i < chargedCount; i++) {
            Charged entry = charged.get(i);
            Refusal refusal = hold(entry, entry.firstPicos, nowMillis);
            if (refusal != null) {
                releaseHolds();
                return refusal;
            }
        }
        state = State.HOLDING;
        return null;
    }

    private @Nullable Refusal hold(Charged entry, long picos, long nowMillis) {
        BudgetTerms terms = entry.terms;
        Budget budget = entry.budget;
        Account account = entry.account;
        assert terms != null && budget != null && account != null;
        if (!terms.isHard()) {
            return budget.isSpent(terms, nowMillis)
                    ? Refusals.spent(account, budget, terms, nowMillis)
                    : null;
        }
        Budget.Cell cell = budget.hold(terms, picos, home.isLeased(), nowMillis);
        if (cell == null) {
            long more = picos <= terms.amountPicos() ? picos : 0;
            home.wantMore(account, budget, terms, more, nowMillis);
            return refusal(account, budget, terms, picos, nowMillis);
        }
        if (home.isLeased() && budget.isLow(cell)) {
            home.wantMore(account, budget, terms, 0, nowMillis);
        }
        entry.cell = cell;
        entry.heldPicos = picos;
        entry.firstPicos = picos;
        home.onHeld(picos);
        return null;
    }

    private Refusal refusal(
            Account account, Budget budget, BudgetTerms terms, long picos, long nowMillis) {
        if (budget.isSpent(terms, nowMillis)) {
            return Refusals.spent(account, budget, terms, nowMillis);
        }
        boolean waits = picos <= terms.amountPicos() || budget.isLow(budget.cell(terms, nowMillis));
        if (home.isLeased() && waits && !budget.isLastSlice(terms, nowMillis)) {
            return Refusals.awaitsSlice(account);
        }
        long left = budget.leftPicos(terms, home.isLeased(), nowMillis);
        return Refusals.tooLittle(account, terms, picos, left, nowMillis);
    }

    /** Gives back what is still held; what was charged stays charged. Once. */
    public void close() {
        if (state == State.IDLE) {
            return;
        }
        giveBackLikely();
        end();
    }

    /** Gives back everything, as if the call had not been admitted. Once. */
    public void cancel() {
        if (state == State.IDLE) {
            return;
        }
        for (int i = takenCount - 1; i >= 0; i--) {
            Taken entry = taken.get(i);
            if (entry.window != null) {
                entry.window.giveBack(entry.slot, entry.amount);
            }
        }
        end();
    }

    /** What was taken on a guess, and was never charged. */
    private void giveBackLikely() {
        for (int i = 0; i < takenCount; i++) {
            Taken entry = taken.get(i);
            if (entry.unit != LimitUnit.REQUESTS && entry.amount > 0 && entry.window != null) {
                entry.window.giveBack(entry.slot, entry.amount);
            }
        }
    }

    private void releaseHolds() {
        for (int i = chargedCount - 1; i >= 0; i--) {
            Charged entry = charged.get(i);
            Budget.Cell cell = entry.cell;
            if (cell != null) {
                Budget.settle(cell, entry.heldPicos, 0);
                home.onHeld(-entry.heldPicos);
                entry.cell = null;
                entry.heldPicos = 0;
            }
        }
    }

    private void end() {
        releaseHolds();
        for (int i = entered.size() - 1; i >= 0; i--) {
            entered.get(i).leave();
        }
        entered.clear();
        for (int i = 0; i < takenCount; i++) {
            taken.get(i).window = null;
        }
        for (int i = 0; i < chargedCount; i++) {
            charged.get(i).account = null;
            charged.get(i).budget = null;
            charged.get(i).terms = null;
        }
        takenCount = 0;
        chargedCount = 0;
        paidOutput = Long.MAX_VALUE;
        outputBound = 0;
        model = null;
        group = null;
        state = State.IDLE;
        home.giveBack(this);
    }

    void begin(Levels levels) {
        state = State.HOLDING;
        model = levels.model();
        group = levels.group();
    }

    @Nullable String model() {
        return model;
    }

    @Nullable String group() {
        return group;
    }

    void setOutput(long bound, long paid) {
        outputBound = bound;
        paidOutput = paid;
    }

    void addEntered(Account account) {
        entered.add(account);
    }

    void addTaken(RateWindow window, LimitUnit unit, long slot, long amount) {
        if (takenCount == taken.size()) {
            taken.add(new Taken());
        }
        Taken entry = taken.get(takenCount++);
        entry.window = window;
        entry.unit = unit;
        entry.slot = slot;
        entry.amount = amount;
    }

    /**
     * Adds a budget that this call is charged to, and holds.
     *
     * @return why not, or {@code null}
     */
    @Nullable Refusal addBudget(
            Account account, Budget budget, BudgetTerms terms, long picos, long nowMillis) {
        if (chargedCount == charged.size()) {
            charged.add(new Charged());
        }
        Charged entry = charged.get(chargedCount++);
        entry.account = account;
        entry.budget = budget;
        entry.terms = terms;
        entry.cell = null;
        entry.heldPicos = 0;
        entry.firstPicos = 0;
        return hold(entry, picos, nowMillis);
    }
}
