package io.sluice.transport.exchange;

import io.sluice.framing.EventStreamDecoder;
import io.sluice.framing.LineDecoder;
import io.sluice.framing.StreamDecoder;
import io.sluice.http.HeaderName;
import io.sluice.http.QueryString;
import io.sluice.http.ResponseHead;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.routing.Target;
import io.sluice.usage.AnswerMeter;
import org.jspecify.annotations.Nullable;

/**
 * What the head of an answer means for its body. Immutable.
 *
 * @param isStream whether the answer is an event stream
 * @param kind how it is metered
 */
record AnswerForm(boolean isStream, AnswerMeter.Kind kind) {

    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";
    private static final String LINES = "application/x-ndjson";

    /**
     * The form of an answer with this head.
     *
     * @param foreign the call in its target's dialect, {@code null} where that is the caller's: it
     *     says how the answer is metered, and the caller's wish what it is shown
     */
    static AnswerForm of(GatewayRequest request, @Nullable ForeignCall foreign, ResponseHead head) {
        if (foreign == null) {
            boolean isStream = isEventStream(request, head);
            return new AnswerForm(isStream, kind(request, head, isStream));
        }
        boolean isShownAsStream = foreign.isStream() && !foreign.isArray() && head.status() < 400;
        return new AnswerForm(isShownAsStream, kind(foreign, head));
    }

    /** The form of a stream that has begun before its head was there. */
    static AnswerForm early(GatewayRequest request, @Nullable ForeignCall foreign) {
        return new AnswerForm(
                true, foreign == null ? streamKind(request.endpoint()) : streamKind(foreign));
    }

    private static AnswerMeter.Kind kind(ForeignCall foreign, ResponseHead head) {
        boolean isEvents =
                isTyped(head)
                        ? isFramed(head) || hasType(head, "text/event-stream")
                        : foreign.isStream() && head.status() < 300;
        if (isEvents) {
            return streamKind(foreign);
        }
        return switch (foreign.dialect()) {
            case OPENAI_CHAT, OPENAI_RESPONSES -> AnswerMeter.Kind.JSON_BODY;
            case ANTHROPIC_MESSAGES -> AnswerMeter.Kind.MESSAGES_BODY;
            case GEMINI -> AnswerMeter.Kind.GEMINI_BODY;
            case BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT -> AnswerMeter.Kind.TOLD_BODY;
        };
    }

    private static AnswerMeter.Kind streamKind(ForeignCall foreign) {
        return foreign.dialect().isOfCallers()
                ? streamKind(foreign.endpoint())
                : AnswerMeter.Kind.TOLD_STREAM;
    }

    /** Whether a stream comes in other frames than server-sent events. */
    private static boolean isFramed(ResponseHead head) {
        return hasType(head, EVENT_STREAM) || hasType(head, LINES);
    }

    /** Turns such a stream into events; {@code null} where there is nothing to turn. */
    static @Nullable StreamDecoder decoder(Target target, ResponseHead head) {
        if (hasType(head, EVENT_STREAM)) {
            return new EventStreamDecoder(target.provider().paths().frames());
        }
        return hasType(head, LINES) ? new LineDecoder() : null;
    }

    /**
     * The length the client is told, {@link ResponseStart#UNKNOWN_LENGTH} where it is not known.
     */
    long contentLength(ResponseHead head) {
        return switch (head.framing()) {
            case LENGTH -> isStream ? ResponseStart.UNKNOWN_LENGTH : head.contentLength();
            case NONE -> 0;
            case CHUNKED, UNTIL_CLOSE -> ResponseStart.UNKNOWN_LENGTH;
        };
    }

    /** One that states no type is taken for what was asked. */
    private static boolean isEventStream(GatewayRequest request, ResponseHead head) {
        CallFields fields = request.fields();
        return isTyped(head)
                ? hasType(head, "text/event-stream") || isFramed(head)
                : fields != null
                        && fields.isStream()
                        && head.status() < 300
                        && !isContentArray(request);
    }

    private static AnswerMeter.Kind kind(
            GatewayRequest request, ResponseHead head, boolean isStream) {
        int encoding = head.find(HeaderName.CONTENT_ENCODING);
        if (encoding >= 0 && !head.valueIs(encoding, "identity")) {
            return AnswerMeter.Kind.OPAQUE;
        }
        if (!isStream) {
            return isJson(head) ? bodyKind(request) : AnswerMeter.Kind.OPAQUE;
        }
        return streamKind(request.endpoint());
    }

    private static AnswerMeter.Kind streamKind(@Nullable Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> AnswerMeter.Kind.CHAT_STREAM;
            case COMPLETIONS -> AnswerMeter.Kind.COMPLETION_STREAM;
            case RESPONSES, STORED_RESPONSE -> AnswerMeter.Kind.RESPONSES_STREAM;
            case MESSAGES -> AnswerMeter.Kind.MESSAGES_STREAM;
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> AnswerMeter.Kind.GEMINI_STREAM;
            case EMBEDDINGS,
                    MODERATIONS,
                    RERANK,
                    MESSAGE_TOKENS,
                    CONTENT_TOKENS,
                    EMBED_CONTENT,
                    BATCH_EMBED_CONTENTS ->
                    AnswerMeter.Kind.OPAQUE;
            case null -> AnswerMeter.Kind.OPAQUE;
        };
    }

    private static AnswerMeter.Kind bodyKind(GatewayRequest request) {
        return switch (request.dialect()) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    AnswerMeter.Kind.JSON_BODY;
            case ANTHROPIC_MESSAGES -> AnswerMeter.Kind.MESSAGES_BODY;
            case GEMINI ->
                    isContentArray(request)
                            ? AnswerMeter.Kind.GEMINI_ARRAY
                            : AnswerMeter.Kind.GEMINI_BODY;
        };
    }

    /** Whether a stream was asked for as one array, as Gemini's is unless {@code alt} is said. */
    static boolean isContentArray(GatewayRequest request) {
        return request.endpoint() == Endpoint.STREAM_GENERATE_CONTENT
                && !"sse".equals(QueryString.parameter(request.path().query(), "alt"))
                && !"sse".equals(QueryString.parameter(request.path().query(), "$alt"));
    }

    private static boolean isJson(ResponseHead head) {
        return !isTyped(head) || hasType(head, "application/json");
    }

    private static boolean isTyped(ResponseHead head) {
        return head.find(HeaderName.CONTENT_TYPE) >= 0;
    }

    private static boolean hasType(ResponseHead head, String type) {
        int field = head.find(HeaderName.CONTENT_TYPE);
        return field >= 0 && head.valueStartsWith(field, type);
    }
}
