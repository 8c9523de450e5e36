package io.sluice.message;

/** Reads requests in one dialect. Stateless. */
@FunctionalInterface
public interface RequestReader {

    /**
     * Reads {@code body[from..to)}, one JSON object.
     *
     * @param body borrowed while the request is in use: its texts point there
     * @param stream whether the answer is wanted as a stream, where the body does not say
     * @throws io.sluice.error.GatewayException where it is no request of this dialect
     * @throws io.sluice.json.MalformedJsonException where it is no JSON
     */
    ChatRequest read(byte[] body, int from, int to, boolean stream, Omissions omissions);
}
