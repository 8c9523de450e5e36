package io.sluice.transport.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.sluice.routing.UpstreamAddress;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.loop.Ticking;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one address that may speak HTTP/2.
 *
 * <p>Confined to that loop.
 */
final class Http2Sessions extends Ticking {

    /*
     * Whether a provider speaks HTTP/2 is known once it was asked. Until then, and while it does,
     * connections are opened one at a time, since each has room for many calls; where it has
     * answered in HTTP/1.1, each call that waits is given a connection of its own.
     */

    /** A call that waits for a stream, or a connection. */
    private record Waiting(UpstreamConnection connection, Promise<Void> usable) {}

    private final UpstreamAddress address;
    private final EventLoop loop;
    private final Ticker ticker;
    private final TargetConnections.Bounds bounds;
    private final Supplier<Future<Channel>> dialer;
    private final List<Http2Session> sessions = new ArrayList<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private boolean isHttp1;
    private int dialing;

    /**
     * No connections yet.
     *
     * @param dialer opens a connection, TLS included where the address has it
     */
    Http2Sessions(
            UpstreamAddress address,
            EventLoop loop,
            Ticker ticker,
            TargetConnections.Bounds bounds,
            Supplier<Future<Channel>> dialer) {
        this.address = address;
        this.loop = loop;
        this.ticker = ticker;
        this.bounds = bounds;
        this.dialer = dialer;
        ticker.add(this);
    }

    /** Makes {@code connection} the last stage of a stream, or of a connection of HTTP/1.1. */
    Future<?> open(UpstreamConnection connection) {
        Promise<Void> usable = loop.newPromise();
        waiting.add(new Waiting(connection, usable));
        serve();
        return usable;
    }

    private void serve() {
        Http2Session session = withRoom();
        while (session != null && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            session.open(next.connection, next.usable);
            session = withRoom();
        }
        int wanted = isHttp1 ? waiting.size() : Math.min(1, waiting.size());
        while (dialing < wanted) {
            dialing++;
            dialer.get().addListener(this::onDialed);
        }
    }

    private @Nullable Http2Session withRoom() {
        for (Http2Session session : sessions) {
            if (session.hasRoom()) {
                return session;
            }
        }
        return null;
    }

    private void onDialed(Future<? super Channel> dialed) {
        if (!dialed.isSuccess()) {
            dialing--;
            fail(dialed.cause());
            return;
        }
        Channel channel = (Channel) dialed.getNow();
        if (!channel.isActive()) {
            dialing--;
            fail(new ConnectException("the provider closed the connection at once"));
        } else if (isAgreed(channel)) {
            isHttp1 = false;
            String scheme = address.tls() ? "https" : "http";
            sessions.add(
                    Http2Session.start(this, channel, scheme, bounds.maxHeadBytes(), nowNanos()));
        } else {
            dialing--;
            isHttp1 = true;
            Waiting next = waiting.poll();
            if (next == null) {
                channel.close();
            } else {
                channel.pipeline().addLast("connection", next.connection);
                next.usable.setSuccess(null);
            }
            serve();
        }
    }

    private static boolean isAgreed(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls == null || ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
    }

    /** What waited for one connection fails with it; in HTTP/1.1 that is one call. */
    private void fail(Throwable cause) {
        int failing = isHttp1 ? Math.min(1, waiting.size()) : waiting.size();
        for (int i = 0; i < failing; i++) {
            waiting.remove().usable.setFailure(cause);
        }
        serve();
    }

    /** A provider has said what it takes. */
    void onReady(Http2Session session) {
        dialing--;
        serve();
    }

    /** A call has ended. */
    void onRoom() {
        serve();
    }

    void onClosed(Http2Session session) {
        sessions.remove(session);
        if (!session.isReady()) {
            dialing--;
            fail(new ConnectException("the provider closed the connection of HTTP/2"));
        }
    }

    /** Lets connections go that nobody uses. */
    void close() {
        ticker.remove(this);
        List.copyOf(sessions).forEach(Http2Session::leave);
    }

    long nowNanos() {
        return ticker.nowNanos();
    }

    @Override
    protected void onTick(long nowNanos) {
        for (Http2Session session : List.copyOf(sessions)) {
            session.check(nowNanos, bounds.idleNanos(), bounds.lifetimeNanos(), bounds.waitNanos());
        }
    }
}
