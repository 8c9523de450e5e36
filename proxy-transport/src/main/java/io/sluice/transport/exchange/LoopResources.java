package io.sluice.transport.exchange;

import io.netty.channel.EventLoop;
import io.sluice.admission.Admission;
import io.sluice.telemetry.CallListener;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.upstream.Connections;
import io.sluice.usage.AnswerMeter;
import io.sluice.usage.UsageEventFilter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.random.RandomGenerator;

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
    private final List<CallListener> listeners;
    private final ArrayDeque<Metering> meters = new ArrayDeque<>();

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
     */
    public LoopResources(
            EventLoop loop,
            Ticker ticker,
            LoopMetrics metrics,
            Connections pool,
            StoredResponses storedResponses,
            RandomGenerator random,
            Admission admission,
            List<CallListener> listeners) {
        this.loop = loop;
        this.ticker = ticker;
        this.metrics = metrics;
        this.pool = pool;
        this.storedResponses = storedResponses;
        this.random = random;
        this.admission = admission;
        this.listeners = List.copyOf(listeners);
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

    /** A new request id: the loop's own random source, 128 bits. */
    public String newRequestId() {
        return "req_" + hex(random.nextLong()) + hex(random.nextLong());
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
