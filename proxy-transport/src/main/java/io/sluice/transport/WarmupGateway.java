package io.sluice.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import io.sluice.admission.Accounts;
import io.sluice.admission.Admission;
import io.sluice.admission.FileTerms;
import io.sluice.auth.KeyTable;
import io.sluice.auth.Keys;
import io.sluice.auth.RequestCounts;
import io.sluice.config.Settings;
import io.sluice.message.TranslationMemory;
import io.sluice.price.PriceTable;
import io.sluice.routing.Targets;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.telemetry.MetricLimits;
import io.sluice.telemetry.Metrics;
import io.sluice.transport.downstream.DownstreamInitializer;
import io.sluice.transport.downstream.ManagementHandler;
import io.sluice.transport.exchange.Bookkeeping;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.Snapshot;
import io.sluice.transport.exchange.StoredResponses;
import io.sluice.transport.loop.EventLoops;
import io.sluice.transport.upstream.UpstreamPool;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGeneratorFactory;

/**
 * A gateway beside the gateway, on the same event loops, that keeps no books: what {@link Warmup}
 * calls. Its accounts, metrics and pools are its own.
 */
final class WarmupGateway {

    private final EventLoops loops;
    private final Parts parts;
    private final List<UpstreamPool> pools = new ArrayList<>();

    /**
     * What it shares with the gateway.
     *
     * @param keys are asked only for keys that the file does not have
     * @param counts the calls of those
     */
    record Parts(
            AddressResolverGroup<InetSocketAddress> resolver,
            SslContext tls,
            PriceTable prices,
            Keys keys,
            RequestCounts counts) {}

    WarmupGateway(EventLoops loops, Parts parts) {
        this.loops = loops;
        this.parts = parts;
    }

    /** The pipeline of its clients, each of which {@code clients} takes. */
    DownstreamInitializer newPipeline(Settings settings, ChannelGroup clients) {
        Snapshot snapshot =
                new Snapshot(
                        settings,
                        KeyTable.of(settings),
                        Targets.routes(
                                settings,
                                parts.prices,
                                _ -> {
                                    throw new IllegalStateException("no identity is used here");
                                }));
        Accounts accounts = new Accounts();
        FileTerms.apply(settings, Map.of(), accounts, loops.ticker(0).nowNanos());
        Metrics metrics = new Metrics(loops.count(), MetricLimits.DEFAULT);
        List<LoopResources> resources = new ArrayList<>();
        for (int i = 0; i < loops.count(); i++) {
            resources.add(newResources(i, snapshot, accounts, metrics.loop(i)));
        }
        return new DownstreamInitializer(
                channel -> resources.get(loops.indexOf(channel.eventLoop())),
                () -> snapshot,
                () -> null,
                clients,
                parts.keys,
                parts.counts,
                () -> true,
                () -> false,
                new NoManagement(),
                settings.limits().bodyBytes(),
                Version.text());
    }

    private LoopResources newResources(
            int index, Snapshot snapshot, Accounts accounts, LoopMetrics metrics) {
        EventLoop loop = loops.loops().get(index);
        Settings settings = snapshot.settings();
        UpstreamPool pool =
                new UpstreamPool(
                        loop,
                        loops.transport(),
                        loops.ticker(index),
                        metrics,
                        parts.resolver,
                        parts.tls,
                        settings.upstream(),
                        settings.timeouts(),
                        settings.limits(),
                        loops.count());
        pools.add(pool);
        return new LoopResources(
                loop,
                loops.ticker(index),
                metrics,
                pool,
                new StoredResponses(),
                RandomGeneratorFactory.of("Xoroshiro128PlusPlus").create(Seeds.next()),
                new Admission(accounts, snapshot::throttle, null, new AdmissionNotes(metrics)),
                List.of(metrics),
                Bookkeeping.none(),
                TranslationMemory.unbounded());
    }

    /** Closes the pools, each on its loop, behind what was closed before. */
    void close() {
        for (int i = 0; i < pools.size(); i++) {
            UpstreamPool pool = pools.get(i);
            loops.loops().get(i).execute(pool::close);
        }
    }

    /** Nothing is managed here. */
    private static final class NoManagement implements ManagementHandler.Door {

        @Override
        public boolean covers(String path) {
            return false;
        }

        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public void ask(
                GatewayRequest request,
                boolean isLocal,
                Consumer<ManagementHandler.Answer> onAnswer) {
            throw new IllegalStateException("there is nothing to ask");
        }
    }
}
