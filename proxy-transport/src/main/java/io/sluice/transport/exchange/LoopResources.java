package io.sluice.transport.exchange;

import io.netty.channel.EventLoop;
import io.sluice.admission.Admission;
import io.sluice.auth.KeyProbe;
import io.sluice.message.TranslationMemory;
import io.sluice.telemetry.CallListener;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.upstream.Connections;
import io.sluice.usage.AnswerMeter;
import io.sluice.usage.UsageEventFilter;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one event loop share.
 *
 * <p>Confined to that loop.
 */
public final class LoopResources {

    private static final int MAX_IDLE_METERS = 1024;

    private final EventLoop loop;
    private final Ticker ticker;
    private final LoopMetrics metrics;
    private final Connections pool;
    private final StoredResponses storedResponses;
    private final RandomGenerator random;
    private final Admission admission;
    private final TargetAdmission targets;
    private final BackgroundBooks backgroundBooks;
    private final KeyProbe keyProbe = new KeyProbe();
    private final List<CallListener> listeners;
    private final Bookkeeping books;
    private final RetryBudget retryBudget;
    private final TranslationMemory translationMemory;
    private final Set<Exchange> draining = new HashSet<>();
    private final ArrayDeque<Samples> samples = new ArrayDeque<>();
    private final ArrayDeque<Metering> meters = new ArrayDeque<>();
    private int samplesMade;
    private int parked;
    private int openAttempts;
    private @Nullable CompletableFuture<@Nullable Void> settled;

    /**
     * A meter and a filter around it, used by one call at a time.
     *
     * @param filter watches through {@code meter}
     */
    record Metering(AnswerMeter meter, UsageEventFilter filter) {}

    /**
     * The resources of one loop.
     *
     * @param admission confined to the loop
     * @param listeners are told of each finished call
     * @param books how attempts are accounted for
     * @param translationMemory of all event loops together
     */
    public LoopResources(
            EventLoop loop,
            Ticker ticker,
            LoopMetrics metrics,
            Connections pool,
            StoredResponses storedResponses,
            RandomGenerator random,
            Admission admission,
            List<CallListener> listeners,
            Bookkeeping books,
            TranslationMemory translationMemory) {
        this.loop = loop;
        this.ticker = ticker;
        this.metrics = metrics;
        this.pool = pool;
        this.storedResponses = storedResponses;
        this.random = random;
        this.admission = admission;
        this.targets = new TargetAdmission(admission);
        this.backgroundBooks = new BackgroundBooks(this, storedResponses);
        this.listeners = List.copyOf(listeners);
        this.books = books;
        this.retryBudget = RetryBudget.of(loop);
        this.translationMemory = translationMemory;
    }

    public EventLoop loop() {
        return loop;
    }

    public Ticker ticker() {
        return ticker;
    }

    public LoopMetrics metrics() {
        return metrics;
    }

    public Connections pool() {
        return pool;
    }

    public StoredResponses storedResponses() {
        return storedResponses;
    }

    public RandomGenerator random() {
        return random;
    }

    public Admission admission() {
        return admission;
    }

    /** What the key of the request that has just come is found by. */
    public KeyProbe keyProbe() {
        return keyProbe;
    }

    BackgroundBooks backgroundBooks() {
        return backgroundBooks;
    }

    RetryBudget retryBudget() {
        return retryBudget;
    }

    TargetAdmission targets() {
        return targets;
    }

    List<CallListener> listeners() {
        return listeners;
    }

    Metering borrowMetering() {
        Metering idle = meters.pollLast();
        return idle == null ? new Metering(new AnswerMeter(), new UsageEventFilter()) : idle;
    }

    void giveBack(Metering metering) {
        if (meters.size() < MAX_IDLE_METERS) {
            meters.addLast(metering);
        }
    }

    Bookkeeping books() {
        return books;
    }

    /** The memory of all calls that are translated. */
    TranslationMemory translationMemory() {
        return translationMemory;
    }

    /** Samples for one call; without room where too many calls have theirs. */
    Samples borrowSamples() {
        Samples idle = samples.pollLast();
        if (idle != null) {
            idle.clear();
            return idle;
        }
        if (samplesMade == books.samples()) {
            return Samples.withoutRoom();
        }
        samplesMade++;
        return Samples.withRoom();
    }

    void giveBack(Samples returned) {
        if (!returned.hasRoom()) {
            return;
        }
        if (samples.size() < MAX_IDLE_METERS) {
            samples.addLast(returned);
        } else {
            samplesMade--;
        }
    }

    /** Whether another answer may be read on for a client that has left; it is one of them then. */
    boolean addDraining(Exchange exchange) {
        return draining.size() < books.draining() && draining.add(exchange);
    }

    void removeDraining(Exchange exchange) {
        draining.remove(exchange);
    }

    /** How many answers are read on for clients that have left. */
    public int draining() {
        return draining.size();
    }

    /** Ends all answers that are read on for clients that have left. */
    public void endDraining() {
        List.copyOf(draining).forEach(Exchange::onShutdown);
    }

    void onAttemptOpened() {
        openAttempts++;
    }

    void onAttemptSettled() {
        openAttempts--;
        if (openAttempts == 0 && settled != null) {
            settled.complete(null);
        }
    }

    /** Completes once no attempt is open that has to be settled; no other may be begun then. */
    public CompletableFuture<@Nullable Void> settled() {
        CompletableFuture<@Nullable Void> told = new CompletableFuture<>();
        settled = told;
        if (openAttempts == 0) {
            told.complete(null);
        }
        return told;
    }

    /** Whether another call may wait for room in the ledger; it is one of them then. */
    boolean addParked() {
        boolean hasRoom = parked < books.parked();
        parked += hasRoom ? 1 : 0;
        return hasRoom;
    }

    void removeParked() {
        parked--;
    }

    /** A new request id: the loop's own random source, 128 bits. */
    public String newRequestId() {
        return "req_" + hex(random.nextLong()) + hex(random.nextLong());
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
