package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.message.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scripts for the answers that a provider gives. */
final class Scripts {

    private static final String JSON = "application/json";
    private static final String SSE = "text/event-stream; charset=utf-8";
    private static final String FILL_MARK = "\u0000fill";
    private static final byte[] FILL = fill();

    private Scripts() {}

    /** A stream of {@code events}. */
    static Script stream(ProviderCall call, Reply.Tokens tokens, Iterator<Step.Send> events) {
        return staged(call, 200, SSE, events, -1, Script.Kind.STREAM, tokens.input());
    }

    /** A stream that comes as one JSON array, in as many parts as it has elements. */
    static Script array(ProviderCall call, Reply.Tokens tokens, Iterator<Step.Send> elements) {
        return staged(call, 200, JSON, elements, -1, Script.Kind.STREAM, tokens.input());
    }

    /** A plain answer of a model. */
    static Script plain(ProviderCall call, Reply.Tokens tokens, ObjectNode answer) {
        Step.Send whole = new Step.Send(Sse.utf8(answer.toString()), tokens.output());
        long length = whole.bytes().readableBytes();
        Iterator<Step.Send> body = List.of(whole).iterator();
        return staged(call, 200, JSON, body, length, Script.Kind.PLAIN, tokens.input());
    }

    /** The text that {@link #filled} puts its filling at. */
    static String fillMark() {
        return FILL_MARK;
    }

    /** A plain answer of exactly {@code bytes}, or as few as it can have. */
    static Script filled(ProviderCall call, Reply.Tokens tokens, ObjectNode answer, long bytes) {
        String json = answer.toString();
        String mark = Sse.quoted(FILL_MARK);
        mark = mark.substring(1, mark.length() - 1);
        int at = json.indexOf(mark);
        ByteBuf head = Sse.utf8(json.substring(0, at));
        ByteBuf tail = Sse.utf8(json.substring(at + mark.length()));
        int frame = head.readableBytes() + tail.readableBytes();
        long filling = Math.max(0, bytes - frame);
        int pieces = (int) Math.ceilDiv(filling, (long) FILL.length);
        Sequence body =
                new Sequence()
                        .once((_, _) -> new Step.Send(head, tokens.output()))
                        .times(pieces, (i, _) -> filling(filling - (long) i * FILL.length))
                        .once((_, _) -> new Step.Send(tail, 0));
        return staged(call, 200, JSON, body, frame + filling, Script.Kind.PLAIN, tokens.input());
    }

    /** An answer that is not a model's, and that no knob touches. */
    static Script other(int status, String json) {
        Step.Send whole = new Step.Send(Sse.utf8(json), 0);
        return new Script(
                status,
                headers(JSON),
                new DefaultHttpHeaders(),
                new Script.Framing.Length(whole.bytes().readableBytes()),
                List.<Step>of(whole).iterator(),
                Script.Kind.OTHER,
                0,
                true);
    }

    /** An error of OpenAI's shape that no knob touches. */
    static Script error(int status, String message, @Nullable String param, String code) {
        return other(status, errorBody(status, message, param, code));
    }

    /** The failure that a knob asks for. */
    static Script failure(ProviderCall call, int status) {
        Knobs knobs = call.knobs();
        String fallback = errorBody(call.endpoint().dialect(), status, "Simulated failure.");
        ByteBuf body = Sse.utf8(knobs.word(Knob.BODY, fallback));
        long length = body.readableBytes();
        List<Step.Send> sends = length == 0 ? List.of() : List.of(new Step.Send(body, 0));
        return staged(call, status, JSON, sends.iterator(), length, Script.Kind.OTHER, 0);
    }

