package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the provider did and billed, by its own account. Safe for any thread.
 *
 * <p>An answer is in the books before its last bytes are on the wire. Only {@code bytes_written}
 * follows the bytes.
 */
public final class Books {

    /*
     * One lock: the books are written a few times in a call and read by tests, and figures that
     * belong together must be seen together. Everything that grows with traffic is bounded. The
     * oldest attempts and requests are forgotten first, the sums never are.
     */

    private static final int MAX_IDS = 200_000;
    private static final long MAX_KEPT_BYTES = 64L << 20;

    private final int keptRequests;
    private final SequencedMap<String, Attempts> attempts = new LinkedHashMap<>();
    private final Map<Integer, Long> answers = new TreeMap<>();
    private final ArrayDeque<ReceivedRequest> received = new ArrayDeque<>();
    private final EnumMap<Count, Long> counts = new EnumMap<>(Count.class);
    private long keptBytes;
    private long forgotten;

    Books(int keptRequests) {
        this.keptRequests = keptRequests;
    }

    /**
     * The sums.
     *
     * @param calls model calls that arrived, whatever became of them
     * @param inputTokens billed for prompts, cached ones included
     * @param outputTokens billed for what was generated, reasoning included, also where the client
     *     left or the connection was cut
     * @param streamsStarted streams whose first bytes were sent
     * @param streamsCompleted streams that were sent to their end
     * @param streamsOpen streams that are being sent
     * @param clientsLeft connections that the client ended while an answer was due
     * @param cut answers that a knob cut short
     * @param bytesWritten bytes that the operating system took, TLS included
     * @param connectionsAccepted connections since the start
     * @param connectionsOpen connections that are open
     */
    public record Totals(
            long calls,
            long inputTokens,
            long outputTokens,
            long streamsStarted,
            long streamsCompleted,
            long streamsOpen,
            long clientsLeft,
            long cut,
            long bytesWritten,
            long connectionsAccepted,
            long connectionsOpen) {}

    /**
     * What arrived under one {@code x-request-id}.
     *
     * @param times how many calls
     * @param completed how many of them were answered to the end
     */
    public record Attempts(long times, long completed, long inputTokens, long outputTokens) {

        static final Attempts NONE = new Attempts(0, 0, 0, 0);

        Attempts plus(long times, long completed, long inputTokens, long outputTokens) {
            return new Attempts(
                    this.times + times,
                    this.completed + completed,
                    this.inputTokens + inputTokens,
                    this.outputTokens + outputTokens);
        }
    }

    /** The sums at this moment. */
    public synchronized Totals totals() {
        return new Totals(
                count(Count.CALLS),
                count(Count.INPUT_TOKENS),
                count(Count.OUTPUT_TOKENS),
                count(Count.STREAMS_STARTED),
                count(Count.STREAMS_COMPLETED),
                count(Count.STREAMS_STARTED) - count(Count.STREAMS_ENDED),
                count(Count.CLIENTS_LEFT),
                count(Count.CUT),
                count(Count.BYTES_WRITTEN),
                count(Count.CONNECTIONS_ACCEPTED),
                count(Count.CONNECTIONS_ACCEPTED) - count(Count.CONNECTIONS_CLOSED));
    }

    /** What arrived under an {@code x-request-id}; nothing where it is unknown or forgotten. */
    public synchronized Attempts attempts(String requestId) {
        return attempts.getOrDefault(requestId, Attempts.NONE);
    }

    /** What arrived under each {@code x-request-id}, in order of arrival. */
    public synchronized Map<String, Attempts> attempts() {
        return new LinkedHashMap<>(attempts);
    }

    /** How many answers each status was given. */
    public synchronized Map<Integer, Long> answers() {
        return new TreeMap<>(answers);
    }

    /** The requests that are remembered, oldest first; those for the books are not among them. */
    public synchronized List<ReceivedRequest> received() {
        return List.copyOf(received);
    }

