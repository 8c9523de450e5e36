package io.sluice.usage;

import io.sluice.json.JsonPaths;
import io.sluice.json.JsonType;
import io.sluice.json.PathScanner;
import io.sluice.usage.Usage.Extra;
import java.util.Arrays;

/**
 * Where one usage object of the OpenAI dialects keeps its counts.
 *
 * <p>Chat, completions and embeddings say {@code prompt_tokens} and {@code completion_tokens},
 * responses say {@code input_tokens} and {@code output_tokens}; what providers add beside them is
 * read too. See the usage objects in OpenAI's API reference and DeepSeek's {@code
 * prompt_cache_hit_tokens}.
 */
final class UsagePlaces {

    /*
     * Input and output are all that went in and came out. Some providers leave a part out of them
     * and only their total tells: reasoning (xAI, some of OpenRouter's), audio input (Mistral). A
     * part is added where exactly that part is missing from the total.
     */

    private final int object;
    private final int[] input;
    private final int[] output;
    private final int[] total;
    private final int[] cachedInput;
    private final int[] cacheWrite;
    private final int[] reasoning;
    private final int[] audioInput;
    private final int[] audioOutput;
    private final int[] cacheWriteHour;
    private final int[] imageInput;
    private final int[] imageOutput;
    private final int[] citations;

    /**
     * Adds the places to {@code paths}.
     *
     * @param prefix the path of the usage object
     */
    UsagePlaces(JsonPaths.Builder paths, String... prefix) {
        object = paths.add(prefix);
        input = places(paths, prefix, "prompt_tokens", "input_tokens");
        output = places(paths, prefix, "completion_tokens", "output_tokens");
        total = places(paths, prefix, "total_tokens");
        cachedInput =
                places(
                        paths,
                        prefix,
                        "prompt_tokens_details.cached_tokens",
                        "input_tokens_details.cached_tokens",
                        "prompt_cache_hit_tokens",
                        "prompt_token_details.cached_tokens",
                        "cached_tokens",
                        "num_cached_tokens",
                        "cache_read_input_tokens");
        cacheWrite =
                places(
                        paths,
                        prefix,
                        "prompt_tokens_details.cache_write_tokens",
                        "input_tokens_details.cache_write_tokens",
                        "cache_creation_input_tokens");
        reasoning =
                places(
                        paths,
                        prefix,
                        "completion_tokens_details.reasoning_tokens",
                        "output_tokens_details.reasoning_tokens",
                        "completion_token_details.reasoning_tokens");
        audioInput =
                places(
                        paths,
                        prefix,
                        "prompt_tokens_details.audio_tokens",
                        "input_tokens_details.audio_tokens");
        audioOutput =
                places(
                        paths,
                        prefix,
                        "completion_tokens_details.audio_tokens",
                        "output_tokens_details.audio_tokens");
        cacheWriteHour = places(paths, prefix, "cache_creation.ephemeral_1h_input_tokens");
        imageInput =
                places(
                        paths,
                        prefix,
                        "prompt_tokens_details.image_tokens",
                        "input_tokens_details.image_tokens");
        imageOutput =
                places(
                        paths,
                        prefix,
                        "completion_tokens_details.image_tokens",
                        "output_tokens_details.image_tokens");
        citations = places(paths, prefix, "citation_tokens");
    }

    /** The place of the object itself. */
    int object() {
        return object;
    }

    /** Reads the object into {@code usage}, if it is there and whole. */
    boolean read(PathScanner json, Usage usage) {
        if (!json.isComplete(object) || json.type(object) != JsonType.OBJECT) {
            return false;
        }
        long in = count(json, input);
        long out = count(json, output);
        long all = count(json, total);
        long thought = count(json, reasoning);
        long heard = count(json, audioInput);
        long missing = all - in - out;
        if (missing > 0 && missing == thought) {
            out += thought;
        } else if (missing > 0 && missing == heard) {
            in += heard;
        } else if (in == 0 && out == 0) {
            in = all;
        }
        usage.clear();
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(in);
        usage.setOutputTokens(out);
        usage.setCachedInputTokens(count(json, cachedInput));
        usage.setCacheWriteTokens(count(json, cacheWrite));
        usage.setReasoningTokens(thought);
        usage.setAudioInputTokens(heard);
        usage.setAudioOutputTokens(count(json, audioOutput));
        usage.setCount(Extra.CACHE_WRITE_HOUR_TOKENS, count(json, cacheWriteHour));
        usage.setCount(Extra.IMAGE_INPUT_TOKENS, count(json, imageInput));
        usage.setCount(Extra.IMAGE_OUTPUT_TOKENS, count(json, imageOutput));
        usage.setCount(Extra.CITATION_TOKENS, count(json, citations));
        usage.setCount(Extra.REQUESTS, 1);
        return true;
    }

    /** The first of {@code places} that says more than nothing. */
    private static long count(PathScanner json, int[] places) {
        for (int place : places) {
            long tokens = json.number(place);
            if (tokens > 0) {
                return Math.min(tokens, Usage.MAX_TOKENS);
            }
        }
        return 0;
    }

    private static int[] places(JsonPaths.Builder paths, String[] prefix, String... dotted) {
        int[] places = new int[dotted.length];
        for (int i = 0; i < dotted.length; i++) {
            String[] below = dotted[i].split("\\.", -1);
            String[] path = Arrays.copyOf(prefix, prefix.length + below.length);
            System.arraycopy(below, 0, path, prefix.length, below.length);
            places[i] = paths.add(path);
        }
        return places;
    }
}
