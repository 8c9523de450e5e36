package io.sluice.usage;

import io.sluice.json.JsonPaths;
import io.sluice.json.JsonType;
import io.sluice.json.PathScanner;
import io.sluice.sse.EventScanner;
import io.sluice.usage.Usage.Extra;

/**
 * Answers in Gemini's dialect: an object, events with such objects, or one array of them.
 *
 * <p>See {@link AnswerReader}, and {@code UsageMetadata} in Gemini's API reference.
 */
final class GeminiReader extends AnswerReader {

    /*
     * Every object of a stream tells all that was used so far, so the last one counts; a field it
     * leaves out stays as it was said before. What a model thought, and what tools put into the
     * prompt, is told apart from output and prompt and is added to them here.
     *
     * An array's objects are read as each of them closes, so that an array that is cut off has been
     * read up to there.
     */

    private static final byte[] AUDIO = ascii("AUDIO");
    private static final byte[] IMAGE = ascii("IMAGE");

    private static final Places OBJECT = new Places();
    private static final Places ARRAY = new Places(JsonPaths.ELEMENT);

    /** Where the objects keep what is of interest. */
    private static final class Places {

        private final JsonPaths paths;
        private final int whole;
        private final int usage;
        private final int prompt;
        private final int candidates;
        private final int thoughts;
        private final int cached;
        private final int toolPrompt;
        private final int total;
        private final int tier;
        private final int input;
        private final int inputModality;
        private final int inputTokens;
        private final int output;
        private final int outputModality;
        private final int outputTokens;
        private final int searches;
        private final int error;
        private final int id;
        private final int model;

        Places(String... prefix) {
            JsonPaths.Builder builder = JsonPaths.builder();
            String each = JsonPaths.ELEMENT;
            whole = prefix.length == 0 ? JsonPaths.ROOT : builder.addTold(prefix);
            usage = builder.add(path(prefix, "usageMetadata"));
            prompt = builder.add(path(prefix, "usageMetadata", "promptTokenCount"));
            candidates = builder.add(path(prefix, "usageMetadata", "candidatesTokenCount"));
            thoughts = builder.add(path(prefix, "usageMetadata", "thoughtsTokenCount"));
            cached = builder.add(path(prefix, "usageMetadata", "cachedContentTokenCount"));
            toolPrompt = builder.add(path(prefix, "usageMetadata", "toolUsePromptTokenCount"));
            total = builder.add(path(prefix, "usageMetadata", "totalTokenCount"));
            tier = builder.addText(TIER_BYTES, path(prefix, "usageMetadata", "serviceTier"));
            String ofPrompt = "promptTokensDetails";
            input = builder.addTold(path(prefix, "usageMetadata", ofPrompt, each));
            inputModality =
                    builder.addText(
                            TYPE_BYTES, path(prefix, "usageMetadata", ofPrompt, each, "modality"));
            inputTokens = builder.add(path(prefix, "usageMetadata", ofPrompt, each, "tokenCount"));
            String ofAnswer = "candidatesTokensDetails";
            output = builder.addTold(path(prefix, "usageMetadata", ofAnswer, each));
            outputModality =
                    builder.addText(
                            TYPE_BYTES, path(prefix, "usageMetadata", ofAnswer, each, "modality"));
            outputTokens = builder.add(path(prefix, "usageMetadata", ofAnswer, each, "tokenCount"));
            searches =
                    builder.add(
                            path(
                                    prefix,
                                    "candidates",
                                    each,
                                    "groundingMetadata",
                                    "webSearchQueries"));
            error = builder.add(path(prefix, "error"));
            id = builder.addText(ID_BYTES, path(prefix, "responseId"));
            model = builder.addText(ID_BYTES, path(prefix, "modelVersion"));
            String[] part = path(prefix, "candidates", each, "content", "parts", each);
            builder.addSampled(path(part, "text"));
            builder.addSampled(path(part, "functionCall", "name"));
            builder.addSampled(path(part, "executableCode", "code"));
            paths = builder.build();
        }
    }

