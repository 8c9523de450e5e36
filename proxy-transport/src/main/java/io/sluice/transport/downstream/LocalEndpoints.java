package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.http.Method;
import io.sluice.telemetry.Termination;
import io.sluice.transport.exchange.CallEnds;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import java.util.List;

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
                    "POST /v1/messages",
                    "POST /v1/messages/count_tokens",
                    "POST /v1beta/models/{model}:generateContent",
                    "POST /v1beta/models/{model}:streamGenerateContent",
                    "POST /v1beta/models/{model}:countTokens",
                    "POST /v1beta/models/{model}:embedContent",
                    "POST /v1beta/models/{model}:batchEmbedContents",
                    "GET /v1/models",
                    "GET /v1/models/{id}",
                    "GET /v1beta/models",
                    "GET /v1beta/models/{model}",
                    "GET /health/live",
                    "GET /health/ready");

    private static final List<String> MODEL_LISTS =
            List.of(
                    "/v1/models",
                    "/models",
                    "/openai/v1/models",
                    "/openai/models",
                    "/anthropic/v1/models",
                    "/v1beta/models",
                    "/v1alpha/models",
                    "/gemini/v1beta/models",
                    "/v1beta/openai/models",
                    "/gemini/v1beta/openai/models");

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
                ok(request, new ModelLists(request).all());
                return;
            }
            if (isRead && path.startsWith(list + "/")) {
                ok(
                        request,
                        new ModelLists(request)
                                .one(RequestPaths.decode(path.substring(list.length() + 1))));
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
}
