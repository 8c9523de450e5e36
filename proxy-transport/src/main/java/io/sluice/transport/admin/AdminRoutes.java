package io.sluice.transport.admin;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that the management of the gateway can be asked for, whichever listener is asked.
 *
 * <p>Immutable. Safe for any thread.
 */
public final class AdminRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(AdminRoutes.class);
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    private final AdminCredential credential;
    private final List<AdminRoute> routes;

    /**
     * These routes, and {@code GET /}, which lists them.
     *
     * @throws IllegalArgumentException where two routes are one
     */
    public AdminRoutes(AdminCredential credential, List<AdminRoute> routes) {
        this.credential = credential;
        this.routes = withIndex(routes);
        Set<String> seen = new HashSet<>();
        for (AdminRoute route : routes) {
            if (!seen.add(route.method() + " " + route.path())) {
                throw new IllegalArgumentException(
                        "two routes for " + route.method() + " " + route.path());
            }
        }
    }

    /** Whether some route has this path, whatever its method. Does not block. */
    public boolean covers(String path) {
        return routes.stream().anyMatch(route -> route.match(path) != null);
    }

    /** The routes, in the order in which they were given. */
    public List<AdminRoute> all() {
        return routes;
    }

    /** Answers {@code request}, its faults included. May block; never throws. */
    public AdminResponse handle(AdminRequest request) {
        try {
            return answer(request);
        } catch (GatewayException e) {
            return refusal(e);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("method", request.method())
                    .addKeyValue("path", request.path())
                    .setCause(e)
                    .log("management request failed");
            return AdminResponse.error(
                    new GatewayException(
                            ErrorCode.INTERNAL_ERROR,
                            "the request failed; the gateway's log says why"));
        }
    }

    private List<AdminRoute> withIndex(List<AdminRoute> routes) {
        List<AdminRoute> all = new ArrayList<>(routes);
        all.add(new AdminRoute("GET", "/", Access.LOCAL, "this list", (_, _) -> index()));
        return List.copyOf(all);
    }

    private AdminResponse index() {
        return AdminResponse.json(
                200,
                json -> {
                    json.writeStringField("name", "Sluice, the management of an LLM gateway");
                    json.writeArrayFieldStart("routes");
                    for (AdminRoute route : routes) {
                        json.writeStartObject();
                        json.writeStringField("method", route.method());
                        json.writeStringField("path", route.path());
                        json.writeStringField("summary", route.summary());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private AdminResponse answer(AdminRequest request) {
        Set<String> allowed = new TreeSet<>();
        for (AdminRoute route : routes) {
            Map<String, String> variables = route.match(request.path());
            if (variables == null) {
                continue;
            }
            if (takes(route, request.method())) {
                admit(route.access(), request);
                return route.action().answer(request, variables);
            }
            allowed.add(route.method());
        }
        return allowed.isEmpty() ? notFound(request) : notAllowed(request, allowed);
    }

    /** HEAD is answered like GET; the listener leaves the body out (RFC 9110, section 9.3.2). */
    private static boolean takes(AdminRoute route, String method) {
        return route.method().equals(method)
                || (method.equals("HEAD") && route.method().equals("GET"));
    }

    private void admit(Access access, AdminRequest request) {
        switch (access) {
            case OPEN -> {}
            case LOCAL -> {
                if (!request.isFromThisMachine()) {
                    credential.check(request);
                }
            }
            case ADMIN -> credential.check(request);
        }
    }

    private static AdminResponse refusal(GatewayException e) {
        AdminResponse response = AdminResponse.error(e);
        return switch (response.status()) {
            case 401 -> response.withHeader("www-authenticate", "Bearer");
            case 503 -> response.withHeader("retry-after", "1");
            default -> response;
        };
    }

    private AdminResponse notFound(AdminRequest request) {
        List<String> near =
                NearPaths.of(request.path(), routes.stream().map(AdminRoute::path).toList());
        String hint =
                near.isEmpty()
                        ? "GET / lists what there is"
                        : "did you mean " + String.join(" or ", near) + "?";
        return AdminResponse.error(
                NOT_FOUND,
                new GatewayException(
                        ErrorCode.NOT_SUPPORTED, "there is no such management path; " + hint));
    }

    private static AdminResponse notAllowed(AdminRequest request, Set<String> allowed) {
        String methods = String.join(", ", allowed);
        GatewayException refusal =
                new GatewayException(
                        ErrorCode.NOT_SUPPORTED,
                        "this path does not take " + request.method() + ", only " + methods);
        return AdminResponse.error(METHOD_NOT_ALLOWED, refusal).withHeader("allow", methods);
    }
}
