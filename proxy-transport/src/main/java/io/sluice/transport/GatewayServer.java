package io.sluice.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.internal.PlatformDependent;
import io.sluice.admission.Accounts;
import io.sluice.admission.Admission;
import io.sluice.admission.BudgetLeases;
import io.sluice.admission.FileTerms;
import io.sluice.auth.Principal;
import io.sluice.auth.SealedText;
import io.sluice.config.Allowance;
import io.sluice.config.ListenSettings;
import io.sluice.config.LoadedSettings;
import io.sluice.config.Secret;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.UpstreamSettings;
import io.sluice.ledger.SettlementSink;
import io.sluice.message.TranslationMemory;
import io.sluice.price.PriceTable;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import io.sluice.telemetry.CallListener;
import io.sluice.telemetry.LoopMetrics;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricLimits;
import io.sluice.telemetry.Metrics;
import io.sluice.telemetry.MetricsReader;
import io.sluice.transport.admin.AdminCredential;
import io.sluice.transport.admin.AdminRoute;
import io.sluice.transport.admin.AdminRoutes;
import io.sluice.transport.admin.AdminServer;
import io.sluice.transport.admin.GatewayStatus;
import io.sluice.transport.admin.HealthRoutes;
import io.sluice.transport.admin.LoggingRoutes;
import io.sluice.transport.admin.MetricsRoutes;
import io.sluice.transport.admin.Readiness;
import io.sluice.transport.admin.StatusRoutes;
import io.sluice.transport.downstream.DownstreamInitializer;
import io.sluice.transport.downstream.DrainEvent;
import io.sluice.transport.exchange.AttemptListener;
import io.sluice.transport.exchange.Bookkeeping;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.StoredResponses;
import io.sluice.transport.logging.Logs;
import io.sluice.transport.loop.EventLoops;
import io.sluice.transport.loop.Ticker;
import io.sluice.transport.loop.TransportType;
import io.sluice.transport.management.FallbackRoutes;
import io.sluice.transport.management.LedgerRoutes;
import io.sluice.transport.redis.RedisRates;
import io.sluice.transport.reload.ConfigHistory;
import io.sluice.transport.reload.FileWatch;
import io.sluice.transport.reload.ReloadResult;
import io.sluice.transport.reload.ReloadRoutes;
import io.sluice.transport.reload.Reloader;
import io.sluice.transport.reload.SettingsSource;
import io.sluice.transport.upstream.CloudCredentials;
import io.sluice.transport.upstream.UpstreamPool;
import io.sluice.transport.upstream.UpstreamResolver;
import io.sluice.transport.upstream.UpstreamTls;
import io.sluice.usage.TokenEstimator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole gateway in one process: binds, wires, drains, stops.
 *
 * <p>Safe for any thread.
 */
