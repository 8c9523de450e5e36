package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.sluice.admission.Account;
import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.Admission;
import io.sluice.admission.AdmissionListener;
import io.sluice.admission.BudgetTerms;
import io.sluice.admission.Demand;
import io.sluice.admission.Levels;
import io.sluice.admission.Permit;
import io.sluice.admission.Refusal;
import io.sluice.admission.SpendWindow;
import io.sluice.admission.Terms;
import io.sluice.admission.Throttle;
import io.sluice.auth.KeyTable;
import io.sluice.auth.ModelAccess;
import io.sluice.auth.Principal;
import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.config.Settings;
import io.sluice.http.RequestHead;
import io.sluice.json.TopLevelScanner;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.message.TranslationMemory;
import io.sluice.price.Currency;
import io.sluice.price.Price;
import io.sluice.price.PriceTerms;
import io.sluice.price.PricedUnit;
import io.sluice.price.Term;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import io.sluice.telemetry.CallRecord;
import io.sluice.telemetry.MetricLimits;
import io.sluice.telemetry.Metrics;
import io.sluice.testing.Heads;
import io.sluice.testing.SettingsFixture;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.upstream.FakeConnections;
import io.sluice.usage.ServiceTier;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop whose clock is moved by hand, and calls on it, one after the other, each under a
 * hard budget.
 */
final class CallUnderTest {

    /** What a token of output costs; input is free. */
    static final long TOKEN_PICOS = 1_000_000;

    /** The price by which calls are admitted, and those of targets that have it are charged. */
    static final Price PRICE =
            new Price(
                    "gpt",
                    "test",
                    Currency.USD,
                    new PriceTerms(
                            null,
                            null,
                            null,
                            List.of(
                                    new Term(PricedUnit.INPUT, ServiceTier.STANDARD, 0, 0),
                                    new Term(
                                            PricedUnit.OUTPUT,
                                            ServiceTier.STANDARD,
                                            0,
                                            TOKEN_PICOS * 1_000_000))));

    private static final long SEED = 3;
    private static final String KEY = "file:ci";

    private final MockTicker time = io.netty.util.concurrent.Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(time).build();
    private final Metrics metrics = new Metrics(1, MetricLimits.DEFAULT);
    private final Ticker ticker = new Ticker(loop.eventLoop(), metrics.loop(0));
    private final FakeConnections provider = new FakeConnections(ticker, metrics.loop(0));
    private final StoredResponses stored = new StoredResponses();
    private final List<CallRecord> records = new ArrayList<>();
    private final Accounts accounts = new Accounts();
    private final RecordedAttempts attempts = new RecordedAttempts();
    private BudgetTerms budget = budget(Long.MAX_VALUE / 4);
    private Account key = accounts.setTerms(AccountKind.KEY, KEY, granting(budget), 0);
    private long outputBound = 1_000_000;
    private int holds;
    private final LoopResources resources =
            new LoopResources(
                    loop.eventLoop(),
                    ticker,
                    metrics.loop(0),
                    provider,
                    stored,
                    new Random(SEED),
                    new Admission(accounts, () -> Throttle.OFF, null, new Holds()),
                    List.of(records::add),
                    new Bookkeeping(attempts, Bookkeeping.none().estimator(), 1000, 1000, 1000),
                    TranslationMemory.unbounded());

