package io.sluice.price;

import io.sluice.usage.Usage;
import io.sluice.usage.Usage.Extra;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a provider counts and charges for.
 *
 * <p>The parts of the input stand before the input, those of the output before the output: a token
 * is charged as the first part that it belongs to, and once.
 */
public enum PricedUnit {
    CACHE_READ("cache_read", "cache_read_input_token_cost", "token"),
    CACHE_WRITE_HOUR("cache_write_1h", "cache_creation_input_token_cost_above_1hr", "token"),
    CACHE_WRITE("cache_write", "cache_creation_input_token_cost", "token"),
    AUDIO_INPUT("audio_in", "input_cost_per_audio_token", "token"),
    IMAGE_INPUT("image_in", "input_cost_per_image_token", "token"),
    /** The input that is no other part of it. */
    INPUT("input", "input_cost_per_token", "token"),
    AUDIO_OUTPUT("audio_out", "output_cost_per_audio_token", "token"),
    IMAGE_OUTPUT("image_out", "output_cost_per_image_token", "token"),
    REASONING("reasoning", "output_cost_per_reasoning_token", "token"),
    /** The output that is no other part of it. */
    OUTPUT("output", "output_cost_per_token", "token"),
    CITATION("citation", "citation_cost_per_token", "token"),
    REQUEST("request", "input_cost_per_request", "request"),
    INPUT_SECOND("second_in", "input_cost_per_second", "second"),
    OUTPUT_SECOND("second_out", "output_cost_per_second", "second"),
    INPUT_CHARACTER("character_in", "input_cost_per_character", "character"),
    OUTPUT_CHARACTER("character_out", "output_cost_per_character", "character"),
    INPUT_IMAGE("picture_in", "input_cost_per_image", "image"),
    OUTPUT_IMAGE("picture_out", "output_cost_per_image", "image"),
    INPUT_PIXEL("pixel_in", "input_cost_per_pixel", "pixel"),
    OUTPUT_PIXEL("pixel_out", "output_cost_per_pixel", "pixel"),
    PAGE("page", "ocr_cost_per_page", "page"),
    QUERY("query", "input_cost_per_query", "query"),
    SEARCH("search", "search_context_cost_per_query", "search"),
    FILE_SEARCH("file_search", "file_search_cost_per_call", "search"),
    CODE_SESSION("code_session", "code_interpreter_cost_per_session", "session");

    static final List<PricedUnit> ALL = List.of(values());

    /** Which whole a unit is counted in. */
    enum Side {
        INPUT,
        OUTPUT,
        NEITHER
    }

    private final String code;
    private final String field;
    private final String counted;

    PricedUnit(String code, String field, String counted) {
        this.code = code;
        this.field = field;
        this.counted = counted;
    }

    /** Its name in the built-in table. */
    public String code() {
        return code;
    }

    /** Its name in LiteLLM's price files. */
    public String field() {
        return field;
    }

    /** One of it, in a word. */
    public String counted() {
        return counted;
    }

    /** Whether it is counted in thousandths. */
    boolean isInThousandths() {
        return this == INPUT_SECOND || this == OUTPUT_SECOND;
    }

    Side side() {
        return switch (this) {
            case CACHE_READ, CACHE_WRITE_HOUR, CACHE_WRITE, AUDIO_INPUT, IMAGE_INPUT, INPUT ->
                    Side.INPUT;
            case AUDIO_OUTPUT, IMAGE_OUTPUT, REASONING, OUTPUT -> Side.OUTPUT;
            default -> Side.NEITHER;
        };
    }

    /** Whose price counts where this unit has none, or {@code null}. */
    @Nullable PricedUnit fallback() {
        return switch (this) {
            case CACHE_WRITE_HOUR -> CACHE_WRITE;
            case CACHE_READ, CACHE_WRITE, AUDIO_INPUT, IMAGE_INPUT -> INPUT;
            case AUDIO_OUTPUT, IMAGE_OUTPUT, REASONING -> OUTPUT;
            default -> null;
        };
    }

    /** How many of it were used; all tokens for {@link #INPUT} and {@link #OUTPUT}. */
    long count(Usage usage) {
        return switch (this) {
            case CACHE_READ -> usage.cachedInputTokens();
            case CACHE_WRITE_HOUR -> usage.count(Extra.CACHE_WRITE_HOUR_TOKENS);
            case CACHE_WRITE ->
                    usage.cacheWriteTokens() - usage.count(Extra.CACHE_WRITE_HOUR_TOKENS);
            case AUDIO_INPUT -> usage.audioInputTokens();
            case IMAGE_INPUT -> usage.count(Extra.IMAGE_INPUT_TOKENS);
            case INPUT -> usage.inputTokens();
            case AUDIO_OUTPUT -> usage.audioOutputTokens();
            case IMAGE_OUTPUT -> usage.count(Extra.IMAGE_OUTPUT_TOKENS);
            case REASONING -> usage.reasoningTokens();
            case OUTPUT -> usage.outputTokens();
            case CITATION -> usage.count(Extra.CITATION_TOKENS);
            case REQUEST -> usage.count(Extra.REQUESTS);
            case INPUT_SECOND -> usage.count(Extra.INPUT_MILLIS);
            case OUTPUT_SECOND -> usage.count(Extra.OUTPUT_MILLIS);
            case INPUT_CHARACTER -> usage.count(Extra.INPUT_CHARACTERS);
            case OUTPUT_CHARACTER -> usage.count(Extra.OUTPUT_CHARACTERS);
            case INPUT_IMAGE -> usage.count(Extra.INPUT_IMAGES);
            case OUTPUT_IMAGE -> usage.count(Extra.OUTPUT_IMAGES);
            case INPUT_PIXEL -> usage.count(Extra.INPUT_PIXELS);
            case OUTPUT_PIXEL -> usage.count(Extra.OUTPUT_PIXELS);
            case PAGE -> usage.count(Extra.PAGES);
            case QUERY -> usage.count(Extra.QUERIES);
            case SEARCH -> usage.count(Extra.SEARCHES);
            case FILE_SEARCH -> usage.count(Extra.FILE_SEARCHES);
            case CODE_SESSION -> usage.count(Extra.CODE_SESSIONS);
        };
    }
}