    /** The account as {@code GET /books} gives it. */
    public synchronized String toJson() {
        Totals totals = totals();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("calls", totals.calls);
        ObjectNode billed = json.putObject("billed");
        billed.put("input_tokens", totals.inputTokens);
        billed.put("output_tokens", totals.outputTokens);
        ObjectNode streams = json.putObject("streams");
        streams.put("started", totals.streamsStarted);
        streams.put("completed", totals.streamsCompleted);
        streams.put("open", totals.streamsOpen);
        json.put("clients_left", totals.clientsLeft);
        json.put("cut", totals.cut);
        json.put("bytes_written", totals.bytesWritten);
        ObjectNode connections = json.putObject("connections");
        connections.put("accepted", totals.connectionsAccepted);
        connections.put("open", totals.connectionsOpen);
        ObjectNode statuses = json.putObject("answers");
        answers.forEach((status, times) -> statuses.put(status.toString(), times));
        json.put("attempts_forgotten", forgotten);
        ObjectNode ids = json.putObject("attempts");
        attempts.forEach((id, seen) ->
                ids.putObject(id)
                        .put("times", seen.times)
                        .put("completed", seen.completed)
                        .put("input_tokens", seen.inputTokens)
                        .put("output_tokens", seen.outputTokens));
        return json.toString();
    }

    /** The requests that are remembered as {@code GET /received} gives them, oldest first. */
    public String receivedJson() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        received().forEach(request -> json.add(request.toJson()));
        return json.toString();
    }

    synchronized void onRequest(ReceivedRequest request) {
        received.addLast(request);
        keptBytes += request.body().remaining();
        while (received.size() > keptRequests || keptBytes > MAX_KEPT_BYTES) {
            keptBytes -= received.removeFirst().body().remaining();
        }
    }

    /** Notes a model call and returns which attempt of its id this is, counted from 1. */
    synchronized long onCall(@Nullable String requestId) {
        add(Count.CALLS, 1);
        note(requestId, 1, 0, 0, 0);
        return requestId == null ? 1 : attempts(requestId).times;
    }

    synchronized void onAnswer(int status) {
        answers.merge(status, 1L, Long::sum);
    }

    synchronized void onBilled(@Nullable String requestId, long inputTokens, long outputTokens) {
        add(Count.INPUT_TOKENS, inputTokens);
        add(Count.OUTPUT_TOKENS, outputTokens);
        note(requestId, 0, 0, inputTokens, outputTokens);
    }

    synchronized void onCompleted(@Nullable String requestId) {
        note(requestId, 0, 1, 0, 0);
    }

    synchronized void onStreamStarted() {
        add(Count.STREAMS_STARTED, 1);
    }

    synchronized void onStreamEnded(boolean completed) {
        add(Count.STREAMS_ENDED, 1);
        add(Count.STREAMS_COMPLETED, completed ? 1 : 0);
    }

    synchronized void onClientLeft() {
        add(Count.CLIENTS_LEFT, 1);
    }

    synchronized void onCut() {
        add(Count.CUT, 1);
    }

    synchronized void onBytesWritten(long bytes) {
        add(Count.BYTES_WRITTEN, bytes);
    }

    synchronized void onConnected() {
        add(Count.CONNECTIONS_ACCEPTED, 1);
    }

    synchronized void onDisconnected() {
        add(Count.CONNECTIONS_CLOSED, 1);
    }

    private void note(
            @Nullable String requestId, long times, long completed, long input, long output) {
        if (requestId == null) {
            return;
        }
        Attempts seen = attempts.getOrDefault(requestId, Attempts.NONE);
        attempts.put(requestId, seen.plus(times, completed, input, output));
        if (attempts.size() > MAX_IDS) {
            attempts.pollFirstEntry();
            forgotten++;
        }
    }

    private void add(Count count, long amount) {
        counts.merge(count, amount, Long::sum);
    }

    private long count(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    private enum Count {
        CALLS,
        INPUT_TOKENS,
        OUTPUT_TOKENS,
        STREAMS_STARTED,
        STREAMS_ENDED,
        STREAMS_COMPLETED,
        CLIENTS_LEFT,
        CUT,
        BYTES_WRITTEN,
        CONNECTIONS_ACCEPTED,
        CONNECTIONS_CLOSED
    }
}
