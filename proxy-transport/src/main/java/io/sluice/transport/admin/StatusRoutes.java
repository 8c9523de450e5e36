package io.sluice.transport.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.telemetry.Metrics;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What runs here, since when, and how much of it is going on. */
public final class StatusRoutes {

    private final Supplier<GatewayStatus> status;
    private final Supplier<Readiness> readiness;
    private final Metrics metrics;
    private final InstantSource clock;
    private final List<JsonContent> more = new ArrayList<>();

    public StatusRoutes(
            Supplier<GatewayStatus> status,
            Supplier<Readiness> readiness,
            Metrics metrics,
            InstantSource clock) {
        this.status = status;
        this.readiness = readiness;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Adds fields of somebody else. */
    public StatusRoutes with(JsonContent content) {
        more.add(content);
        return this;
    }

    public List<AdminRoute> routes() {
        return List.of(
                new AdminRoute("GET", "/status", Access.ADMIN, "what runs here", this::answer),
                new AdminRoute(
                        "GET", "/admin/status", Access.ADMIN, "the same as /status", this::answer));
    }

    private AdminResponse answer(AdminRequest request, Map<String, String> variables) {
        return AdminResponse.json(200, this::write);
    }

    private void write(JsonGenerator json) throws IOException {
        GatewayStatus now = status.get();
        json.writeStringField("version", now.version());
        json.writeStringField("readiness", readiness.get().name().toLowerCase(Locale.ROOT));
        json.writeNumberField(
                "uptime_seconds",
                TimeUnit.MILLISECONDS.toSeconds(clock.millis() - now.startedMillis()));
        json.writeNumberField("generation", now.generation());
        json.writeStringField("config", now.config());
        json.writeArrayFieldStart("listeners");
        for (String listener : now.listeners()) {
            json.writeString(listener);
        }
        json.writeEndArray();
        json.writeStringField("rate_limits", now.rateLimits());
        json.writeNumberField("inflight_requests", metrics.inflightRequests());
        json.writeNumberField("active_streams", metrics.activeStreams());
        for (JsonContent content : more) {
            content.writeTo(json);
        }
    }
}
