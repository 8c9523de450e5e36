package io.sluice.transport.exchange;

import io.sluice.http.HeaderName;
import io.sluice.http.ResponseHead;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.usage.AnswerMeter;
import org.jspecify.annotations.Nullable;

/**
 * What the head of an answer means for its body. Immutable.
 *
 * @param isStream whether the answer is an event stream
 * @param kind how it is metered
 */
record AnswerForm(boolean isStream, AnswerMeter.Kind kind) {

    /** The form of an answer to {@code request} with this head. */
    static AnswerForm of(GatewayRequest request, ResponseHead head) {
        boolean isStream = isEventStream(request, head);
        return new AnswerForm(isStream, kind(request, head, isStream));
    }

    /** The form of a stream that has begun before its head was there. */
    static AnswerForm early(GatewayRequest request) {
        return new AnswerForm(true, streamKind(request.endpoint()));
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
                ? hasType(head, "text/event-stream")
                : fields != null && fields.isStream() && head.status() < 300;
    }

    private static AnswerMeter.Kind kind(
            GatewayRequest request, ResponseHead head, boolean isStream) {
        int encoding = head.find(HeaderName.CONTENT_ENCODING);
        if (encoding >= 0 && !head.valueIs(encoding, "identity")) {
            return AnswerMeter.Kind.OPAQUE;
        }
        if (!isStream) {
            return isJson(head) ? AnswerMeter.Kind.JSON_BODY : AnswerMeter.Kind.OPAQUE;
        }
        return streamKind(request.endpoint());
    }

    private static AnswerMeter.Kind streamKind(@Nullable Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> AnswerMeter.Kind.CHAT_STREAM;
            case COMPLETIONS -> AnswerMeter.Kind.COMPLETION_STREAM;
            case RESPONSES, STORED_RESPONSE -> AnswerMeter.Kind.RESPONSES_STREAM;
            case EMBEDDINGS, MODERATIONS -> AnswerMeter.Kind.OPAQUE;
            case null -> AnswerMeter.Kind.OPAQUE;
        };
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
