package io.sluice.bench.canned;

import java.util.concurrent.atomic.LongAdder;

/** What a lean provider did. Safe for any thread. */
public final class LeanBooks {

    private final LongAdder calls = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder clientsLeft = new LongAdder();
    private final LongAdder activeStreams = new LongAdder();

    void onCall() {
        calls.increment();
    }

    void onCompleted() {
        completed.increment();
    }

    void onClientLeft() {
        clientsLeft.increment();
    }

    void onStreams(int change) {
        activeStreams.add(change);
    }

    /** Requests with a token. */
    public long calls() {
        return calls.sum();
    }

    /** Answers that were sent whole. */
    public long completed() {
        return completed.sum();
    }

    /** Answers whose reader left before their end. */
    public long clientsLeft() {
        return clientsLeft.sum();
    }

    /** Streams that have begun and not ended. */
    public long activeStreams() {
        return activeStreams.sum();
    }

    String toJson() {
        return "{\"calls\":"
                + calls()
                + ",\"completed\":"
                + completed()
                + ",\"clients_left\":"
                + clientsLeft()
                + ",\"active_streams\":"
                + activeStreams()
                + "}";
    }
}
