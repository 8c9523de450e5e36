package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.AsciiString;
import io.sluice.http.HeaderName;
import io.sluice.http.ResponseHead;
import io.sluice.transport.exchange.ResponseStart;
import java.util.Map;

/** Response heads in HTTP/1.1. */
final class ResponseHeads {

    private static final Map<Integer, String> REASONS =
            Map.ofEntries(
                    Map.entry(200, "OK"),
                    Map.entry(201, "Created"),
                    Map.entry(202, "Accepted"),
                    Map.entry(204, "No Content"),
                    Map.entry(304, "Not Modified"),
                    Map.entry(400, "Bad Request"),
                    Map.entry(401, "Unauthorized"),
                    Map.entry(403, "Forbidden"),
                    Map.entry(404, "Not Found"),
                    Map.entry(405, "Method Not Allowed"),
                    Map.entry(408, "Request Timeout"),
                    Map.entry(409, "Conflict"),
                    Map.entry(413, "Content Too Large"),
                    Map.entry(415, "Unsupported Media Type"),
                    Map.entry(417, "Expectation Failed"),
                    Map.entry(422, "Unprocessable Content"),
                    Map.entry(429, "Too Many Requests"),
                    Map.entry(431, "Request Header Fields Too Large"),
                    Map.entry(500, "Internal Server Error"),
                    Map.entry(501, "Not Implemented"),
                    Map.entry(502, "Bad Gateway"),
                    Map.entry(503, "Service Unavailable"),
                    Map.entry(504, "Gateway Timeout"),
                    Map.entry(505, "HTTP Version Not Supported"));

    private static final AsciiString OK = new AsciiString("HTTP/1.1 200 OK\r\n");
    private static final AsciiString CRLF = new AsciiString("\r\n");
    private static final AsciiString CHUNKED = new AsciiString("transfer-encoding: chunked\r\n");
    private static final AsciiString LENGTH = new AsciiString("content-length: ");
    private static final AsciiString CLOSE = new AsciiString("connection: close\r\n");
    private static final AsciiString TYPE = new AsciiString("content-type: ");
    private static final AsciiString REQUEST_ID = new AsciiString("x-request-id: ");
    private static final AsciiString REQUEST_ID_TWIN = new AsciiString("\r\nrequest-id: ");
    private static final AsciiString CORRELATION = new AsciiString("\r\nx-correlation-id: ");
    private static final AsciiString UPSTREAM_ID =
            new AsciiString("x-sluice-upstream-request-id: ");
    private static final AsciiString MODEL = new AsciiString("x-sluice-model: ");
    private static final AsciiString TARGET = new AsciiString("x-sluice-target: ");
    private static final AsciiString ATTEMPTS = new AsciiString("x-sluice-attempts: ");
    private static final AsciiString OVERHEAD = new AsciiString("x-sluice-overhead-ms: ");
    private static final AsciiString TIMING = new AsciiString("\r\nserver-timing: gateway;dur=");
    private static final AsciiString TIMING_UPSTREAM = new AsciiString(", upstream;dur=");
    private static final AsciiString DROPPED = new AsciiString("x-sluice-dropped-params: ");
    private static final AsciiString COST = new AsciiString("x-sluice-cost: ");
    private static final AsciiString ERROR_SOURCE = new AsciiString("x-sluice-error-source: ");
    private static final AsciiString RETRY_AFTER = new AsciiString("retry-after: ");
    private static final AsciiString STREAM_FIELDS =
            new AsciiString("cache-control: no-cache, no-transform\r\nx-accel-buffering: no\r\n");
    private static final AsciiString ALLOW_ORIGIN =
            new AsciiString("access-control-allow-origin: ");
    private static final AsciiString CORS_FIELDS =
            new AsciiString(
                    "\r\nvary: origin\r\naccess-control-expose-headers: x-request-id,"
                            + " x-sluice-model, x-sluice-target, x-sluice-attempts,"
                            + " x-sluice-overhead-ms, x-sluice-cost, x-sluice-error-source,"
                            + " retry-after, server-timing\r\n");

    private static final int DOLLAR_DECIMALS = 12;

    private ResponseHeads() {}

    /**
     * Writes a head.
     *
     * @param out borrowed
     * @param isEmpty whether the status forbids content, so that no length is stated either (RFC
     *     9110, 8.6)
     */
    static void write(
            ByteBuf out, ResponseStart start, boolean isEmpty, boolean chunked, boolean keepAlive) {
        writeStatus(out, start.status());
        ResponseHead upstream = start.upstream();
        if (upstream != null) {
            if (start.isTranslated()) {
                writeTranslated(out, upstream);
            } else {
                writeUpstream(out, upstream, start.isEventStream(), !start.rateLimits().isEmpty());
            }
        }
        if (start.contentType() != null) {
            line(out, TYPE, start.contentType());
        }
        if (start.isEventStream()) {
            ascii(out, STREAM_FIELDS);
        }
        if (chunked) {
            ascii(out, CHUNKED);
        } else if (start.contentLength() >= 0 && !isEmpty) {
            ascii(out, LENGTH);
            Digits.write(out, start.contentLength());
            ascii(out, CRLF);
        }
        if (!keepAlive) {
            ascii(out, CLOSE);
        }
        writeOwn(out, start);
        ascii(out, CRLF);
    }

