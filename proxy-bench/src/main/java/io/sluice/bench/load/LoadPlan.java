package io.sluice.bench.load;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What load to make. Immutable.
 *
 * @param address where to
 * @param tls for connections, or {@code null} for none
 * @param calls taken in turn
 * @param perSecond rate of an open loop; 0 for a closed one, in which each connection calls again
 *     as soon as it is answered
 * @param connections at most; in a closed loop, so many from the start
 * @param connectsPerSecond how fast a closed loop opens them; 0 means at once
 * @param maxCalls after which no call is started; 0 means no bound
 * @param timeoutNanos for a call, from its start
 * @param limits for the goodput
 */
public record LoadPlan(
        InetSocketAddress address,
        @Nullable SslContext tls,
        List<PreparedCall> calls,
        double perSecond,
        int connections,
        double connectsPerSecond,
        long maxCalls,
        long timeoutNanos,
        CallLimits limits) {

    public LoadPlan {
        calls = List.copyOf(calls);
        if (calls.isEmpty() || connections < 1 || timeoutNanos <= 0) {
            throw new IllegalArgumentException("a load needs calls, connections and a timeout");
        }
    }

    /** A closed loop that opens its connections at once and ends with the run. */
    public static LoadPlan closed(
            InetSocketAddress address, PreparedCall call, int connections, long timeoutNanos) {
        return new LoadPlan(
                address, null, List.of(call), 0, connections, 0, 0, timeoutNanos, CallLimits.NONE);
    }

    /** This one at a fixed rate. */
    public LoadPlan withRate(double rate) {
        return new LoadPlan(
                address,
                tls,
                calls,
                rate,
                connections,
                connectsPerSecond,
                maxCalls,
                timeoutNanos,
                limits);
    }

    /** This one encrypted, or not. */
    public LoadPlan withTls(@Nullable SslContext context) {
        return new LoadPlan(
                address,
                context,
                calls,
                perSecond,
                connections,
                connectsPerSecond,
                maxCalls,
                timeoutNanos,
                limits);
    }

    /** This one with so many calls in all. */
    public LoadPlan withMaxCalls(long count) {
        return new LoadPlan(
                address,
                tls,
                calls,
                perSecond,
                connections,
                connectsPerSecond,
                count,
                timeoutNanos,
                limits);
    }

    /** This one with so many connections. */
    public LoadPlan withConnections(int count) {
        return new LoadPlan(
                address,
                tls,
                calls,
                perSecond,
                count,
                connectsPerSecond,
                maxCalls,
                timeoutNanos,
                limits);
    }

    /** This one with connections opened at a fixed rate. */
    public LoadPlan withRamp(double perSecondOpened) {
        return new LoadPlan(
                address,
                tls,
                calls,
                perSecond,
                connections,
                perSecondOpened,
                maxCalls,
                timeoutNanos,
                limits);
    }

    boolean isOpenLoop() {
        return perSecond > 0;
    }
}
