package io.sluice.transport.admin;

import io.netty.util.Version;
import io.netty.util.internal.PlatformDependent;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.BufferPoolsExports;
import io.prometheus.client.hotspot.GarbageCollectorExports;
import io.prometheus.client.hotspot.MemoryPoolsExports;
import io.prometheus.client.hotspot.StandardExports;
import io.prometheus.client.hotspot.VersionInfoExports;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.Metrics;
import io.sluice.telemetry.MetricsReader;
import io.sluice.transport.logging.Logs;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The gateway's numbers and the process's, for Prometheus. Safe for any thread. */
public final class MetricsRoutes {

    private final CollectorRegistry registry = new CollectorRegistry();
    private final Supplier<GatewayStatus> status;
    private final Supplier<Readiness> readiness;
    private final Logs logs;

    public MetricsRoutes(
            Metrics metrics,
            Supplier<GatewayStatus> status,
            Supplier<Readiness> readiness,
            Logs logs) {
        this.status = status;
        this.readiness = readiness;
        this.logs = logs;
        register(new GatewayCollector(metrics, List.of(this::readProcess)));
        register(new StandardExports());
        register(new MemoryPoolsExports());
        register(new BufferPoolsExports());
        register(new GarbageCollectorExports());
        register(new VersionInfoExports());
        register(new ThreadCounts());
    }

    /** Adds numbers of the gateway's own that {@code source} passes on at each reading. */
    public void add(Consumer<MetricsReader> source) {
        register(new GatewayCollector(source::accept));
    }

    /** Adds numbers that something else keeps. */
    public void register(Collector collector) {
        registry.register(collector);
    }

    public List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "GET", "/metrics", Access.LOCAL, "numbers for Prometheus", this::answer),
                new AdminRoute(
                        "GET",
                        "/admin/metrics",
                        Access.LOCAL,
                        "the same as /metrics",
                        this::answer));
    }

    private AdminResponse answer(AdminRequest request, Map<String, String> variables) {
        String contentType = TextFormat.chooseContentType(request.header("accept"));
        StringWriter text = new StringWriter();
        try {
            TextFormat.writeFormat(contentType, text, registry.metricFamilySamples());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        return new AdminResponse(200, contentType, Map.of(), body);
    }

    private void readProcess(MetricsReader reader) {
        GatewayStatus now = status.get();
        reader.onValue(Metric.LOG_DROPPED, List.of("gateway"), logs.dropped());
        reader.onValue(Metric.LOG_DROPPED, List.of("access"), logs.accessLog().dropped());
        reader.onValue(
                Metric.DIRECT_MEMORY, List.of(), Math.max(0, PlatformDependent.usedDirectMemory()));
        reader.onValue(Metric.DIRECT_MEMORY_LIMIT, List.of(), PlatformDependent.maxDirectMemory());
        reader.onValue(Metric.READY, List.of(), readiness.get().isReady() ? 1 : 0);
        reader.onValue(Metric.CONFIG_GENERATION, List.of(), now.generation());
        reader.onValue(
                Metric.BUILD_INFO,
                List.of(now.version(), Runtime.version().toString(), nettyVersion()),
                1);
    }

    private static String nettyVersion() {
        Version common = Version.identify().get("netty-common");
        return common == null ? "unknown" : common.artifactVersion();
    }
}
