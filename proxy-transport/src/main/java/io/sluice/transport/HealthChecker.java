package io.sluice.transport;

import io.netty.util.AsciiString;
import io.sluice.config.HealthSettings;
import io.sluice.health.HealthCheck;
import io.sluice.provider.Provider;
import io.sluice.routing.PoolKey;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers in the background whether they are there, by the list of their models, which costs
 * nothing with any provider that the gateway knows. Off unless it is switched on.
 *
 * <p>Safe for any thread; blocks on threads of its own, with connections of its own.
 */
final class HealthChecker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthChecker.class);
    private static final int UNHEALTHY = 500;
    private static final String AZURE_VERSION = "2024-10-21";

    private final Supplier<RouteTable> routes;
    private final Supplier<HealthSettings.Checks> settings;
    private final ExecutorService workers;
    private final InstantSource clock;
    private final HttpClient client;
    private final AtomicBoolean isRunning = new AtomicBoolean();
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("health-checker").factory());

    /**
     * A checker.
     *
     * @param workers runs what blocks
     * @param tls with the operator's own authorities, {@code null} for the system's
     */
    HealthChecker(
            Supplier<RouteTable> routes,
            Supplier<HealthSettings.Checks> settings,
            ExecutorService workers,
            @Nullable SSLContext tls,
            InstantSource clock) {
        this.routes = routes;
        this.settings = settings;
        this.workers = workers;
        this.clock = clock;
        HttpClient.Builder builder = HttpClient.newBuilder().executor(workers);
        if (tls != null) {
            builder.sslContext(tls);
        }
        this.client = builder.build();
    }

    /** Begins to look, at once where that is switched on, whether it is time for a round. */
    void start() {
        scheduleNext();
    }

    private void scheduleNext() {
        long intervalMillis = settings.get().interval().toMillis();
        clockwork.schedule(this::onTime, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private void onTime() {
        if (settings.get().enabled()) {
            workers.execute(this::checkAll);
        }
        scheduleNext();
    }

    /** Asks every target once, all at the same time; does nothing while a round is under way. */
    void checkAll() {
        if (!isRunning.compareAndSet(false, true)) {
            return;
        }
        try {
            List<Future<?>> asked = new ArrayList<>();
            for (Target target : routes.get().targets()) {
                if (target.isUsable()) {
                    asked.add(workers.submit(() -> check(target)));
                }
            }
            for (Future<?> one : asked) {
                one.get();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            LOG.warn("a health check failed unexpectedly", e.getCause());
        } finally {
            isRunning.set(false);
        }
    }

    private void check(Target target) {
        long startMillis = clock.millis();
        int status = 0;
        String problem = null;
        try {
            HttpRequest request = request(target, settings.get().timeout());
            status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException | IllegalArgumentException e) {
            problem = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        boolean isHealthy = problem == null && status < UNHEALTHY;
        target.placement()
                .health()
                .onCheck(
                        new HealthCheck(
                                isHealthy,
                                status,
                                problem,
                                startMillis,
                                clock.millis() - startMillis));
    }

    /** The list of models, as each provider has it. */
    static HttpRequest request(Target target, Duration timeout) {
        String path = target.basePath() + "/models";
        if (target.provider().paths() == Provider.PathStyle.AZURE) {
            String version = target.apiVersion() == null ? AZURE_VERSION : target.apiVersion();
            path = target.basePath() + "/openai/models?api-version=" + version;
        } else if (target.provider().paths() == Provider.PathStyle.ANTHROPIC) {
            path = target.basePath() + "/v1/models";
        }
        String scheme = target.address().tls() ? "https://" : "http://";
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(scheme + target.address().authority() + path))
                        .timeout(timeout)
                        .GET();
        if (target.provider().paths() == Provider.PathStyle.ANTHROPIC) {
            request.header("anthropic-version", "2023-06-01");
        }
        for (PoolKey key : target.placement().keys().keys()) {
            if (!key.health().isDisabled()) {
                addLines(request, key.credential().headerLines());
                break;
            }
        }
        return request.build();
    }

    private static void addLines(HttpRequest.Builder request, @Nullable AsciiString lines) {
        if (lines == null) {
            return;
        }
        lines.toString()
                .lines()
                .filter(line -> line.indexOf(':') > 0)
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    request.header(line.substring(0, colon), line.substring(colon + 1).strip());
                });
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
        client.shutdownNow();
    }
}