    private final Places at;
    private long prompt;
    private long candidates;
    private long thoughts;
    private long cached;
    private long toolPrompt;
    private long total;
    private boolean hasSearched;
    private boolean hasUsage;
    private boolean hasError;
    private final Modalities input = new Modalities();
    private final Modalities output = new Modalities();

    /** How the parts of a sum were told, in the current object and before. */
    private static final class Modalities {

        private long audio;
        private long image;
        private long audioNow;
        private long imageNow;
        private boolean isTold;

        void clear() {
            audio = 0;
            image = 0;
            begin();
        }

        private void begin() {
            audioNow = 0;
            imageNow = 0;
            isTold = false;
        }

        void end() {
            if (isTold) {
                audio = Math.min(audioNow, Usage.MAX_TOKENS);
                image = Math.min(imageNow, Usage.MAX_TOKENS);
            }
            begin();
        }
    }

    /**
     * A reader.
     *
     * @param isArray whether the answer is one array of objects
     */
    GeminiReader(boolean isArray) {
        super(isArray ? ARRAY.paths : OBJECT.paths);
        at = isArray ? ARRAY : OBJECT;
        json().tellElements(this::onElement);
    }

    @Override
    void start() {
        super.start();
        prompt = 0;
        candidates = 0;
        thoughts = 0;
        cached = 0;
        toolPrompt = 0;
        total = 0;
        hasSearched = false;
        hasUsage = false;
        hasError = false;
        input.clear();
        output.clear();
    }

    @Override
    void readUsage(Usage usage) {
        collect();
        if (!hasUsage) {
            return;
        }
        long in = prompt + toolPrompt;
        long out = candidates + thoughts;
        usage.clear();
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(Math.min(in + out == 0 ? total : in, Usage.MAX_TOKENS));
        usage.setOutputTokens(Math.min(out, Usage.MAX_TOKENS));
        usage.setCachedInputTokens(cached);
        usage.setReasoningTokens(thoughts);
        usage.setAudioInputTokens(input.audio);
        usage.setAudioOutputTokens(output.audio);
        usage.setCount(Extra.IMAGE_INPUT_TOKENS, input.image);
        usage.setCount(Extra.IMAGE_OUTPUT_TOKENS, output.image);
        usage.setCount(Extra.SEARCHES, hasSearched ? 1 : 0);
        usage.setCount(Extra.REQUESTS, 1);
        usage.setServiceTier(tier());
    }

    @Override
    void readNames(AnswerMeter.Kind kind, KeptText id, KeptText model) {
        id.keepFirst(json(), at.id);
        model.keepFirst(json(), at.model);
    }

    @Override
    boolean isError(AnswerMeter.Kind kind, EventScanner event) {
        return hasError || isErrorAt(at.error);
    }

    private void onElement(int place) {
        if (place == at.input) {
            add(input, at.inputModality, at.inputTokens);
        } else if (place == at.output) {
            add(output, at.outputModality, at.outputTokens);
        } else if (place == at.whole) {
            collect();
            json().forget(at.usage);
        }
    }

    private void add(Modalities sum, int modality, int tokens) {
        PathScanner json = json();
        sum.isTold = true;
        if (json.textEquals(modality, AUDIO)) {
            sum.audioNow += count(tokens);
        } else if (json.textEquals(modality, IMAGE)) {
            sum.imageNow += count(tokens);
        }
        json.forget(modality);
        json.forget(tokens);
    }

    /** Takes over what the current object says. */
    private void collect() {
        hasError |= isErrorAt(at.error);
        hasSearched |= json().isFilled(at.searches);
        if (json().isComplete(at.usage) && json().type(at.usage) == JsonType.OBJECT) {
            hasUsage = true;
            prompt = latest(at.prompt, prompt);
            candidates = latest(at.candidates, candidates);
            thoughts = latest(at.thoughts, thoughts);
            cached = latest(at.cached, cached);
            toolPrompt = latest(at.toolPrompt, toolPrompt);
            total = latest(at.total, total);
            input.end();
            output.end();
            readTier(at.tier);
        }
    }

    private long latest(int place, long before) {
        boolean isSaid = json().isComplete(place) && json().type(place) == JsonType.NUMBER;
        return isSaid ? count(place) : before;
    }
}
