package io.sluice.usage;

import io.sluice.json.JsonPaths;
import io.sluice.json.JsonType;
import io.sluice.json.PathScanner;
import io.sluice.sse.EventScanner;
import io.sluice.usage.Usage.Extra;
import java.util.List;

/**
 * Answers in Anthropic's Messages dialect.
 *
 * <p>See {@link AnswerReader}, and the usage object in Anthropic's API reference.
 */
final class MessagesReader extends AnswerReader {

    /*
     * A stream tells its usage twice: message_start has what went in, message_delta what came out
     * and, of late, everything once more. Each field counts as it was said last.
     *
     * Input is told in three parts that do not overlap: read from the cache, written to it, and
     * neither. Where the provider went over a message in several rounds, "iterations" lists them;
     * those that are not messages (compaction, an adviser) are left out of the counts beside the
     * list although they are charged, so they are added.
     */

    private static final byte[] ERROR = ascii("error");
    private static final byte[] STOP = ascii("message_stop");
    private static final byte[] MESSAGE = ascii("message");

    private static final JsonPaths PATHS;
    private static final Places USAGE;
    private static final Places START_USAGE;
    private static final int ERROR_PLACE;
    private static final int TYPE;
    private static final int ID;
    private static final int MODEL;
    private static final int START_ID;
    private static final int START_MODEL;

    static {
        JsonPaths.Builder paths = JsonPaths.builder();
        USAGE = new Places(paths, "usage");
        START_USAGE = new Places(paths, "message", "usage");
        ERROR_PLACE = paths.add("error");
        TYPE = paths.addText(TYPE_BYTES, "type");
        ID = paths.addText(ID_BYTES, "id");
        MODEL = paths.addText(ID_BYTES, "model");
        START_ID = paths.addText(ID_BYTES, "message", "id");
        START_MODEL = paths.addText(ID_BYTES, "message", "model");
        String each = JsonPaths.ELEMENT;
        for (String said : List.of("text", "thinking", "partial_json")) {
            paths.addSampled("delta", said);
        }
        for (String said : List.of("text", "thinking", "name")) {
            paths.addSampled("content", each, said);
            paths.addSampled("content_block", said);
        }
        PATHS = paths.build();
    }

    /** Where one usage object keeps its counts. */
    private static final class Places {

        private final int object;
        private final int input;
        private final int output;
        private final int cacheRead;
        private final int cacheWrite;
        private final int cacheWriteFive;
        private final int cacheWriteHour;
        private final int thinking;
        private final int searches;
        private final int tier;
        private final int round;
        private final int roundType;
        private final int roundInput;
        private final int roundOutput;
        private final int roundCacheRead;
        private final int roundCacheWrite;
        private final int roundCacheWriteHour;

        Places(JsonPaths.Builder paths, String... prefix) {
            object = paths.add(prefix);
            input = paths.add(path(prefix, "input_tokens"));
            output = paths.add(path(prefix, "output_tokens"));
            cacheRead = paths.add(path(prefix, "cache_read_input_tokens"));
            cacheWrite = paths.add(path(prefix, "cache_creation_input_tokens"));
            cacheWriteFive = paths.add(path(prefix, "cache_creation", "ephemeral_5m_input_tokens"));
            cacheWriteHour = paths.add(path(prefix, "cache_creation", "ephemeral_1h_input_tokens"));
            thinking = paths.add(path(prefix, "output_tokens_details", "thinking_tokens"));
            searches = paths.add(path(prefix, "server_tool_use", "web_search_requests"));
            tier = paths.addText(TIER_BYTES, path(prefix, "service_tier"));
            String each = JsonPaths.ELEMENT;
            round = paths.addTold(path(prefix, "iterations", each));
            roundType = paths.addText(TYPE_BYTES, path(prefix, "iterations", each, "type"));
            roundInput = paths.add(path(prefix, "iterations", each, "input_tokens"));
            roundOutput = paths.add(path(prefix, "iterations", each, "output_tokens"));
            roundCacheRead = paths.add(path(prefix, "iterations", each, "cache_read_input_tokens"));
            roundCacheWrite =
                    paths.add(path(prefix, "iterations", each, "cache_creation_input_tokens"));
            roundCacheWriteHour =
                    paths.add(
                            path(
                                    prefix,
                                    "iterations",
                                    each,
                                    "cache_creation",
                                    "ephemeral_1h_input_tokens"));
        }
    }

