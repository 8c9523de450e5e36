package io.sluice.transport.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Whether the process lives and whether it takes calls, under every path that probes use. */
public final class HealthRoutes {

    /*
     * A probe of liveness asks whether a restart would help, so it is answered with 200 for as long
     * as anything is answered, draining included. A probe of readiness asks whether to send calls
     * here. The bare spellings are asked by load balancers and mean the latter.
     */

    private static final List<String> LIVENESS =
            List.of("/health/live", "/live", "/health/liveness", "/health/liveliness");
    private static final List<String> READINESS =
            List.of("/health/ready", "/ready", "/health/readiness");
    private static final List<String> HEALTH = List.of("/health", "/healthz");

    private final Supplier<Readiness> readiness;

    public HealthRoutes(Supplier<Readiness> readiness) {
        this.readiness = readiness;
    }

    public List<AdminRoute> routes() {
        List<AdminRoute> routes = new ArrayList<>();
        LIVENESS.forEach(path -> routes.add(route(path, "whether the process lives", this::live)));
        READINESS.forEach(path -> routes.add(route(path, "whether it takes calls", this::ready)));
        HEALTH.forEach(path -> routes.add(route(path, "whether it takes calls", this::health)));
        return routes;
    }

    private static AdminRoute route(String path, String summary, Supplier<AdminResponse> answer) {
        return new AdminRoute(
                "GET", path, Access.OPEN, summary, (request, variables) -> answer.get());
    }

    private AdminResponse live() {
        return status(200, "alive");
    }

    private AdminResponse ready() {
        return answer("ready", "not ready");
    }

    private AdminResponse health() {
        return answer("healthy", "unhealthy");
    }

    private AdminResponse answer(String yes, String no) {
        Readiness now = readiness.get();
        if (now.isReady()) {
            return status(200, yes);
        }
        return uncached(
                AdminResponse.json(
                        503,
                        json -> {
                            json.writeStringField("status", no);
                            json.writeStringField("error", now.text());
                        }));
    }

    private static AdminResponse status(int status, String word) {
        return uncached(AdminResponse.json(status, json -> json.writeStringField("status", word)));
    }

    private static AdminResponse uncached(AdminResponse response) {
        return response.withHeader("cache-control", "no-store");
    }
}