    private static void writeStatus(ByteBuf out, int status) {
        if (status == 200) {
            ascii(out, OK);
        } else {
            ascii(
                    out,
                    "HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Status") + "\r\n");
        }
    }

    /** What still holds of an answer whose payload is in another dialect than its head. */
    private static void writeTranslated(ByteBuf out, ResponseHead upstream) {
        for (int i = 0; i < upstream.headerCount(); i++) {
            switch (upstream.name(i)) {
                case X_REQUEST_ID -> writeUpstreamId(out, upstream, i);
                case REQUEST_ID -> {
                    if (upstream.find(HeaderName.X_REQUEST_ID) < 0) {
                        writeUpstreamId(out, upstream, i);
                    }
                }
                case RETRY_AFTER, RETRY_AFTER_MS, X_SHOULD_RETRY -> upstream.writeHeader(i, out);
                default -> {}
            }
        }
    }

    private static void writeUpstreamId(ByteBuf out, ResponseHead upstream, int i) {
        ascii(out, UPSTREAM_ID);
        upstream.writeValue(i, out);
        ascii(out, CRLF);
    }

    private static void writeUpstream(
            ByteBuf out, ResponseHead upstream, boolean isStream, boolean hasLimits) {
        for (int i = 0; i < upstream.headerCount(); i++) {
            switch (upstream.name(i)) {
                case X_REQUEST_ID -> writeUpstreamId(out, upstream, i);
                case REQUEST_ID -> {
                    if (upstream.find(HeaderName.X_REQUEST_ID) < 0) {
                        writeUpstreamId(out, upstream, i);
                    }
                }
                case CONTENT_LENGTH, SET_COOKIE, X_CORRELATION_ID, SERVER_TIMING, SERVER, VIA -> {}
                default -> {
                    boolean isReplaced =
                            (isStream && isStreamField(upstream, i))
                                    || (hasLimits && isLimitField(upstream, i));
                    if (isPassedOn(upstream, i) && !isReplaced) {
                        upstream.writeHeader(i, out);
                    }
                }
            }
        }
    }

    private static boolean isPassedOn(ResponseHead upstream, int i) {
        if (upstream.isHopByHop(i)) {
            return false;
        }
        return upstream.name(i) != HeaderName.OTHER
                || !(upstream.nameStartsWith(i, "x-sluice-")
                        || upstream.nameStartsWith(i, "access-control-")
                        || upstream.nameIs(i, "set-cookie2")
                        || upstream.nameIs(i, "alt-svc")
                        || upstream.nameIs(i, "strict-transport-security"));
    }

    /** Fields that {@link #STREAM_FIELDS} says for every stream. */
    private static boolean isStreamField(ResponseHead upstream, int i) {
        return upstream.nameIs(i, "cache-control") || upstream.nameIs(i, "x-accel-buffering");
    }

    /** Fields in which a provider speaks of the limits of the gateway's own key. */
    private static boolean isLimitField(ResponseHead upstream, int i) {
        return upstream.nameStartsWith(i, "x-ratelimit-")
                || upstream.nameStartsWith(i, "anthropic-ratelimit-");
    }

    private static void writeOwn(ByteBuf out, ResponseStart start) {
        ascii(out, REQUEST_ID);
        ascii(out, start.requestId());
        ascii(out, REQUEST_ID_TWIN);
        ascii(out, start.requestId());
        ascii(out, CORRELATION);
        ascii(out, start.correlationId());
        ascii(out, CRLF);
        if (start.target() != null && start.model() != null) {
            line(out, MODEL, visible(start.model()));
            line(out, TARGET, visible(start.target()));
        }
        if (start.attempts() > 0) {
            ascii(out, ATTEMPTS);
            Digits.write(out, start.attempts());
            ascii(out, CRLF);
        }
        if (start.overheadNanos() >= 0) {
            ascii(out, OVERHEAD);
            Digits.writeMillis(out, start.overheadNanos());
            ascii(out, TIMING);
            Digits.writeMillis(out, start.overheadNanos());
            ascii(out, TIMING_UPSTREAM);
            Digits.writeMillis(out, Math.max(0, start.upstreamNanos()));
            ascii(out, CRLF);
        }
        if (!start.dropped().isEmpty()) {
            line(out, DROPPED, visible(String.join(", ", start.dropped())));
        }
        if (start.costPicos() >= 0) {
            ascii(out, COST);
            Digits.writeFraction(out, start.costPicos(), DOLLAR_DECIMALS);
            ascii(out, CRLF);
        }
        if (start.errorSource() != null) {
            switch (start.errorSource()) {
                case GATEWAY -> line(out, ERROR_SOURCE, "gateway");
                case UPSTREAM -> line(out, ERROR_SOURCE, "upstream");
            }
        }
        if (start.retryAfterSeconds() >= 0) {
            line(out, RETRY_AFTER, Integer.toString(start.retryAfterSeconds()));
        }
        if (start.allowedOrigin() != null) {
            ascii(out, ALLOW_ORIGIN);
            ascii(out, start.allowedOrigin());
            ascii(out, CORS_FIELDS);
        }
        ascii(out, start.rateLimits());
        ascii(out, start.extraLines());
    }

    /** A model name comes from the caller: what a header cannot carry becomes {@code ?}. */
    private static String visible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return text.replaceAll("[^ -~]", "?");
            }
        }
        return text;
    }

    private static void line(ByteBuf out, AsciiString name, CharSequence value) {
        ascii(out, name);
        ascii(out, value);
        ascii(out, CRLF);
    }

    private static void ascii(ByteBuf out, CharSequence text) {
        ByteBufUtil.writeAscii(out, text);
    }
}
