package io.sluice.transport.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.routing.UpstreamAddress;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.transport.loop.Ticker;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Providers at the far end of embedded channels: what they are sent can be read, and answered. */
public final class FakeConnections implements Connections {

    private static final Duration LONG = Duration.ofHours(10);

    private final Ticker ticker;
    private final LoopMetrics metrics;
    private final Map<UpstreamAddress, TargetConnections> homes = new HashMap<>();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final List<UpstreamAddress> asked = new ArrayList<>();
    private final List<UpstreamAddress> cancelled = new ArrayList<>();
    private final List<ChannelPromise> held = new ArrayList<>();
    private boolean refuses;
    private boolean holds;

    public FakeConnections(Ticker ticker, LoopMetrics metrics) {
        this.ticker = ticker;
        this.metrics = metrics;
    }

    /** Refuses connections from here on, or takes them again. */
    public void refuse(boolean connections) {
        refuses = connections;
    }

    /** Leaves connections pending from here on, until {@link #letIn()}. */
    public void hold() {
        holds = true;
    }

    /** Takes all connections that are pending. */
    public void letIn() {
        holds = false;
        List<ChannelPromise> taken = List.copyOf(held);
        held.clear();
        taken.forEach(ChannelPromise::setSuccess);
    }

    /** Refuses all connections that are pending. */
    public void failPending() {
        List<ChannelPromise> failed = List.copyOf(held);
        held.clear();
        failed.forEach(one -> one.setFailure(new ConnectException("refused")));
    }

    /** The addresses that attempts have asked for, in order. */
    public List<UpstreamAddress> asked() {
        return asked;
    }

    /** The addresses that attempts no longer wait for. */
    public List<UpstreamAddress> cancelled() {
        return cancelled;
    }

    /** Connections that were ever opened. */
    public int connections() {
        return channels.size();
    }

    /** The connection opened last. */
    public EmbeddedChannel last() {
        return channels.getLast();
    }

    /** What the connection opened last was sent since this was last asked. */
    public String received() {
        return received(last());
    }

    private static String received(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        ByteBuf sent = channel.readOutbound();
        while (sent != null) {
            text.append(sent.toString(ISO_8859_1));
            sent.release();
            sent = channel.readOutbound();
        }
        return text.toString();
    }

    /** Sends bytes to the gateway on the connection opened last. */
    public void answer(String raw) {
        ByteBuf bytes = last().alloc().buffer();
        bytes.writeCharSequence(raw, ISO_8859_1);
        last().writeInbound(bytes);
    }

    /** Closes the connection opened last. */
    public void hangUp() {
        last().close();
    }

    /** Lets go of everything. */
    public void release() {
        homes.values().forEach(TargetConnections::close);
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Override
    public void acquire(UpstreamAddress address, UpstreamListener listener, boolean fresh) {
        asked.add(address);
        homes.computeIfAbsent(address, _ -> newHome()).acquire(listener, fresh);
    }

    @Override
    public void cancel(UpstreamAddress address, UpstreamListener listener) {
        cancelled.add(address);
        TargetConnections home = homes.get(address);
        if (home != null) {
            home.cancel(listener);
        }
    }

    @Override
    public int open() {
        return homes.values().stream().mapToInt(TargetConnections::open).sum();
    }

    @Override
    public void close() {
        homes.values().forEach(TargetConnections::close);
    }

    private TargetConnections newHome() {
        TargetConnections.Bounds bounds =
                new TargetConnections.Bounds(
                        100, 100, LONG.toNanos(), LONG.toNanos(), LONG.toNanos(), 64 << 10);
        return new TargetConnections(bounds, ticker, metrics, this::connect);
    }

    private ChannelFuture connect(UpstreamConnection connection) {
        EmbeddedChannel channel = new EmbeddedChannel(connection);
        channels.add(channel);
        if (refuses) {
            return channel.newFailedFuture(new ConnectException("refused"));
        }
        if (holds) {
            ChannelPromise pending = channel.newPromise();
            held.add(pending);
            return pending;
        }
        return channel.newSucceededFuture();
    }
}
