package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Where usage stands in an answer. */
enum UsageReport {
    /** As OpenAI does: in plain answers always, in streams where it is asked for. */
    ASKED,
    /** Nowhere, not even where it is asked for. */
    ABSENT,
    /** {@code null} where the numbers would be. */
    NULL,
    /** Zeros where the numbers would be. */
    ZERO,
    /** In the last event that has a choice. */
    LAST,
    /** In every event, counted so far. */
    EVERY,
    /** In an event of its own, without choices, whether it is asked for or not. */
    EXTRA;

    static UsageReport of(Knobs knobs) {
        return valueOf(knobs.word(Knob.USAGE, "asked").toUpperCase(Locale.ROOT));
    }

    /** The usage object of chat completions. */
    static ObjectNode chat(Reply.Tokens tokens) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("prompt_tokens", tokens.input());
        usage.put("completion_tokens", tokens.output());
        usage.put("total_tokens", tokens.input() + tokens.output());
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", tokens.cached())
                .put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", tokens.reasoning())
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    /** The usage object of responses. */
    static ObjectNode responses(Reply.Tokens tokens) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("input_tokens", tokens.input());
        usage.putObject("input_tokens_details").put("cached_tokens", tokens.cached());
        usage.put("output_tokens", tokens.output());
        usage.putObject("output_tokens_details").put("reasoning_tokens", tokens.reasoning());
        usage.put("total_tokens", tokens.input() + tokens.output());
        return usage;
    }

    /** Puts {@code usage} into a plain answer. */
    void putPlain(ObjectNode answer, ObjectNode usage, ObjectNode zero) {
        switch (this) {
            case ABSENT -> {}
            case NULL -> answer.putNull("usage");
            case ZERO -> answer.set("usage", zero);
            case ASKED, LAST, EVERY, EXTRA -> answer.set("usage", usage);
        }
    }

    /**
     * The member, its comma in front, that an event with choices ends with.
     *
     * @param asked whether the caller asked for usage
     * @param last whether this is the last event with choices
     * @param soFar what has been generated up to this event
     */
    String member(boolean asked, boolean last, Reply.Tokens soFar) {
        return switch (this) {
            case ASKED -> asked ? ",\"usage\":null" : "";
            case ABSENT -> "";
            case NULL, ZERO, EXTRA -> ",\"usage\":null";
            case LAST -> last ? ",\"usage\":" + chat(soFar) : "";
            case EVERY -> ",\"usage\":" + chat(soFar);
        };
    }

    /** Whether an event without choices follows the others. */
    boolean hasEventOfItsOwn(boolean asked) {
        return this == EXTRA || this == ZERO || (this == ASKED && asked);
    }

    /** What the event without choices says. */
    ObjectNode ofItsOwn(Reply.Tokens tokens) {
        return chat(this == ZERO ? Reply.Tokens.ZERO : tokens);
    }
}
