package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.message.Endpoint;

/**
 * One call of a model, as the provider understood it. Immutable.
 *
 * @param model from the path where Azure puts it there, else from the body
 * @param knobs what the operator, the model and the prompt have turned, the latter over the former
 * @param seed follows from the body, so that the same body has the same answer
 * @param ordinal number of the call, counted from 1
 * @param attempt which call under its {@code x-request-id} this is, counted from 1
 */
record ProviderCall(
        Endpoint endpoint,
        ReceivedRequest request,
        JsonNode body,
        String model,
        Knobs knobs,
        long seed,
        long ordinal,
        long attempt) {

    /** Whether the answer is asked for as it is made. */
    boolean isStream() {
        return body.path("stream").asBoolean(false);
    }

    /** An identifier that follows from the body and is unique. */
    String id(String prefix) {
        return Seeds.id(prefix, seed, ordinal);
    }

    /** Whether this connection has served a request before. */
    boolean isOnReusedConnection() {
        return request.nth() > 1;
    }
}