    /** An error in the shape of {@code dialect}. */
    static String errorBody(Dialect dialect, int status, String message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (dialect) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT -> {
                return errorBody(status, message, null, code(status));
            }
            case ANTHROPIC_MESSAGES ->
                    json.put("type", "error")
                            .set(
                                    "error",
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .put("type", anthropicType(status))
                                            .put("message", message));
            case GEMINI ->
                    json.putObject("error")
                            .put("code", status)
                            .put("message", message)
                            .put("status", status == 429 ? "RESOURCE_EXHAUSTED" : "UNAVAILABLE");
        }
        return json.toString();
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
        };
    }

    static String errorBody(int status, String message, @Nullable String param, String code) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("error")
                .put("message", message)
                .put("type", type(status))
                .put("param", param)
                .put("code", code);
        return json.toString();
    }

    private static Script staged(
            ProviderCall call,
            int status,
            String contentType,
            Iterator<Step.Send> body,
            long length,
            Script.Kind kind,
            long inputTokens) {
        Knobs knobs = call.knobs();
        HttpHeaders headers = headers(contentType);
        headers.set("x-request-id", call.id("req_"));
        headers.set("openai-version", "2020-10-01");
        headers.set("openai-processing-ms", "1");
        headers.set("x-ratelimit-limit-requests", "10000");
        headers.set("x-ratelimit-remaining-requests", "9999");
        String retryAfter = knobs.find(Knob.RETRY_AFTER);
        if (retryAfter != null) {
            retryAfter(headers, retryAfter);
        }
        add(headers, knobs.fields(Knob.HEADERS));
        HttpHeaders trailers = new DefaultHttpHeaders();
        add(trailers, knobs.fields(Knob.TRAILERS));
        return framed(
                new Script(
                        status,
                        headers,
                        trailers,
                        new Script.Framing.Chunked(),
                        new Staging(call, kind == Script.Kind.STREAM, body),
                        kind,
                        inputTokens,
                        knobs.is(Knob.KEEPALIVE, true)),
                knobs.word(Knob.FRAMING, length < 0 ? "chunked" : "length"),
                length);
    }

    /** {@code script} with the framing of that name; a length that is not known is found out. */
    static Script framed(Script script, String framing, long length) {
        Iterator<Step> steps = script.steps();
        Script.Framing chosen =
                switch (framing) {
                    case "chunked" -> new Script.Framing.Chunked();
                    case "close" -> new Script.Framing.Close();
                    default -> new Script.Framing.Length(Math.max(0, length));
                };
        if (framing.equals("length") && length < 0) {
            List<Step> all = new ArrayList<>();
            steps.forEachRemaining(all::add);
            chosen = new Script.Framing.Length(all.stream().mapToLong(Scripts::size).sum());
            steps = all.iterator();
        }
        return script.with(chosen, steps);
    }

    private static long size(Step step) {
        return step instanceof Step.Send send ? send.bytes().readableBytes() : 0;
    }

    private static HttpHeaders headers(String contentType) {
        return new DefaultHttpHeaders().set("content-type", contentType);
    }

    private static void add(HttpHeaders headers, Map<String, String> fields) {
        fields.forEach((name, value) -> headers.add(name, value));
    }

    private static void retryAfter(HttpHeaders headers, String seconds) {
        double value = Double.parseDouble(seconds);
        headers.set("retry-after", Long.toString((long) Math.ceil(value)));
        if (seconds.indexOf('.') >= 0) {
            headers.set("retry-after-ms", Long.toString(Math.round(value * 1000)));
        }
    }

    private static Step.Send filling(long left) {
        int length = (int) Math.min(FILL.length, left);
        return new Step.Send(Unpooled.wrappedBuffer(FILL, 0, length), 0);
    }

    private static String type(int status) {
        return switch (status) {
            case 429 -> "requests";
            case 401, 403 -> "authentication_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    private static String code(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            case 503 -> "overloaded";
            default -> "simulated_failure";
        };
    }

    private static byte[] fill() {
        byte[] fill = new byte[64 << 10];
        byte[] words = "the stream goes on ".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < fill.length; i++) {
            fill[i] = words[i % words.length];
        }
        return fill;
    }
}
