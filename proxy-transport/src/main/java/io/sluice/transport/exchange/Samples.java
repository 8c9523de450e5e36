package io.sluice.transport.exchange;

import io.sluice.json.TextSample;
import io.sluice.usage.RequestSample;

/**
 * The beginnings of one call's texts, for an estimate. Used by one call at a time.
 *
 * @param answer what the model says
 * @param request what it was asked
 */
record Samples(TextSample answer, RequestSample request) {

    /** Bytes that are kept of each. */
    static final int ROOM = 4096;

    static Samples withRoom() {
        return new Samples(new TextSample(ROOM), new RequestSample(ROOM));
    }

    /** Samples that count bytes and keep nothing. */
    static Samples withoutRoom() {
        return new Samples(new TextSample(0), new RequestSample(0));
    }

    void clear() {
        answer.clear();
        request.clear();
    }

    boolean hasRoom() {
        return answer.room() > 0;
    }
}
