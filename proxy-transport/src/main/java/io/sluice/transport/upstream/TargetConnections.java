package io.sluice.transport.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.loop.Ticking;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
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
     *
     * An attempt whose connection still opens may be gone, or gone elsewhere, when it is there. The
     * connection then never reaches it (it would carry another target's credential to this one) but
     * the next in line. Names, TCP and TLS share one deadline; one that passes it is told at once,
     * while its place is taken until the channel has closed.
     */

    private static final Logger LOG = LoggerFactory.getLogger(TargetConnections.class);
    private static final String TOO_SLOW = "the provider did not accept the connection in time";

    /**
     * What bounds the pool.
     *
     * @param connections open at once, of this loop
     * @param waiting attempts that may wait
     * @param waitNanos how long they wait, and how long a connection may take to open
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
    private final Function<UpstreamConnection, Future<?>> connector;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<Opening> opening = new ArrayDeque<>();
    private int open;
    private boolean isClosed;

    /** A connection that opens, and the attempt that it opens for, while there is one. */
    private static final class Opening {

        private final UpstreamConnection connection;
        private final long deadlineNanos;
        private @Nullable UpstreamListener listener;

        Opening(
                UpstreamConnection connection,
                @Nullable UpstreamListener listener,
                long deadlineNanos) {
            this.connection = connection;
            this.listener = listener;
            this.deadlineNanos = deadlineNanos;
        }
    }

    /**
     * No connections yet.
     *
     * @param connector opens a channel whose last stage is the connection given; its future is done
     *     when the connection can be used, and tells so on this loop
     */
    TargetConnections(
            Bounds bounds,
            Ticker ticker,
            LoopMetrics metrics,
            Function<UpstreamConnection, Future<?>> connector) {
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
            makeRoom();
        } else {
            listener.onFailure(UpstreamFailure.OVERLOADED, "too many calls wait for this target");
        }
    }

    /** Lets an idle connection go for an attempt that wants a fresh one. */
    private void makeRoom() {
        UpstreamConnection oldest = idle.pollFirst();
        if (oldest != null) {
            oldest.close();
        }
    }

    /** Forgets an attempt that waits for a connection; without effect if it does not. */
    // A listener is one attempt; two are never equal in any other sense.
    @SuppressWarnings("ReferenceEquality")
    void cancel(UpstreamListener listener) {
        waiting.removeIf(one -> one.listener == listener);
        for (Opening one : opening) {
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
        Opening one = new Opening(connection, listener, nowNanos + bounds.waitNanos);
        opening.add(one);
        connector
                .apply(connection)
                .addListener(future -> {
                    opening.remove(one);
                    if (future.isSuccess()) {
                        onConnected(one);
                    } else {
                        onConnectFailed(one, future.cause());
                    }
                });
    }

    private void onConnected(Opening one) {
        UpstreamListener listener = one.listener;
        one.connection.becomeReady();
        if (listener == null) {
            one.connection.giveBack();
        } else {
            one.connection.lend(listener);
            listener.onConnected(one.connection);
        }
    }

    private void onConnectFailed(Opening one, Throwable cause) {
        UpstreamListener listener = one.listener;
        one.connection.close();
        countClosed();
        if (listener != null) {
            UpstreamFailure failure =
                    cause instanceof ConnectTimeoutException
                            ? UpstreamFailure.TIMEOUT
                            : UpstreamFailure.CONNECT;
            listener.onFailure(failure, describe(cause));
        }
        serveWaiting();
    }

    private static String describe(Throwable cause) {
        return switch (cause) {
            case UnknownHostException _ -> "the provider's host name is unknown";
            case ConnectTimeoutException _ -> TOO_SLOW;
            case SSLException _ -> "no TLS with the provider: " + UpstreamTls.describe(cause);
            case ConnectException _ -> "the provider refused the connection";
            default -> "the provider could not be reached";
        };
    }

    /** Takes a connection that can be used again. */
    void giveBack(UpstreamConnection connection) {
        long nowNanos = ticker.nowNanos();
        connection.becomeIdle(nowNanos);
        if (isClosed || isWorn(connection, nowNanos)) {
            connection.close();
            return;
        }
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
        failSlow(nowNanos);
        Waiting oldest = waiting.peek();
        while (oldest != null && oldest.deadlineNanos - nowNanos < 0) {
            waiting.poll();
            oldest.listener.onFailure(
                    UpstreamFailure.OVERLOADED, "no connection to this target came free in time");
            oldest = waiting.peek();
        }
    }

    /** Tells attempts whose connections take too long to open. */
    private void failSlow(long nowNanos) {
        for (Opening one : List.copyOf(opening)) {
            UpstreamListener listener = one.listener;
            if (one.deadlineNanos - nowNanos < 0) {
                one.listener = null;
                one.connection.close();
                if (listener != null) {
                    listener.onFailure(UpstreamFailure.TIMEOUT, TOO_SLOW);
                }
            }
        }
    }

    /** Closes what is idle, and from now on what is given back. */
    void close() {
        isClosed = true;
        ticker.remove(this);
        for (UpstreamConnection one = idle.poll(); one != null; one = idle.poll()) {
            one.close();
        }
    }

    int open() {
        return open;
    }
}
