package io.sluice.transport.exchange;

import io.sluice.http.Method;
import io.sluice.message.Endpoint;
import io.sluice.usage.AnswerMeter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is known of stored responses in step with one call's answer.
 *
 * <p>Confined to the event loop of its call.
 */
final class ResponseIds {

    private final GatewayRequest request;
    private final StoredResponses storedResponses;

    private boolean isKnown;
    private @Nullable String noted;

    ResponseIds(GatewayRequest request, StoredResponses storedResponses) {
        this.request = request;
        this.storedResponses = storedResponses;
    }

    /** Notes a new response as soon as its id has gone by. */
    void note(AnswerMeter meter, int status, Attempt attempt) {
        if (isKnown || !meter.hasResponseId()) {
            return;
        }
        isKnown = true;
        if (request.endpoint() == Endpoint.RESPONSES && status < 300) {
            String asked = request.model();
            String id = meter.responseId();
            noted = id;
            storedResponses.add(
                    id,
                    new StoredResponses.Stored(
                            attempt.target(),
                            asked == null ? attempt.model() : asked,
                            request.keyId()));
        }
    }

    /** The response that the call has made, once its id has gone by. */
    @Nullable String noted() {
        return noted;
    }

    /** Forgets the response that the call has deleted. */
    void forgetDeleted(int status) {
        boolean isDeleted = request.head().method() == Method.DELETE && status < 300;
        if (isDeleted && request.endpoint() == Endpoint.STORED_RESPONSE) {
            storedResponses.remove(request.path().bareResponseId());
        }
    }
}
