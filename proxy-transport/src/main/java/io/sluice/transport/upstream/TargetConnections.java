package io.sluice.transport.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.loop.Ticking;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one address, and the attempts that wait for one.
 *
 * <p>Confined to that loop.
 */
final class TargetConnections extends Ticking {

    /*
     * The pool is last-in first-out: the connection used most recently is the one whose TCP window
     * is open and whose peer is least likely to have given up on it, and those never reached age
     * out together. Loops do not lend to each other: a borrowed connection would have to hop
     * threads with every chunk.
     */

    private static final Logger LOG = LoggerFactory.getLogger(TargetConnections.class);

    /**
     * What bounds the pool.
     *
     * @param connections open at once, of this loop
     * @param waiting attempts that may wait
     */
    record Bounds(
            int connections,
            int waiting,
            long idleNanos,
            long lifetimeNanos,
            long waitNanos,
            int maxHeadBytes) {}

    private record Waiting(UpstreamListener listener, long deadlineNanos) {}

    private final Bounds bounds;
    private final Ticker ticker;
    private final LoopMetrics metrics;
    private final Function<UpstreamConnection, ChannelFuture> connector;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Set<PendingAttempt> opening = new LinkedHashSet<>();
    private int open;

    /**
     * @param connector opens a channel whose last stage is the connection given; its future is done
     *     when the connection can be used
     */
    TargetConnections(
            Bounds bounds,
            Ticker ticker,
            LoopMetrics metrics,
            Function<UpstreamConnection, ChannelFuture> connector) {
        this.bounds = bounds;
        this.ticker = ticker;
        this.metrics = metrics;
        this.connector = connector;
        ticker.add(this);
    }

    /**
     * Finds a connection for an attempt, now or later.
     *
     * @param fresh whether only a new connection will do
     */
    void acquire(UpstreamListener listener, boolean fresh) {
        long nowNanos = ticker.nowNanos();
        UpstreamConnection connection = fresh ? null : pollIdle(nowNanos);
        if (connection != null) {
            connection.lend(listener);
            listener.onConnected(connection);
        } else if (open < bounds.connections) {
            connect(listener, nowNanos);
        } else if (waiting.size() < bounds.waiting) {
            waiting.add(new Waiting(listener, nowNanos + bounds.waitNanos));
        } else {
            listener.onFailure(UpstreamFailure.OVERLOADED, "too many calls wait for this target");
        }
    }

    /**
     * Forgets an attempt that waits for a connection to come free or to open; without effect if it
     * does not. One that opens goes to the next attempt.
     */
    // A listener is one attempt; two are never equal in any other sense.
    @SuppressWarnings("ReferenceEquality")
    void cancel(UpstreamListener listener) {
        waiting.removeIf(one -> one.listener == listener);
        for (PendingAttempt one : opening) {
            if (one.listener == listener) {
                one.listener = null;
            }
        }
    }

    private @Nullable UpstreamConnection pollIdle(long nowNanos) {
        UpstreamConnection connection = idle.pollLast();
        while (connection != null && isWorn(connection, nowNanos)) {
            connection.close();
            connection = idle.pollLast();
        }
        return connection;
    }

    private boolean isWorn(UpstreamConnection connection, long nowNanos) {
        return !connection.isOpen()
                || nowNanos - connection.idleSinceNanos() > bounds.idleNanos
                || nowNanos - connection.openedNanos() > bounds.lifetimeNanos;
    }

    private void connect(UpstreamListener listener, long nowNanos) {
        open++;
        metrics.onUpstreamConnected();
        UpstreamConnection connection = new UpstreamConnection(this, bounds.maxHeadBytes, nowNanos);
        PendingAttempt pending = new PendingAttempt(listener);
        opening.add(pending);
        ChannelFuture connected = connector.apply(connection);
        connected.addListener(future -> {
            if (future.isSuccess()) {
                onConnected(connection, pending);
            } else {
                onConnectFailed(connected.channel(), pending, future.cause());
            }
        });
    }

    /** Holds an attempt's place while its connection opens. */
    private static final class PendingAttempt {

        /** {@code null} once the attempt has been given up. */
        private @Nullable UpstreamListener listener;

        PendingAttempt(UpstreamListener listener) {
            this.listener = listener;
        }
    }

    private void onConnected(UpstreamConnection connection, PendingAttempt pending) {
        opening.remove(pending);
        connection.becomeReady();
        UpstreamListener listener = pending.listener;
        if (listener == null) {
            connection.giveBack();
        } else {
            connection.lend(listener);
            listener.onConnected(connection);
        }
    }

    private void onConnectFailed(Channel channel, PendingAttempt pending, Throwable cause) {
        opening.remove(pending);
        channel.close();
        countClosed();
        UpstreamListener listener = pending.listener;
        if (listener != null) {
            listener.onFailure(failure(cause), describe(cause));
        }
        serveWaiting();
    }

    private static UpstreamFailure failure(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                        || cause instanceof SslHandshakeTimeoutException
                ? UpstreamFailure.CONNECT_TIMEOUT
                : UpstreamFailure.CONNECT;
    }

    private static String describe(Throwable cause) {
        return switch (cause) {
            case java.net.UnknownHostException _ -> "the provider's host name is unknown";
            case ConnectTimeoutException _ -> "the provider did not accept the connection in time";
            case SSLException _ -> "no TLS with the provider: " + cause.getMessage();
            case java.net.ConnectException _ -> "the provider refused the connection";
            default -> "the provider could not be reached";
        };
    }

    void giveBack(UpstreamConnection connection) {
        connection.becomeIdle(ticker.nowNanos());
        Waiting next = waiting.poll();
        if (next == null) {
            idle.addLast(connection);
        } else {
            connection.lend(next.listener);
            next.listener.onConnected(connection);
        }
    }

    /** A connection has closed. */
    void onClosed(UpstreamConnection connection) {
        idle.remove(connection);
        countClosed();
        serveWaiting();
    }

    private void countClosed() {
        open--;
        metrics.onUpstreamDisconnected();
    }

    private void serveWaiting() {
        if (open < bounds.connections) {
            Waiting next = waiting.poll();
            if (next != null) {
                connect(next.listener, ticker.nowNanos());
            }
        }
    }

    void onError(Throwable cause) {
        LOG.error("a provider connection failed unexpectedly", cause);
    }

    @Override
    protected void onTick(long nowNanos) {
        for (Iterator<UpstreamConnection> all = idle.iterator(); all.hasNext(); ) {
            UpstreamConnection connection = all.next();
            if (isWorn(connection, nowNanos)) {
                all.remove();
                connection.close();
            }
        }
        Waiting oldest = waiting.peek();
        while (oldest != null && oldest.deadlineNanos - nowNanos < 0) {
            waiting.poll();
            oldest.listener.onFailure(
                    UpstreamFailure.OVERLOADED, "no connection to this target came free in time");
            oldest = waiting.peek();
        }
    }

    /** Closes what is idle. */
    void close() {
        ticker.remove(this);
        idle.forEach(UpstreamConnection::close);
        idle.clear();
    }

    int open() {
        return open;
    }
}
