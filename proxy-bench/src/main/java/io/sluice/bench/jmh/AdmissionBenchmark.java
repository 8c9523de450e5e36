package io.sluice.bench.jmh;

import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.Admission;
import io.sluice.admission.AdmissionListener;
import io.sluice.admission.BudgetTerms;
import io.sluice.admission.Decision;
import io.sluice.admission.Demand;
import io.sluice.admission.Levels;
import io.sluice.admission.LimitUnit;
import io.sluice.admission.Permit;
import io.sluice.admission.RateLimit;
import io.sluice.admission.SpendWindow;
import io.sluice.admission.Terms;
import io.sluice.admission.Throttle;
import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.price.CallCost;
import io.sluice.price.Currency;
import io.sluice.price.Price;
import io.sluice.price.PriceTable;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Admits a call at four levels with limits and hard budgets, charges it and lets it go. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdmissionBenchmark {

    private static final long MUCH = 1L << 40;
    private static final long NOW_MILLIS = 1_767_225_600_000L;
    private static final int BODY_BYTES = 1024;
    private static final int OUTPUT_TOKENS = 256;
    private static final long TOKENS = 500;

    private final Accounts accounts = new Accounts();
    private final Admission admission =
            new Admission(accounts, () -> Throttle.OFF, null, AdmissionListener.NONE);
    private final Price price = Objects.requireNonNull(PriceTable.builtIn().find("openai/gpt-4o"));
    private final CallCost cost =
            new CallCost(CallCost.State.PRICED, 1_000_000, Currency.USD.code(), 1_000_000);
    private final Levels levels = new Levels();
    private final Demand demand = new Demand();

    private long nowNanos;

    /** Makes the accounts. */
    public AdmissionBenchmark() {
        accounts.setTerms(AccountKind.GATEWAY, "", terms(), 0);
        accounts.setTerms(AccountKind.TEAM, "team", terms(), 0);
        accounts.setTerms(AccountKind.USER, "user", terms(), 0);
        accounts.setTerms(AccountKind.KEY, "key", terms(), 0);
        accounts.setTerms(AccountKind.PROVIDER, "openai", terms(), 0);
        accounts.setTerms(AccountKind.DEPLOYMENT, "openai/gpt-4o", terms(), 0);
    }

    /**
     * The same call, and then its attempt at a target: two levels more.
     *
     * @throws IllegalStateException if it is refused
     */
    @Benchmark
    public long admitWithTarget() {
        long bound = admit();
        levels.clear();
        levels.setModel("gpt-4o", "gpt-4o");
        levels.add(accounts.find(AccountKind.PROVIDER, "openai"));
        levels.add(accounts.find(AccountKind.DEPLOYMENT, "openai/gpt-4o"));
        return bound + admitAndCharge();
    }

    private static Terms terms() {
        return new Terms(
                List.of(
                        new RateLimit(LimitUnit.REQUESTS, Duration.ofMinutes(1), MUCH),
                        new RateLimit(LimitUnit.TOKENS, Duration.ofMinutes(1), MUCH)),
                1000,
                List.of(
                        new BudgetTerms(
                                "budget",
                                Long.MAX_VALUE / 2,
                                Currency.USD,
                                new SpendWindow(BudgetWindow.MONTH, ZoneOffset.UTC),
                                BudgetMode.HARD,
                                BudgetTerms.NO_SOFT_LIMIT)),
                Terms.USUAL_PRIORITY);
    }

    /**
     * One call, a microsecond after the one before.
     *
     * @throws IllegalStateException if it is refused
     */
    @Benchmark
    public long admit() {
        nowNanos += 1000;
        levels.clear();
        levels.add(accounts.gateway());
        levels.add(accounts.find(AccountKind.TEAM, "team"));
        levels.add(accounts.find(AccountKind.USER, "user"));
        levels.add(accounts.find(AccountKind.KEY, "key"));
        return admitAndCharge();
    }

    private long admitAndCharge() {
        demand.start(BODY_BYTES);
        demand.setOutput(OUTPUT_TOKENS, 1);
        demand.addPrice(price);
        Decision decision = admission.admit(levels, demand, nowNanos, NOW_MILLIS);
        if (!(decision instanceof Permit permit)) {
            throw new IllegalStateException("refused: " + decision);
        }
        long bound = permit.outputBound();
        permit.charge(cost, TOKENS, nowNanos, NOW_MILLIS);
        permit.close();
        return bound;
    }
}
