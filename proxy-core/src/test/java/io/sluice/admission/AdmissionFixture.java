package io.sluice.admission;

import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.price.CallCost;
import io.sluice.price.Currency;
import io.sluice.price.Price;
import io.sluice.price.PriceTerms;
import io.sluice.price.PricedUnit;
import io.sluice.price.Term;
import io.sluice.usage.ServiceTier;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accounts, the admission of one loop, and a clock that is moved by hand. */
final class AdmissionFixture {

    static final long CENT = 10_000_000_000L;
    static final long DOLLAR = 100 * CENT;
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final SpendWindow UTC_DAY = new SpendWindow(BudgetWindow.DAY, ZoneId.of("UTC"));

    final Accounts accounts;
    final Admission admission;
    final Levels levels = new Levels();
    String model = "m";
    final Demand demand = new Demand();
    final List<String> softLimits = new ArrayList<>();
    int holds;
    Throttle throttle = Throttle.OFF;
    long nowNanos;
    long nowMillis = 1_800_000_000_000L;

    AdmissionFixture() {
        this(new Accounts(), null);
    }

    AdmissionFixture(Accounts accounts, @Nullable BudgetLeases leases) {
        this.accounts = accounts;
        this.admission =
                new Admission(
                        accounts,
                        () -> throttle,
                        leases,
                        new AdmissionListener() {
                            @Override
                            public void onSoftLimit(
                                    Account account, BudgetTerms terms, long spentPicos) {
                                softLimits.add(account + " " + spentPicos);
                            }

                            @Override
                            public void onHolds(int delta) {
                                holds += delta;
                            }
                        });
    }

    static BudgetTerms budget(long picos, BudgetMode mode) {
        return new BudgetTerms("b", picos, Currency.USD, UTC_DAY, mode, BudgetTerms.NO_SOFT_LIMIT);
    }

    static Terms granting(BudgetTerms... budgets) {
        return new Terms(List.of(), Terms.UNLIMITED, List.of(budgets), Terms.USUAL_PRIORITY);
    }

    static Terms granting(RateLimit... limits) {
        return new Terms(List.of(limits), Terms.UNLIMITED, List.of(), Terms.USUAL_PRIORITY);
    }

    /** The levels of a call that is charged to these. */
    static Levels levels(Account... accounts) {
        Levels levels = new Levels();
        for (Account account : accounts) {
            levels.add(account);
        }
        return levels;
    }

    static Terms parallel(long most) {
        return new Terms(List.of(), most, List.of(), Terms.USUAL_PRIORITY);
    }

    static RateLimit perMinute(LimitUnit unit, long amount) {
        return new RateLimit(unit, MINUTE, amount);
    }

    static CallCost cost(long picos) {
        return new CallCost(CallCost.State.PRICED, picos, "USD", picos);
    }

    /** A price for one token of input and one of output, in 10^-12 dollars. */
    static Price price(long input, long output, @Nullable Long window, @Nullable Long maxOutput) {
        return new Price(
                "m",
                "test",
                Currency.USD,
                new PriceTerms(
                        null,
                        window,
                        maxOutput,
                        List.of(
                                new Term(
                                        PricedUnit.INPUT,
                                        ServiceTier.STANDARD,
                                        0,
                                        input * 1_000_000),
                                new Term(
                                        PricedUnit.OUTPUT,
                                        ServiceTier.STANDARD,
                                        0,
                                        output * 1_000_000))));
    }

    Account key(String id, Terms terms) {
        return accounts.setTerms(AccountKind.KEY, id, terms, nowNanos);
    }

    /** A call of these that costs at most {@code picos}, as its one token of output does. */
    Decision ask(long picos, @Nullable Account... charged) {
        demand.start(0);
        demand.setOutput(1, 1);
        demand.addPrice(price(0, picos, 1L, 1L));
        return askAgain(charged);
    }

    /** A call as it was described before. */
    Decision askAgain(@Nullable Account... charged) {
        levels.clear();
        levels.setModel(model, model);
        for (Account account : charged) {
            levels.add(account);
        }
        return admission.admit(levels, demand, nowNanos, nowMillis);
    }

    Permit admitted(long picos, Account... charged) {
        return admitted(ask(picos, charged));
    }

    static Permit admitted(Decision decision) {
        return switch (decision) {
            case Permit permit -> permit;
            case Refusal refusal -> throw new AssertionError("refused: " + refusal);
        };
    }

    static Refusal refused(Decision decision) {
        return switch (decision) {
            case Permit _ -> throw new AssertionError("admitted");
            case Refusal refusal -> refusal;
        };
    }

    void charge(Permit permit, long picos, long tokens) {
        permit.charge(cost(picos), tokens, nowNanos, nowMillis);
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
        nowMillis += time.toMillis();
    }
}
