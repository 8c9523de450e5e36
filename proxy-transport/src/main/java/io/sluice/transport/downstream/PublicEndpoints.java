package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.config.CorsSettings;
import io.sluice.http.HeaderName;
import io.sluice.http.Method;
import io.sluice.http.RequestHead;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.ResponseSink;
import io.sluice.transport.exchange.ResponseStart;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Answers what anybody may ask: whether the gateway is there, whether it is ready, and what a
 * browser asks before a call.
 */
@Sharable
final class PublicEndpoints extends ChannelInboundHandlerAdapter {

    private static final Set<String> LIVENESS =
            Set.of("/health/live", "/live", "/health/liveness", "/health/liveliness");
    private static final Set<String> READINESS =
            Set.of("/health", "/healthz", "/health/ready", "/ready", "/health/readiness");
    private static final String ALLOWED_METHODS = "GET, HEAD, POST, DELETE, OPTIONS";

    private final BooleanSupplier isReady;
    private final String version;

    /**
     * The stage.
     *
     * @param isReady whether calls are served
     */
    PublicEndpoints(BooleanSupplier isReady, String version) {
        this.isReady = isReady;
        this.version = version;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof GatewayRequest request) {
            admitOrigin(request);
            if (answers(request)) {
                return;
            }
        }
        ctx.fireChannelRead(msg);
    }

    private boolean answers(GatewayRequest request) {
        if (request.endpoint() != null) {
            return false;
        }
        RequestHead head = request.head();
        Method method = head.method();
        if (method == Method.OPTIONS) {
            preflight(request);
            return true;
        }
        if (method != Method.GET && method != Method.HEAD) {
            return false;
        }
        String path = head.path();
        if (path.equals("/")) {
            answer(
                    request,
                    200,
                    "{\"name\":\"sluice\",\"version\":\"%s\",\"docs\":\"README.md\"}"
                            .formatted(version));
        } else if (LIVENESS.contains(path)) {
            answer(request, 200, "{\"status\":\"alive\"}");
        } else if (READINESS.contains(path)) {
            boolean ready = isReady.getAsBoolean();
            answer(
                    request,
                    ready ? 200 : 503,
                    ready ? "{\"status\":\"healthy\"}" : "{\"status\":\"unhealthy\"}");
        } else {
            return false;
        }
        return true;
    }

    private static void admitOrigin(GatewayRequest request) {
        CorsSettings cors = request.snapshot().settings().cors();
        if (cors.allowedOrigins().isEmpty()) {
            return;
        }
        int field = request.head().find(HeaderName.ORIGIN);
        String origin = field < 0 ? "" : request.head().value(field);
        boolean isAllowed =
                cors.allowedOrigins().contains("*") || cors.allowedOrigins().contains(origin);
        boolean isPlain = !origin.isEmpty() && origin.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (isAllowed && isPlain) {
            request.setAllowedOrigin(origin);
        }
    }

    private static void preflight(GatewayRequest request) {
        CorsSettings cors = request.snapshot().settings().cors();
        RequestHead head = request.head();
        int asked = head.find(HeaderName.ACCESS_CONTROL_REQUEST_HEADERS);
        ResponseStart start = request.newResponse(204);
        String lines = "allow: " + ALLOWED_METHODS + "\r\n";
        if (start.allowedOrigin() != null) {
            lines +=
                    "access-control-allow-methods: %s\r\naccess-control-max-age: %d\r\n"
                            .formatted(ALLOWED_METHODS, cors.maxAge().toSeconds());
            if (asked >= 0) {
                lines += "access-control-allow-headers: " + head.value(asked) + "\r\n";
            }
        }
        ResponseSink sink = request.sink();
        sink.start(start.withExtraLines(lines).withContentLength(0));
        sink.end();
        sink.flush();
    }

    /** Answers with a JSON text. */
    static void answer(GatewayRequest request, int status, String json) {
        ResponseSink sink = request.sink();
        byte[] bytes = json.getBytes(UTF_8);
        ByteBuf body = sink.alloc().buffer(bytes.length).writeBytes(bytes);
        sink.start(
                request.newResponse(status)
                        .withContentType("application/json")
                        .withContentLength(bytes.length));
        sink.payload(body);
        sink.end();
        sink.flush();
    }
}
