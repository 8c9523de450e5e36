package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.auth.ModelAccess;
import io.sluice.auth.Principal;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.Method;
import io.sluice.json.JsonStrings;
import io.sluice.routing.RouteMatch;
import io.sluice.routing.RouteTable;
import io.sluice.telemetry.Termination;
import io.sluice.transport.exchange.CallEnds;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import java.util.List;
import java.util.StringJoiner;

/**
 * Answers what the gateway knows itself for a caller it knows: the models. Whatever is asked of
 * nobody is refused here, with the list of what is served.
 */
@Sharable
final class LocalEndpoints extends ChannelInboundHandlerAdapter {

    private static final List<String> SUPPORTED =
            List.of(
                    "POST /v1/chat/completions",
                    "POST /v1/completions",
                    "POST /v1/embeddings",
                    "POST /v1/moderations",
                    "POST /v1/responses",
                    "GET|DELETE /v1/responses/{id}",
                    "GET /v1/responses/{id}/input_items",
                    "POST /v1/responses/{id}/cancel",
                    "GET /v1/models",
                    "GET /v1/models/{id}",
                    "GET /health/live",
                    "GET /health/ready");

    private static final List<String> MODEL_LISTS =
            List.of("/v1/models", "/models", "/openai/v1/models", "/openai/models");

    private final LoopResources resources;
    private final ManagementHandler.Door management;

    /**
     * The stage.
     *
     * @param management knows the paths of the admin listener
     */
    LocalEndpoints(LoopResources resources, ManagementHandler.Door management) {
        this.resources = resources;
        this.management = management;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof GatewayRequest request
                && request.endpoint() == null
                && !(management.isOpen() && management.covers(request.head().path()))) {
            answer(request);
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    private void answer(GatewayRequest request) {
        String path = request.head().path();
        Method method = request.head().method();
        boolean isRead = method == Method.GET || method == Method.HEAD;
        for (String list : MODEL_LISTS) {
            if (isRead && path.equals(list)) {
                ok(request, modelList(request));
                return;
            }
            if (isRead && path.startsWith(list + "/")) {
                ok(
                        request,
                        oneModel(request, RequestPaths.decode(path.substring(list.length() + 1))));
                return;
            }
        }
        if (method == Method.OTHER) {
            request.sink().closeAfterwards();
        }
        throw new GatewayException(ErrorCode.NOT_SUPPORTED, notSupported(request, path));
    }

    private String notSupported(GatewayRequest request, String path) {
        if (management.covers(path)) {
            return path
                    + " is a management path: it is served on the admin listener"
                    + " (admin.port), or here with admin.also_on_data_listener: true";
        }
        return request.head().methodText()
                + " "
                + path
                + " is not supported; supported are: "
                + String.join(", ", SUPPORTED);
    }

    private void ok(GatewayRequest request, String json) {
        CallEnds.refused(request, resources, 200, null, Termination.COMPLETE);
        PublicEndpoints.answer(request, 200, json);
    }

    private static String modelList(GatewayRequest request) {
        StringJoiner data = new StringJoiner(",", "{\"object\":\"list\",\"data\":[", "]}");
        RouteTable routes = request.snapshot().routes();
        for (String name : routes.visibleNames(access(request))) {
            data.add(model(name, routes));
        }
        return data.toString();
    }

    private static String oneModel(GatewayRequest request, String name) {
        RouteTable routes = request.snapshot().routes();
        RouteMatch match = routes.find(name);
        if (match == null || !routes.isAllowed(access(request), name, match)) {
            throw new GatewayException(
                    ErrorCode.MODEL_NOT_FOUND, "the model " + name + " does not exist", "model");
        }
        return model(name, routes);
    }

    private static String model(String name, RouteTable routes) {
        RouteMatch match = routes.find(name);
        String owner =
                match == null || match.route().targets().isEmpty()
                        ? "sluice"
                        : match.route().targets().getFirst().provider().name();
        return "{\"id\":%s,\"object\":\"model\",\"created\":0,\"owned_by\":%s}"
                .formatted(quoted(name), quoted(owner));
    }

    private static String quoted(String text) {
        return new String(JsonStrings.quoted(text), UTF_8);
    }

    private static ModelAccess access(GatewayRequest request) {
        Principal principal = request.principal();
        assert principal != null;
        return principal.models();
    }
}
