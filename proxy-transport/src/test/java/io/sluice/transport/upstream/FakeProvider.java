package io.sluice.transport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Promise;
import io.sluice.telemetry.MetricLimits;
import io.sluice.telemetry.Metrics;
import io.sluice.transport.loop.Ticker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The far side of a pool's connections: embedded channels, opened when the test says so, under one
 * clock that the test moves.
 */
final class FakeProvider {

    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(3600);
    static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    final MockTicker clock = io.netty.util.concurrent.Ticker.newMockTicker();
    final EmbeddedChannel loopChannel = channel();
    final Ticker ticker =
            new Ticker(loopChannel.eventLoop(), new Metrics(1, MetricLimits.DEFAULT).loop(0));
    final List<Opened> opened = new ArrayList<>();
    final TargetConnections pool;
    boolean answersAtOnce = true;

    /** One connection that the pool has asked for. */
    record Opened(UpstreamConnection connection, EmbeddedChannel channel, Promise<Void> usable) {

        void succeed() {
            usable.setSuccess(null);
        }

        void fail(Throwable cause) {
            usable.setFailure(cause);
        }

        /** Sends bytes to the gateway. */
        void send(String text) {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte... bytes) {
            ByteBuf buf = ByteBufAllocator.DEFAULT.directBuffer(Math.max(1, bytes.length));
            channel.writeInbound(buf.writeBytes(bytes));
        }

        /** What the gateway has sent so far. */
        String received() {
            StringBuilder text = new StringBuilder();
            for (ByteBuf one = channel.readOutbound(); one != null; one = channel.readOutbound()) {
                text.append(one.toString(StandardCharsets.ISO_8859_1));
                one.release();
            }
            return text.toString();
        }

        boolean isOpen() {
            return channel.isOpen();
        }

        void close() {
            channel.close();
            channel.runPendingTasks();
        }
    }

    FakeProvider(int connections, int waiting) {
        pool =
                new TargetConnections(
                        new TargetConnections.Bounds(
                                connections, waiting, IDLE_NANOS, LIFETIME_NANOS, WAIT_NANOS, 8192),
                        ticker,
                        new Metrics(1, MetricLimits.DEFAULT).loop(0),
                        this::open);
    }

    private EmbeddedChannel channel() {
        return EmbeddedChannel.builder().ticker(clock).build();
    }

    private Future<?> open(UpstreamConnection connection) {
        EmbeddedChannel channel = channel();
        channel.pipeline().addLast(connection);
        Promise<Void> usable = loopChannel.eventLoop().newPromise();
        Opened one = new Opened(connection, channel, usable);
        opened.add(one);
        channel.closeFuture()
                .addListener(_ -> usable.tryFailure(new java.io.IOException("closed")));
        if (answersAtOnce) {
            one.succeed();
        }
        return usable;
    }

    RecordingListener acquire() {
        return acquire(false);
    }

    RecordingListener acquire(boolean fresh) {
        RecordingListener listener = new RecordingListener();
        pool.acquire(listener, fresh);
        settle();
        return listener;
    }

    /** Sends a request on the connection that an attempt has. */
    static void request(RecordingListener listener) {
        UpstreamConnection connection = listener.connection();
        connection.begin(false);
        connection.write(text("request"));
        connection.flush();
    }

    static ByteBuf text(String text) {
        return ByteBufAllocator.DEFAULT
                .directBuffer(Math.max(1, text.length()))
                .writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Lets time pass, and the ticker tell it. */
    void pass(long nanos) {
        clock.advance(nanos, TimeUnit.NANOSECONDS);
        ticker.tick(ticker.nowNanos());
        settle();
    }

    void settle() {
        loopChannel.runPendingTasks();
        for (Opened one : List.copyOf(opened)) {
            one.channel.runPendingTasks();
        }
    }

    Opened last() {
        return opened.getLast();
    }

    /** Ends all channels and lets go of what they hold. */
    void finish() {
        pool.close();
        for (Opened one : opened) {
            one.channel.finishAndReleaseAll();
        }
        loopChannel.finishAndReleaseAll();
    }
}