    private long input;
    private long output;
    private long cacheRead;
    private long cacheWrite;
    private long cacheWriteHour;
    private long thinking;
    private long searches;

    /** What the rounds of the current document took that its counts leave out. */
    private long moreInput;

    private long moreOutput;
    private long moreCacheRead;
    private long moreCacheWrite;
    private long moreCacheWriteHour;

    MessagesReader() {
        super(PATHS);
        json().tellElements(this::onRound);
    }

    @Override
    void start() {
        super.start();
        input = 0;
        output = 0;
        cacheRead = 0;
        cacheWrite = 0;
        cacheWriteHour = 0;
        thinking = 0;
        searches = 0;
        forgetRounds();
    }

    @Override
    void readUsage(Usage usage) {
        boolean _ = read(USAGE, usage) || read(START_USAGE, usage);
        forgetRounds();
    }

    @Override
    void readNames(AnswerMeter.Kind kind, KeptText id, KeptText model) {
        id.keepFirst(json(), kind.isEvents() ? START_ID : ID);
        model.keepFirst(json(), kind.isEvents() ? START_MODEL : MODEL);
    }

    @Override
    boolean isError(AnswerMeter.Kind kind, EventScanner event) {
        return isErrorAt(ERROR_PLACE) || isType(ERROR);
    }

    @Override
    boolean isTerminal(EventScanner event) {
        return isType(STOP);
    }

    private boolean isType(byte[] type) {
        return json().textEquals(TYPE, type);
    }

    private boolean read(Places at, Usage usage) {
        PathScanner json = json();
        if (!json.isComplete(at.object) || json.type(at.object) != JsonType.OBJECT) {
            return false;
        }
        input = latest(at.input, input);
        output = latest(at.output, output);
        cacheRead = latest(at.cacheRead, cacheRead);
        long parts = count(at.cacheWriteFive) + count(at.cacheWriteHour);
        cacheWrite = Math.max(latest(at.cacheWrite, cacheWrite), parts);
        cacheWriteHour = latest(at.cacheWriteHour, cacheWriteHour);
        thinking = latest(at.thinking, thinking);
        searches = latest(at.searches, searches);
        readTier(at.tier);
        usage.clear();
        usage.setOrigin(Usage.Origin.REPORTED);
        long read = cacheRead + moreCacheRead;
        long written = cacheWrite + moreCacheWrite;
        usage.setInputTokens(believed(input + moreInput + read + written));
        usage.setOutputTokens(believed(output + moreOutput));
        usage.setCachedInputTokens(believed(read));
        usage.setCacheWriteTokens(believed(written));
        usage.setReasoningTokens(thinking);
        usage.setCount(
                Extra.CACHE_WRITE_HOUR_TOKENS, believed(cacheWriteHour + moreCacheWriteHour));
        usage.setCount(Extra.SEARCHES, searches);
        usage.setCount(Extra.REQUESTS, 1);
        usage.setServiceTier(tier());
        return true;
    }

    private void onRound(int place) {
        Places at = place == USAGE.round ? USAGE : START_USAGE;
        if (json().hasText(at.roundType) && !json().textEquals(at.roundType, MESSAGE)) {
            moreInput += count(at.roundInput);
            moreOutput += count(at.roundOutput);
            moreCacheRead += count(at.roundCacheRead);
            moreCacheWrite += count(at.roundCacheWrite);
            moreCacheWriteHour += count(at.roundCacheWriteHour);
        }
        json().forget(at.roundType);
        json().forget(at.roundInput);
        json().forget(at.roundOutput);
        json().forget(at.roundCacheRead);
        json().forget(at.roundCacheWrite);
        json().forget(at.roundCacheWriteHour);
    }

    private void forgetRounds() {
        moreInput = 0;
        moreOutput = 0;
        moreCacheRead = 0;
        moreCacheWrite = 0;
        moreCacheWriteHour = 0;
    }

    private long latest(int place, long before) {
        boolean isSaid = json().isComplete(place) && json().type(place) == JsonType.NUMBER;
        return isSaid ? count(place) : before;
    }

    private static long believed(long tokens) {
        return Math.min(tokens, Usage.MAX_TOKENS);
    }
}
