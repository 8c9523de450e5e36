package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.MockTicker;
import io.sluice.admission.Accounts;
import io.sluice.admission.Admission;
import io.sluice.admission.AdmissionListener;
import io.sluice.admission.FileTerms;
import io.sluice.auth.KeyTable;
import io.sluice.config.Settings;
import io.sluice.message.TranslationMemory;
import io.sluice.price.PriceTable;
import io.sluice.routing.TargetCredential;
import io.sluice.routing.Targets;
import io.sluice.telemetry.CallRecord;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.telemetry.MetricLimits;
import io.sluice.telemetry.Metrics;
import io.sluice.transport.exchange.Bookkeeping;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.Snapshot;
import io.sluice.transport.exchange.StoredResponses;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.upstream.FakeConnections;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client of a gateway without sockets, whose clock stands still until it is moved. */
final class ClientFixture {

    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    private static final long SEED = 1;

    private final List<CallRecord> calls = new ArrayList<>();
    private final Accounts accounts = new Accounts();
    private final Metrics metrics = new Metrics(1, MetricLimits.DEFAULT);
    private final ChannelGroup clients = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final MockTicker time = io.netty.util.concurrent.Ticker.newMockTicker();
    private final Snapshot snapshot;
    private final DoorFixture door = new DoorFixture();
    private final KeysFixture stored = new KeysFixture();
    private final DownstreamInitializer initializer;
    private final EmbeddedChannel channel;
    private @Nullable FakeConnections provider;
    private @Nullable LoopResources resources;
    private boolean isReady = true;
    private boolean isDraining;

    ClientFixture(Settings settings) {
        this(settings, Long.MAX_VALUE);
    }

    ClientFixture(Settings settings, long bufferedBytes) {
        FileTerms.apply(settings, Map.of(), accounts, 0);
        snapshot =
                new Snapshot(
                        settings,
                        KeyTable.of(settings),
                        Targets.routes(
                                settings,
                                PriceTable.builtIn(),
                                _ ->
                                        TargetCredential.fixed(
                                                io.netty.util.AsciiString.EMPTY_STRING)));
        initializer =
                new DownstreamInitializer(
                        this::resources,
                        () -> snapshot,
                        () -> null,
                        clients,
                        stored.keys(),
                        stored.counts(),
                        () -> isReady,
                        () -> isDraining,
                        door,
                        bufferedBytes,
                        "1.2.3");
        channel = new RemoteChannel(initializer, time);
    }

    EmbeddedChannel channel() {
        return channel;
    }

    FakeConnections provider() {
        assert provider != null;
        return provider;
    }

    LoopResources resources() {
        assert resources != null;
        return resources;
    }

    DownstreamInitializer initializer() {
        return initializer;
    }

    /** The keys of the database. */
    KeysFixture stored() {
        return stored;
    }

    DoorFixture door() {
        return door;
    }

    Metrics metrics() {
        return metrics;
    }

    /** The records of the calls that have ended. */
    List<CallRecord> calls() {
        return calls;
    }

    void becomeUnready() {
        isReady = false;
    }

    void drain() {
        isDraining = true;
    }

    /** Sends one read's bytes; what a closed connection is sent is lost. */
    void send(String raw) {
        if (channel.isOpen()) {
            ByteBuf bytes = channel.alloc().buffer();
            bytes.writeCharSequence(raw, ISO_8859_1);
            channel.writeInbound(bytes);
        }
        if (!stored.isSlow()) {
            answerFromDatabase();
        }
    }

    /** Lets the database answer what it was asked. */
    void answerFromDatabase() {
        stored.answer();
        channel.runPendingTasks();
    }

    void send(byte[] raw) {
        send(new String(raw, ISO_8859_1));
    }

    /** What the client has received since this was last asked. */
    String received() {
        StringBuilder text = new StringBuilder();
        ByteBuf sent = channel.readOutbound();
        while (sent != null) {
            text.append(sent.toString(ISO_8859_1));
            sent.release();
            sent = channel.readOutbound();
        }
        return text.toString();
    }

    /** Lets time pass and everything with a deadline look at it. */
    void pass(Duration howLong) {
        time.advance(howLong.toNanos(), TimeUnit.NANOSECONDS);
        resources().ticker().tick(resources().ticker().nowNanos());
        channel.runPendingTasks();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void release() {
        channel.finishAndReleaseAll();
        provider().release();
    }

    private LoopResources resources(Channel of) {
        LoopMetrics own = metrics.loop(0);
        Ticker clock = new Ticker(of.eventLoop(), own);
        FakeConnections far = new FakeConnections(clock, own);
        LoopResources made =
                new LoopResources(
                        of.eventLoop(),
                        clock,
                        own,
                        far,
                        new StoredResponses(),
                        new Random(SEED),
                        new Admission(
                                accounts, () -> snapshot.throttle(), null, AdmissionListener.NONE),
                        List.of(own, calls::add),
                        Bookkeeping.none(),
                        TranslationMemory.unbounded());
        provider = far;
        resources = made;
        return made;
    }

    /** An embedded channel that has come from somewhere. */
    private static final class RemoteChannel extends EmbeddedChannel {

        RemoteChannel(ChannelInitializer<Channel> initializer, MockTicker time) {
            super(EmbeddedChannel.builder().handlers(initializer).ticker(time));
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return CLIENT;
        }
    }

    /** A door that covers {@code /key/}, open or not, and keeps what it was asked. */
    static final class DoorFixture implements ManagementHandler.Door {

        private final List<String> asked = new ArrayList<>();
        private final List<Consumer<ManagementHandler.Answer>> waiting = new ArrayList<>();
        private boolean isOpen;

        void open() {
            isOpen = true;
        }

        List<String> asked() {
            return asked;
        }

        void answer(int status, String body) {
            waiting.removeFirst()
                    .accept(
                            new ManagementHandler.Answer(
                                    status, "application/json", "x-extra: 1\r\n", body));
        }

        @Override
        public boolean covers(String path) {
            return path.startsWith("/key/");
        }

        @Override
        public boolean isOpen() {
            return isOpen;
        }

        @Override
        public void ask(
                GatewayRequest request,
                boolean isLocal,
                Consumer<ManagementHandler.Answer> onAnswer) {
            ByteBuf body = request.body();
            asked.add(
                    "%s %s %s %s"
                            .formatted(
                                    request.head().methodText(),
                                    request.head().path(),
                                    isLocal,
                                    body == null ? "-" : body.toString(ISO_8859_1)));
            waiting.add(onAnswer);
        }
    }
}
