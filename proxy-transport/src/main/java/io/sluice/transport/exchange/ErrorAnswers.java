package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.json.JsonStrings;
import io.sluice.message.Dialect;
import org.jspecify.annotations.Nullable;

/** The gateway's own errors, in the dialect of the caller. */
public final class ErrorAnswers {

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final String NO_RETRY = "x-should-retry: false\r\n";

    private ErrorAnswers() {}

    /**
     * Answers with an error, as a whole response, and flushes it.
     *
     * @param dialect of the caller
     * @param start says the status; its framing and content type are set here
     */
    public static void answer(
            ResponseSink sink,
            Dialect dialect,
            ResponseStart start,
            ErrorCode code,
            String message,
            @Nullable String parameter) {
        ByteBuf body = sink.alloc().buffer(256);
        write(body, dialect, code, message, parameter, start.requestId());
        boolean isTold = start.rateLimits().contains("retry-after: ");
        if (code.status() == 503 && start.retryAfterSeconds() < 0 && !isTold) {
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
     * Ends a stream in the middle with an error as its last event, and flushes it. Its framing ends
     * well, so the connection is as good as before: one that closed now, without a word of it in
     * the head, would reset the client's next call.
     *
     * @param isAtBoundary whether the client stands between two events
     * @param number of the event in its stream, counted from 0
     */
    static void endStream(
            GatewayRequest request,
            ErrorCode code,
            String message,
            boolean isAtBoundary,
            long number) {
        ResponseSink sink = request.sink();
        if (!isAtBoundary) {
            sink.payload(eventEnd(sink));
        }
        sink.payload(event(request, code, message, number));
        sink.end();
        sink.flush();
    }

    /**
     * An error as an event of a stream that has begun. The buffer is the caller's.
     *
     * @param number of the event in its stream, counted from 0
     */
    private static ByteBuf event(
            GatewayRequest request, ErrorCode code, String message, long number) {
        ByteBuf event = request.sink().alloc().buffer(256);
        Dialect dialect = request.dialect();
        if (dialect == Dialect.OPENAI_RESPONSES) {
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
            boolean isNamed = dialect == Dialect.ANTHROPIC_MESSAGES;
            event.writeCharSequence(isNamed ? "event: error\ndata: " : "data: ", UTF_8);
            write(event, dialect, code, message, null, request.id());
        }
        event.writeCharSequence("\n\n", UTF_8);
        return event;
    }

    /** What ends an event that was cut, so that another may follow. The buffer is the caller's. */
    private static ByteBuf eventEnd(ResponseSink sink) {
        return sink.alloc().buffer(2).writeByte('\n').writeByte('\n');
    }

    private static void write(
            ByteBuf out,
            Dialect dialect,
            ErrorCode code,
            String message,
            @Nullable String parameter,
            String requestId) {
        switch (dialect) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    writeOpenAi(out, code, message, parameter);
            case ANTHROPIC_MESSAGES -> writeAnthropic(out, code, message, requestId);
            case GEMINI -> writeGemini(out, code, message);
        }
    }

    /** See Anthropic's API reference, Errors; the code stands in its {@code details}. */
    private static void writeAnthropic(
            ByteBuf out, ErrorCode code, String message, String requestId) {
        boolean isSpent = code == ErrorCode.INSUFFICIENT_QUOTA;
        String detail = isSpent ? "enforced_spend_limit_reached" : code.wireName();
        out.writeCharSequence(
                "{\"type\":\"error\",\"error\":{\"type\":\""
                        + anthropicType(code)
                        + "\",\"message\":",
                UTF_8);
        JsonStrings.writeQuoted(message, out);
        out.writeCharSequence(
                ",\"details\":{\"error_code\":\"" + detail + "\"}},\"request_id\":", UTF_8);
        JsonStrings.writeQuoted(requestId, out);
        out.writeCharSequence("}", UTF_8);
    }

    private static String anthropicType(ErrorCode code) {
        return switch (code.status()) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404, 501 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 500, 502 -> "api_error";
            case 503 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> "invalid_request_error";
        };
    }

    /** See google.rpc.Status and google.rpc.ErrorInfo, whose reason the code is. */
    private static void writeGemini(ByteBuf out, ErrorCode code, String message) {
        out.writeCharSequence("{\"error\":{\"code\":" + code.status() + ",\"message\":", UTF_8);
        JsonStrings.writeQuoted(message, out);
        out.writeCharSequence(
                ",\"status\":\""
                        + geminiStatus(code.status())
                        + "\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                        + "\"reason\":\""
                        + code.wireName()
                        + "\",\"domain\":\"sluice\"}]}}",
                UTF_8);
    }

    private static String geminiStatus(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ALREADY_EXISTS";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500 -> "INTERNAL";
            case 501, 505 -> "UNIMPLEMENTED";
            case 502, 503 -> "UNAVAILABLE";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            default -> "INVALID_ARGUMENT";
        };
    }

    private static void writeOpenAi(
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
