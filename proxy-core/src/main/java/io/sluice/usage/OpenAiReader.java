package io.sluice.usage;

import io.sluice.json.JsonPaths;
import io.sluice.json.JsonType;
import io.sluice.sse.EventScanner;
import java.util.List;

/**
 * Answers in OpenAI's dialects, which share one set of paths, since no two of them collide.
 *
 * <p>See {@link AnswerReader}.
 */
final class OpenAiReader extends AnswerReader {

    private static final byte[] ERROR = ascii("error");
    private static final byte[] COMPLETED = ascii("response.completed");
    private static final byte[] INCOMPLETE = ascii("response.incomplete");
    private static final byte[] FAILED = ascii("response.failed");
    private static final byte[] QUEUED = ascii("queued");
    private static final byte[] IN_PROGRESS = ascii("in_progress");

    private static final JsonPaths PATHS;
    private static final UsagePlaces USAGE;
    private static final UsagePlaces RESPONSE_USAGE;
    private static final UsagePlaces GROQ_USAGE;
    private static final int CHOICES;
    private static final int ERROR_PLACE;
    private static final int TYPE;
    private static final int ID;
    private static final int MODEL;
    private static final int RESPONSE_ID;
    private static final int RESPONSE_MODEL;
    private static final int SERVICE_TIER;
    private static final int RESPONSE_SERVICE_TIER;
    private static final int STATUS;
    private static final int RESPONSE_STATUS;

    static {
        JsonPaths.Builder paths = JsonPaths.builder();
        USAGE = new UsagePlaces(paths, "usage");
        RESPONSE_USAGE = new UsagePlaces(paths, "response", "usage");
        GROQ_USAGE = new UsagePlaces(paths, "x_groq", "usage");
        CHOICES = paths.add("choices");
        ERROR_PLACE = paths.add("error");
        TYPE = paths.addText(TYPE_BYTES, "type");
        ID = paths.addText(ID_BYTES, "id");
        MODEL = paths.addText(ID_BYTES, "model");
        RESPONSE_ID = paths.addText(ID_BYTES, "response", "id");
        RESPONSE_MODEL = paths.addText(ID_BYTES, "response", "model");
        SERVICE_TIER = paths.addText(TIER_BYTES, "service_tier");
        RESPONSE_SERVICE_TIER = paths.addText(TIER_BYTES, "response", "service_tier");
        STATUS = paths.addText(TYPE_BYTES, "status");
        RESPONSE_STATUS = paths.addText(TYPE_BYTES, "response", "status");
        addTexts(paths);
        PATHS = paths.build();
    }

    /** Where the text is that a model has said, in events and in plain answers. */
    private static void addTexts(JsonPaths.Builder paths) {
        String each = JsonPaths.ELEMENT;
        for (String said : List.of("delta", "message")) {
            paths.addSampled("choices", each, said, "content");
            paths.addSampled("choices", each, said, "refusal");
            paths.addSampled("choices", each, said, "reasoning");
            paths.addSampled("choices", each, said, "reasoning_content");
            paths.addSampled("choices", each, said, "tool_calls", each, "function", "name");
            paths.addSampled("choices", each, said, "tool_calls", each, "function", "arguments");
            paths.addSampled("choices", each, said, "function_call", "arguments");
        }
        paths.addSampled("choices", each, "text");
        paths.addSampled("delta");
        paths.addSampled("output", each, "arguments");
        paths.addSampled("output", each, "content", each, "text");
        paths.addSampled("output", each, "summary", each, "text");
    }

    OpenAiReader() {
        super(PATHS);
    }

    @Override
    void readUsage(Usage usage) {
        boolean _ =
                USAGE.read(json(), usage)
                        || RESPONSE_USAGE.read(json(), usage)
                        || GROQ_USAGE.read(json(), usage);
        readTier(SERVICE_TIER);
        readTier(RESPONSE_SERVICE_TIER);
        usage.setServiceTier(tier());
    }

    @Override
    void readNames(AnswerMeter.Kind kind, KeptText id, KeptText model) {
        if (kind.isEvents()) {
            id.keepFirst(json(), RESPONSE_ID);
            model.keepFirst(json(), RESPONSE_MODEL);
        }
        if (kind != AnswerMeter.Kind.RESPONSES_STREAM) {
            id.keepFirst(json(), ID);
            model.keepFirst(json(), MODEL);
        }
    }

    @Override
    boolean isError(AnswerMeter.Kind kind, EventScanner event) {
        return isErrorAt(ERROR_PLACE)
                || (kind.isEvents() && (isType(event, ERROR) || isType(event, FAILED)));
    }

    @Override
    boolean isTerminal(EventScanner event) {
        return isType(event, COMPLETED) || isType(event, INCOMPLETE);
    }

    @Override
    boolean isUnderWay(boolean before) {
        int status = json().hasText(RESPONSE_STATUS) ? RESPONSE_STATUS : STATUS;
        return json().hasText(status)
                ? json().textEquals(status, QUEUED) || json().textEquals(status, IN_PROGRESS)
                : before;
    }

    @Override
    boolean mayBeUsageOnly() {
        return !json().isMalformed()
                && isOnlyIfThere(JsonPaths.ROOT, JsonType.OBJECT)
                && isOnlyIfThere(CHOICES, JsonType.ARRAY)
                && isOnlyIfThere(USAGE.object(), JsonType.OBJECT)
                && !json().isFilled(CHOICES);
    }

    @Override
    boolean isUsageOnly() {
        return mayBeUsageOnly() && json().has(CHOICES) && json().has(USAGE.object());
    }

    private boolean isOnlyIfThere(int place, JsonType type) {
        return !json().has(place) || json().isOnly(place, type);
    }

    private boolean isType(EventScanner event, byte[] type) {
        return json().has(TYPE) ? json().textEquals(TYPE, type) : event.isNamed(type);
    }
}
