package io.sluice.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.transport.loop.EventLoops;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves calls of its own before the gateway is ready, so that the first real ones do not wait for
 * classes to be loaded and methods to be compiled.
 *
 * <p>What is called is a gateway of its own on the same event loops: the same pipeline and pools,
 * with a key, a model, accounts and metrics that nobody else sees, and without a ledger. Its two
 * listeners are on loopback and gone before the gateway binds its own. A process is warmed up once.
 */
final class Warmup {

    /**
     * How long the start is held up at most. Longer only where a start is recorded: the system
     * property is set by the launcher's training run.
     */
    private static final Duration BOUND =
            Duration.ofMillis(Integer.getInteger("sluice.warmup_millis", 200));

    /** How long calls are made; what is left of the bound is for closing. */
    private static final Duration CALLING = BOUND.multipliedBy(4).dividedBy(5);

    /** Each loop makes no more, for more would not be worth the wait where a call is that quick. */
    private static final int CALLS = Math.toIntExact(4 * BOUND.toMillis());

    private static final int KEY_BYTES = 24;
    private static final Logger LOG = LoggerFactory.getLogger(Warmup.class);
    private static final AtomicBoolean IS_WARM = new AtomicBoolean();

    private final EventLoops loops;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final String key = newKey();

    private Warmup(EventLoops loops) {
        this.loops = loops;
    }

    /**
     * Makes calls on every event loop; without effect in a process that is warm. Whatever goes
     * wrong is noted and does not stop the start.
     */
    static void once(EventLoops loops, WarmupGateway.Parts parts) {
        if (!IS_WARM.compareAndSet(false, true)) {
            return;
        }
        try {
            new Warmup(loops).run(new WarmupGateway(loops, parts));
        } catch (RuntimeException e) {
            LOG.info("not warmed up: {}", e.toString());
        }
    }

    private static String newKey() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        return "sk-warm-" + HexFormat.of().formatHex(random);
    }

    private void run(WarmupGateway stand) {
        CompletableFuture<?>[] callers = new CompletableFuture<?>[loops.count()];
        try {
            int provider = listen(new CannedProvider());
            int gateway = listen(stand.newPipeline(settings(provider), channels));
            int i = 0;
            for (EventLoop loop : loops.loops()) {
                callers[i++] = call(loop, gateway);
            }
            CompletableFuture.allOf(callers)
                    .completeOnTimeout(null, BOUND.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } finally {
            channels.close();
            stand.close();
        }
    }

    /** Limits and budgets are looked at as in earnest; none is ever reached. */
    private Settings settings(int provider) {
        String yaml =
                """
                ledger: {enabled: false}
                limits: {requests_per_minute: 1000000, tokens_per_minute: 100000000, parallel: 1000}
                budget: {amount: 1000 USD, window: day}
                keys:
                  - alias: warm-up
                    key: %s
                    limits: {requests_per_minute: 1000000, parallel: 10000}
                    budget: {amount: 1000 USD, window: day}
                model_list:
                  - model_name: warm-up
                    litellm_params:
                      model: openai/warm-up
                      api_base: http://127.0.0.1:%d/v1
                      api_key: none
                      input_cost_per_token: 0.000001
                      output_cost_per_token: 0.000001
                """
                        .formatted(key, provider);
        return new SettingsLoader(Map.of(), List.of())
                .load(Path.of("warm-up.yaml"), yaml.getBytes(UTF_8))
                .settings();
    }

    private int listen(ChannelHandler pipeline) {
        Channel listener =
                new ServerBootstrap()
                        .group(loops.group())
                        .channelFactory(loops.transport()::newServerChannel)
                        .childHandler(pipeline)
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
        channels.add(listener);
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private CompletableFuture<Void> call(EventLoop loop, int port) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Bootstrap()
                .group(loop)
                .channelFactory(loops.transport()::newClientChannel)
                .handler(new WarmupCaller(key, CALLS, () -> done.complete(null)))
                .connect(InetAddress.getLoopbackAddress(), port)
                .addListener(opened -> {
                    if (!opened.isSuccess()) {
                        done.complete(null);
                    }
                })
                .channel()
                .eventLoop()
                .schedule(() -> done.complete(null), CALLING.toMillis(), TimeUnit.MILLISECONDS);
        return done;
    }

    /** The provider's side. */
    private final class CannedProvider extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel channel) {
            channels.add(channel);
            channel.pipeline().addLast(new CannedResponder());
        }
    }
}
