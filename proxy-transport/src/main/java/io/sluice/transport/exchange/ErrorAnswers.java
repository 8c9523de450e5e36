package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.json.JsonStrings;
import io.sluice.message.Endpoint;
import org.jspecify.annotations.Nullable;

/** The gateway's own errors, in the dialect of the caller. */
public final class ErrorAnswers {

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final String NO_RETRY = "x-should-retry: false\r\n";

    private ErrorAnswers() {}

    /**
     * Answers with an error, as a whole response, and flushes it.
     *
     * @param start says the status; its framing and content type are set here
     */
    public static void answer(
            ResponseSink sink,
            ResponseStart start,
            ErrorCode code,
            String message,
            @Nullable String parameter) {
        ByteBuf body = body(sink, code, message, parameter);
        if (code.status() == 503 && start.retryAfterSeconds() < 0) {
            start.withRetryAfter(RETRY_AFTER_SECONDS);
        }
        if (isFutile(code)) {
            start.withExtraLines(start.extraLines() + NO_RETRY);
        }
        sink.start(
                start.withContentType("application/json")
                        .withContentLength(body.readableBytes())
                        .withErrorSource(code.source()));
        sink.payload(body);
        sink.end();
        sink.flush();
    }

    /** Whether clients that go by the status alone would try again what can never succeed. */
    private static boolean isFutile(ErrorCode code) {
        return switch (code) {
            case NOT_SUPPORTED,
                    HTTP_VERSION_NOT_SUPPORTED,
                    INSUFFICIENT_QUOTA,
                    REQUEST_LIMIT_EXCEEDED ->
                    true;
            default -> false;
        };
    }

    /**
     * Ends a stream in the middle with an error as its last event, and flushes it.
     *
     * @param isAtBoundary whether the client stands between two events
     * @param number of the event in its stream, counted from 0
     */
    static void endStream(
            ResponseSink sink,
            @Nullable Endpoint endpoint,
            ErrorCode code,
            String message,
            boolean isAtBoundary,
            long number) {
        if (!isAtBoundary) {
            sink.payload(eventEnd(sink));
        }
        sink.payload(event(sink, endpoint, code, message, number));
        sink.closeAfterwards();
        sink.end();
        sink.flush();
    }

    /**
     * An error as an event of a stream that has begun. The buffer is the caller's.
     *
     * @param number of the event in its stream, counted from 0
     */
    private static ByteBuf event(
            ResponseSink sink,
            @Nullable Endpoint endpoint,
            ErrorCode code,
            String message,
            long number) {
        ByteBuf event = sink.alloc().buffer(256);
        if (endpoint == Endpoint.RESPONSES || endpoint == Endpoint.STORED_RESPONSE) {
            event.writeCharSequence(
                    "event: error\ndata: {\"type\":\"error\",\"sequence_number\":"
                            + number
                            + ",\"code\":\""
                            + code.wireName()
                            + "\",\"message\":",
                    UTF_8);
            JsonStrings.writeQuoted(message, event);
            event.writeCharSequence(",\"param\":null}", UTF_8);
        } else {
            event.writeCharSequence("data: ", UTF_8);
            write(event, code, message, null);
        }
        event.writeCharSequence("\n\n", UTF_8);
        return event;
    }

    /** What ends an event that was cut, so that another may follow. The buffer is the caller's. */
    private static ByteBuf eventEnd(ResponseSink sink) {
        return sink.alloc().buffer(2).writeByte('\n').writeByte('\n');
    }

    private static ByteBuf body(
            ResponseSink sink, ErrorCode code, String message, @Nullable String parameter) {
        ByteBuf body = sink.alloc().buffer(256);
        write(body, code, message, parameter);
        return body;
    }

    private static void write(
            ByteBuf out, ErrorCode code, String message, @Nullable String parameter) {
        out.writeCharSequence("{\"error\":{\"message\":", UTF_8);
        JsonStrings.writeQuoted(message, out);
        out.writeCharSequence(",\"type\":\"" + code.type() + "\",\"param\":", UTF_8);
        if (parameter == null) {
            out.writeCharSequence("null", UTF_8);
        } else {
            JsonStrings.writeQuoted(parameter, out);
        }
        out.writeCharSequence(",\"code\":\"" + code.wireName() + "\"}}", UTF_8);
    }
}