    private Settings settings = new SettingsFixture().build();
    private RequestHead head = Heads.post("/v1/chat/completions");
    private RequestPath path = new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null);
    private @Nullable String body = "{\"model\":\"gpt\",\"messages\":[],\"stream\":true}";
    private List<Target> targets = List.of();
    private RecordingSink sink = new RecordingSink();
    private @Nullable Exchange exchange;
    private int bodiesHeld;

    CallUnderTest with(SettingsFixture fixture) {
        settings = fixture.build();
        return this;
    }

    CallUnderTest asking(RequestHead itsHead, RequestPath itsPath, @Nullable String itsBody) {
        head = itsHead;
        path = itsPath;
        body = itsBody;
        return this;
    }

    CallUnderTest at(Target... itsTargets) {
        targets = List.of(itsTargets);
        return this;
    }

    /**
     * Bounds what calls may cost.
     *
     * @param picos the hard budget of their key, in 10^-12 dollars
     * @param tokens the most output that a call asks for
     */
    CallUnderTest paying(long picos, long tokens) {
        budget = budget(picos);
        key = accounts.setTerms(AccountKind.KEY, KEY, granting(budget), 0);
        outputBound = tokens;
        return this;
    }

    private static BudgetTerms budget(long picos) {
        return new BudgetTerms(
                "b",
                picos,
                Currency.USD,
                new SpendWindow(BudgetWindow.DAY, ZoneOffset.UTC),
                BudgetMode.HARD,
                BudgetTerms.NO_SOFT_LIMIT);
    }

    private static Terms granting(BudgetTerms budget) {
        return new Terms(List.of(), Terms.UNLIMITED, List.of(budget), Terms.USUAL_PRIORITY);
    }

    private void admit(GatewayRequest request) {
        Levels levels = new Levels();
        levels.add(key);
        Demand demand = new Demand();
        demand.start(0);
        demand.setOutput(outputBound, 1);
        demand.addPrice(PRICE);
        switch (resources.admission().admit(levels, demand, ticker.nowNanos(), 0)) {
            case Permit permit -> request.admit(permit, ticker);
            case Refusal refusal -> throw new AssertionError("refused: " + refusal);
        }
    }

    /** What the key was charged, in 10^-12 dollars. */
    long spent() {
        return key.spentPicos(budget, 0);
    }

    /** What is held of its budget, in 10^-12 dollars. */
    long held() {
        return key.heldPicos(budget, 0);
    }

    Accounts accounts() {
        return accounts;
    }

    RecordedAttempts attempts() {
        return attempts;
    }

    LoopResources resources() {
        return resources;
    }

    /** Begins a call. */
    CallUnderTest start() {
        sink = new RecordingSink();
        GatewayRequest begun = newRequest();
        admit(begun);
        exchange =
                new Exchange(
                        new RoutedRequest(
                                begun,
                                new AttemptPlan(targets, new Random(SEED)),
                                "gpt",
                                List.of()),
                        resources);
        exchange.start();
        return this;
    }

    GatewayRequest newRequest() {
        Snapshot snapshot =
                new Snapshot(settings, KeyTable.of(settings), RouteTable.of(List.of(), Map.of()));
        GatewayRequest made =
                new GatewayRequest(
                        snapshot, head, path, "req-1", "corr-1", ticker.nowNanos(), 0, sink);
        made.setPrincipal(Principal.ofFile("ci", ModelAccess.ALL, null));
        made.setCompleteNanos(ticker.nowNanos());
        if (body != null) {
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer();
            bytes.writeCharSequence(body, UTF_8);
            bodiesHeld++;
            made.setBody(bytes, fields(bytes), () -> bodiesHeld--);
        }
        return made;
    }

    private @Nullable CallFields fields(ByteBuf bytes) {
        Endpoint endpoint = path.endpoint();
        if (endpoint == null || endpoint == Endpoint.STORED_RESPONSE) {
            return null;
        }
        TopLevelScanner scanner =
                new TopLevelScanner(CallFields.names(endpoint), CallFields.MAX_DEPTH);
        scanner.feed(bytes);
        scanner.finish();
        return CallFields.of(scanner, bytes, endpoint, path.model() != null);
    }

    Exchange exchange() {
        assert exchange != null;
        return exchange;
    }

    FakeConnections provider() {
        return provider;
    }

    RecordingSink sink() {
        return sink;
    }

    StoredResponses stored() {
        return stored;
    }

    Metrics metrics() {
        return metrics;
    }

    List<CallRecord> records() {
        return records;
    }

    /** The record of the one call that has ended. */
    CallRecord record() {
        assertThat(records).hasSize(1);
        return records.getFirst();
    }

    /** Lets time pass and everything with a deadline look at it. */
    CallUnderTest pass(Duration howLong) {
        time.advance(howLong.toNanos(), TimeUnit.NANOSECONDS);
        ticker.tick(ticker.nowNanos());
        runTasks();
        return this;
    }

    void runTasks() {
        loop.runPendingTasks();
    }

    /** Lets go of everything; what a call should have given back is not helped along. */
    void release() {
        provider.release();
        loop.finishAndReleaseAll();
        assertThat(bodiesHeld).as("request bodies that are still held").isZero();
        assertThat(metrics.activeStreams()).as("streams that never ended").isZero();
        assertThat(holds).as("holds on budgets that are left").isZero();
        assertThat(held()).as("what they hold").isZero();
        assertThat(key.openCalls()).as("calls that never ended").isZero();
        attempts.checkThatAllAreSettled();
    }

    private final class Holds implements AdmissionListener {

        @Override
        public void onSoftLimit(Account account, BudgetTerms terms, long spentPicos) {}

        @Override
        public void onHolds(int delta) {
            holds += delta;
        }
    }
}