public final class GatewayServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

    private static final int BACKLOG = 4096;

    /** Calls that wait at once for room in the ledger. */
    private static final int MAX_PARKED = 1000;

    /** How long a start waits for rows of an earlier process to reach the database. */
    private static final Duration CATCH_UP = Duration.ofSeconds(30);

    /** What clients are given to take a last event. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /**
     * Beyond the upper mark the provider is not read; it is again below the lower one. With one
     * read's worth of bytes above it, this bounds what a stream holds for a slow client.
     */
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final Logs logs;
    private final EventLoops loops;
    private final List<LoopResources> resources = new ArrayList<>();
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final ExecutorService workers =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("work-", 0).factory());
    private final Accounting accounting;
    private final SslContext upstreamTls;
    private final CloudCredentials tokens;
    private final LiveConfiguration live;
    private final @Nullable DurableLedger ledger;
    private final @Nullable BudgetLeases leases;
    private final TokenEstimator estimator = new TokenEstimator();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final @Nullable RedisRates rates;
    private final Accounts accounts;
    private final TargetControl targets = new TargetControl();
    private final PriceWatch priceWatch;
    private final Reloader reloader;
    private final FileWatch configWatch;
    private final TranslationMemory translationMemory;
    private final UnpricedModels unpriced = new UnpricedModels();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CompletableFuture<@Nullable Void> hurry = new CompletableFuture<>();
    private final Duration drain;

    private volatile Readiness readiness = Readiness.STARTING;
    private DownstreamInitializer downstream;
    private Channel listener;
    private AdminServer admin;

    private GatewayServer(
            LoadedSettings started, SettingsSource source, @Nullable SettlementSink sink)
            throws IOException {
        Settings settings = started.settings();
        PriceTable prices = PriceTable.load(settings.prices());
        ListenerTls tls = new ListenerTls(settings.listen());
        Path trusted = settings.upstream().trustedCertificates();
        boolean offersHttp2 = settings.upstream().http2() != UpstreamSettings.Http2.NEVER;
        upstreamTls = UpstreamTls.newContext(trusted, offersHttp2);
        logs = Logs.configure(settings.logging());
        rates = openRates(settings);
        accounts = new Accounts(rates == null ? null : rates.sharing());
        accounting = Accounting.open(settings, workers, InstantSource.system(), accounts);
        drain = settings.timeouts().drain();
        tokens =
                new CloudCredentials(
                        workers, UpstreamTls.newClientContext(trusted), InstantSource.system());
        live =
                new LiveConfiguration(
                        settings,
                        prices,
                        tokens,
                        tls,
                        targets,
                        new CredentialTest(UpstreamTls.newClientContext(trusted)));
        priceWatch =
                new PriceWatch(
                        () -> live.snapshot().settings().prices().file(), live::reloadPrices);
        reloader =
                new Reloader(
                        source,
                        started,
                        this::install,
                        InstantSource.system(),
                        newHistory(settings));
        configWatch = new FileWatch(reloader::files, () -> reloader.reload("file"));
        ledger = openLedger(settings, sink);
        TransportType transport = TransportType.best();
        int count = Integer.getInteger("sluice.loops", defaultLoops());
        Metrics metrics = new Metrics(count, MetricLimits.DEFAULT);
        loops = new EventLoops(transport, count, metrics);
        resolver = UpstreamResolver.newGroup(transport);
        FileTerms.apply(
                settings,
                deployments(live.snapshot().routes()),
                accounts,
                loops.ticker(0).nowNanos());
        leases = ledger == null || sink != null ? null : accounting.share(ledger.id());
        targets.start(
                settings.stateDir(),
                ledger == null ? HealthKeeper.NO_SHELF : accounting.healthShelf(ledger.id()),
                () -> loops.ticker(0).nowNanos(),
                InstantSource.system());
        accounting.restoreSpend(() -> ledger == null || ledger.awaitWritten(CATCH_UP));
        translationMemory = new TranslationMemory(translationBytes(settings));
        StoredResponses stored = new StoredResponses(accounting.responses());
        List<EventLoop> all = loops.loops();
        for (int i = 0; i < count; i++) {
            resources.add(newResources(all.get(i), loops.ticker(i), metrics.loop(i), stored));
        }
        long startedMillis = System.currentTimeMillis();
        Warmup.once(
                loops,
                new WarmupGateway.Parts(
                        resolver, upstreamTls, prices, accounting.keys(), accounting.counts()));
        try {
            if (rates != null) {
                rates.start();
            }
            AdminRoutes routes = adminRoutes(metrics, startedMillis, source.file());
            downstream =
                    newDownstream(
                            settings,
                            new ManagementDoor(
                                    routes, workers, settings.admin().alsoOnDataListener()));
            listener = bind(settings.listen(), downstream);
            admin = AdminServer.start(settings.admin().host(), settings.admin().port(), routes);
        } catch (IOException | RuntimeException e) {
            stopLoops();
            closeBooks();
            throw e;
        }
        priceWatch.start();
        configWatch.start();
        targets.check(
                new HealthChecker(
                        () -> live.snapshot().routes(),
                        () -> live.snapshot().settings().health().checks(),
                        workers,
                        UpstreamTls.newClientContext(trusted),
                        InstantSource.system()));
        readiness = Readiness.READY;
        estimator.prepare();
        LOG.info(
                "serving {} on {} event loops ({})",
                Version.text(),
                count,
                transport.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Starts a gateway that has no file to read its settings from anew.
     *
     * @throws IOException if a listener cannot be bound or a certificate not read
     */
    public static GatewayServer start(Settings settings) throws IOException {
        return start(LoadedSettings.of(settings), nothing(), null);
    }

    /**
     * Starts a gateway.
     *
     * @param source of which {@code started} was read
     * @throws IOException if a listener cannot be bound, a certificate not read, or the ledger not
     *     opened
     */
    public static GatewayServer start(LoadedSettings started, SettingsSource source)
            throws IOException {
        return start(started, source, null);
    }

    /**
     * Starts a gateway.
     *
     * @param source of which {@code started} was read
     * @param sink takes the ledger's rows in place of the database
     * @throws IOException if a listener cannot be bound, a certificate not read, or the ledger not
     *     opened
     */
    public static GatewayServer start(
            LoadedSettings started, SettingsSource source, @Nullable SettlementSink sink)
            throws IOException {
        return new GatewayServer(started, source, sink);
    }

    public int dataPort() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public int adminPort() {
        return admin.port();
    }

    /** What keys, users, models and so on may use, and have used. */
    public Accounts accounts() {
        return accounts;
    }

    /** Bytes of request bodies that are held at this moment. */
    public long bufferedBytes() {
        return downstream.bufferedBytes();
    }

    /** The memory of calls that are translated. */
    public TranslationMemory translationMemory() {
        return translationMemory;
    }

    /**
     * Reads the configuration anew and puts it in force, or changes nothing. Blocks.
     *
     * @param author who asks for it, in one word
     */
    public ReloadResult reload(String author) {
        return reloader.reload(author);
    }

    /**
     * Waits until the gateway has stopped.
     *
     * @throws InterruptedException if this thread is told to wait no longer
     */
    public void awaitTermination() throws InterruptedException {
        closed.await();
    }

    /**
     * Stops: takes no new connections, lets running calls end for as long as {@code timeouts.drain}
     * says, then ends them with an error. A second call, from another thread, ends them at once.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (readiness == Readiness.DRAINING) {
                hurry.complete(null);
                return;
            }
            readiness = Readiness.DRAINING;
        }
        LOG.info("stopping: {} client connections are open", clients.size());
        listener.close().awaitUninterruptibly();
        clients.forEach(client -> tell(client, DrainEvent.CLOSE_WHEN_IDLE));
        awaitClients();
        if (!clients.isEmpty()) {
            clients.forEach(GatewayServer::endNow);
            clients.newCloseFuture().awaitUninterruptibly(LAST_WORDS.toMillis());
        }
        clients.close().awaitUninterruptibly(LAST_WORDS.toMillis());
        settleAttempts();
        admin.close();
        stopLoops();
        closeBooks();
        LOG.info("stopped");
        logs.close();
        closed.countDown();
    }

    /** Waits until the last client has gone, there is hurry, or the time is over. */
    private void awaitClients() {
        long deadlineNanos = System.nanoTime() + drain.toNanos();
        long leftNanos = drain.toNanos();
        while (!clients.isEmpty() && !hurry.isDone() && leftNanos > 0) {
            CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
            clients.newCloseFuture().addListener(_ -> gone.complete(null));
            CompletableFuture.anyOf(gone, hurry)
                    .completeOnTimeout(null, leftNanos, TimeUnit.NANOSECONDS)
                    .join();
            leftNanos = deadlineNanos - System.nanoTime();
        }
    }

    /** Ends what is read on for clients that have left, and waits until the books are closed. */
    private void settleAttempts() {
        CompletableFuture<?>[] settled =
                resources.stream()
                        .map(one ->
                                CompletableFuture.runAsync(one::endDraining, one.loop())
                                        .thenComposeAsync(_ -> one.settled(), one.loop()))
                        .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(settled)
                .completeOnTimeout(null, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static SettingsSource nothing() {
        return new SettingsSource(new SettingsLoader(Map.of(), List.of()), null);
    }

    private @Nullable DurableLedger openLedger(Settings settings, @Nullable SettlementSink sink)
            throws IOException {
        try {
            return DurableLedger.open(
                    settings, sink == null ? accounting.sink() : sink, InstantSource.system());
        } catch (IOException | RuntimeException e) {
            closeRates();
            tokens.close();
            estimator.close();
            workers.shutdown();
            ReferenceCountUtil.release(upstreamTls);
            accounting.close();
            throw e;
        }
    }

    /** The ledger first, whose rows go into the database. */
    private void closeBooks() {
        if (ledger != null) {
            ledger.close();
            accounting.closeLeases(ledger.isWritten());
        }
        accounting.close();
    }

    private static void endNow(Channel client) {
        tell(client, DrainEvent.END_NOW);
    }

    private static void tell(Channel client, DrainEvent event) {
        client.eventLoop().execute(() -> client.pipeline().fireUserEventTriggered(event));
    }

    private void stopLoops() {
        for (LoopResources one : resources) {
            one.loop().execute(() -> one.pool().close());
        }
        targets.close();
        priceWatch.close();
        configWatch.close();
        closeRates();
        tokens.close();
        estimator.close();
        workers.shutdown();
        loops.close();
        resolver.close();
        ReferenceCountUtil.release(upstreamTls);
    }

    private static @Nullable RedisRates openRates(Settings settings) throws IOException {
        try {
            return RedisRates.of(settings.redis(), InstantSource.system());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void closeRates() {
        if (rates != null) {
            rates.close();
        }
    }

    private static int defaultLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }

    private ConfigHistory newHistory(Settings settings) {
        SealedText seal = accounting.seal();
        return new ConfigHistory(
                settings.stateDir().resolve("configurations"),
                text -> seal.seal(Secret.of(text)),
                text -> seal.open(text).reveal());
    }

    private FallbackRoutes fallbackRoutes() {
        return new FallbackRoutes(
                () -> live.snapshot().settings().failover().fallbacks(),
                new FallbackRoutes.Overrides() {
                    @Override
                    public Map<String, List<String>> all() {
                        return live.fallbacks();
                    }

                    @Override
                    public void set(String model, @Nullable List<String> others) {
                        live.setFallbacks(model, others);
                    }

                    @Override
                    public boolean isKnown(String model) {
                        return live.snapshot().routes().find(model) != null;
                    }
                });
    }

    /** Whoever holds the key of that id or alias, of the file or of the database. */
    private @Nullable Principal caller(String name) {
        Principal ofFile = live.snapshot().keys().findAlias(name);
        return ofFile == null ? accounting.findCaller(name) : ofFile;
    }

    private void install(LoadedSettings loaded) throws IOException {
        live.install(
                loaded.settings(),
                next -> {
                    Settings settings = next.settings();
                    logs.reconfigure(settings.logging());
                    FileTerms.apply(
                            settings,
                            deployments(next.routes()),
                            accounts,
                            loops.ticker(0).nowNanos());
                });
    }

    /** What single targets may be used for and cost, by their names. */
    private static Map<String, Allowance> deployments(RouteTable routes) {
        Map<String, Allowance> deployments = new HashMap<>();
        for (Target target : routes.targets()) {
            if (!target.allowance().isEmpty()) {
                deployments.put(target.name(), target.allowance());
            }
        }
        return deployments;
    }

    private LoopResources newResources(
            EventLoop loop, Ticker ticker, LoopMetrics loopMetrics, StoredResponses stored) {
        Settings settings = live.snapshot().settings();
        UpstreamPool pool =
                new UpstreamPool(
                        loop,
                        loops.transport(),
                        ticker,
                        loopMetrics,
                        resolver,
                        upstreamTls,
                        settings.upstream(),
                        settings.timeouts(),
                        settings.limits(),
                        loops.count());
        RandomGenerator random =
                RandomGeneratorFactory.of("Xoroshiro128PlusPlus").create(Seeds.next());
        List<CallListener> listeners = List.of(loopMetrics, logs.accessLog(), unpriced);
        Admission admission =
                new Admission(
                        accounts,
                        () -> live.snapshot().throttle(),
                        leases,
                        new AdmissionNotes(loopMetrics));
        return new LoopResources(
                loop,
                ticker,
                loopMetrics,
                pool,
                stored,
                random,
                admission,
                listeners,
                newBooks(settings),
                translationMemory);
    }

    private Bookkeeping newBooks(Settings settings) {
        long samples = settings.limits().sampleBytes() / Bookkeeping.SAMPLE_BYTES / loops.count();
        return new Bookkeeping(
                ledger == null ? AttemptListener.NONE : ledger.newAttempts(),
                estimator::estimate,
                (int) Math.min(samples, Integer.MAX_VALUE),
                share(settings.limits().drainingCalls()),
                share(MAX_PARKED));
    }

    /** What one event loop may take of what all may, at least one where there is any. */
    private int share(int all) {
        return (all + loops.count() - 1) / loops.count();
    }

    private AdminRoutes adminRoutes(
            Metrics metrics, long startedMillis, @Nullable Path configPath) {
        java.util.function.Supplier<GatewayStatus> status = () -> status(startedMillis, configPath);
        List<AdminRoute> all = new ArrayList<>();
        all.addAll(new HealthRoutes(() -> readiness).routes());
        MetricsRoutes numbers = new MetricsRoutes(metrics, status, () -> readiness, logs);
        numbers.add(accounting::readMetrics);
        numbers.add(this::readLedger);
        numbers.add(this::readTranslation);
        if (rates != null) {
            numbers.add(rates::readMetrics);
        }
        numbers.add(priceWatch::readMetrics);
        numbers.add(reloader::readMetrics);
        numbers.add(live.tls()::readMetrics);
        all.addAll(numbers.routes());
        all.addAll(
                new StatusRoutes(status, () -> readiness, metrics, InstantSource.system())
                        .with(ReloadRoutes.lastOf(reloader))
                        .routes());
        all.addAll(new LoggingRoutes(logs.levels()).routes());
        all.addAll(new ReloadRoutes(reloader).routes());
        all.addAll(fallbackRoutes().routes());
        if (ledger != null) {
            all.addAll(new LedgerRoutes(ledger::replayRefused).routes());
        }
        all.addAll(accounting.routes(() -> live.snapshot().settings().budgets().gateway()));
        all.addAll(
                targets.routes(
                        live::snapshot,
                        () -> loops.ticker(0).nowNanos(),
                        live::rebuild,
                        this::caller,
                        startedMillis));
        return new AdminRoutes(
                new AdminCredential(() -> live.snapshot().settings().masterKey()), all);
    }

    private void readTranslation(MetricsReader reader) {
        reader.onValue(Metric.TRANSLATION_MEMORY, List.of(), translationMemory.heldBytes());
        reader.onValue(Metric.TRANSLATION_REFUSED, List.of(), translationMemory.refusals());
    }

    private void readLedger(MetricsReader reader) {
        if (ledger != null) {
            ledger.read(reader);
        }
    }

    private GatewayStatus status(long startedMillis, @Nullable Path configPath) {
        Settings settings = live.snapshot().settings();
        ListenSettings listen = settings.listen();
        String scheme = listen.isTls() ? "https://" : "http://";
        return new GatewayStatus(
                Version.text(),
                startedMillis,
                reloader.generation(),
                configPath == null ? null : configPath.toString(),
                List.of(
                        scheme + listen.host() + ":" + dataPort(),
                        "http://" + settings.admin().host() + ":" + adminPort()),
                rates == null ? "per process" : rates.standing().name().toLowerCase(Locale.ROOT));
    }

    private DownstreamInitializer newDownstream(Settings settings, ManagementDoor management)
            throws IOException {
        return new DownstreamInitializer(
                channel -> resources.get(loops.indexOf(channel.eventLoop())),
                live::snapshot,
                live.tls()::context,
                clients,
                accounting.keys(),
                accounting.counts(),
                () -> readiness.isReady(),
                () -> readiness == Readiness.DRAINING,
                management,
                bufferedBytes(settings),
                Version.text());
    }

    private Channel bind(ListenSettings listen, DownstreamInitializer pipeline) throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channelFactory(loops.transport()::newServerChannel)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                        .childHandler(pipeline)
                        .bind(listen.host(), listen.port())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    cannotListen("listen", listen.host(), listen.port(), bound.cause()),
                    bound.cause());
        }
        return bound.channel();
    }

    private static String cannotListen(String section, String host, int port, Throwable cause) {
        return "cannot listen on %s:%d: %s; stop what uses it, or set %s.port (0 takes a free one)"
                .formatted(host, port, cause.getMessage(), section);
    }

    private static long bufferedBytes(Settings settings) {
        Long configured = settings.limits().bufferedBytes();
        return configured == null ? PlatformDependent.maxDirectMemory() / 4 : configured;
    }

    private static long translationBytes(Settings settings) {
        Long configured = settings.limits().translationBytes();
        return configured == null ? Runtime.getRuntime().maxMemory() / 4 : configured;
    }
}
