package io.sluice.message;

import io.sluice.json.JsonText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks of a model, in no dialect. Immutable.
 *
 * <p>Its texts point into the body it was read from and are valid while those bytes are.
 *
 * @param stream whether the answer is wanted piece by piece
 * @param includeUsage whether a stream is to end with its usage
 * @param messages the conversation so far, system messages where they stood
 * @param tools what the model may call
 * @param toolChoice whether it must, or {@code null} where the caller leaves that to the provider
 * @param parallelToolCalls whether it may call several at once, {@code null} where not said
 * @param format the form of the answer, or {@code null} for text
 * @param reasoning how much to think, or {@code null} where not said
 * @param maxOutputTokens the bound on the answer, or -1 where there is none
 * @param stop texts at which the answer ends
 * @param settings what is left, by what it means
 * @param extras what the caller's dialect does not know, by its name, as it was written
 */
public record ChatRequest(
        boolean stream,
        boolean includeUsage,
        List<Message> messages,
        List<Tool> tools,
        @Nullable ToolChoice toolChoice,
        @Nullable Boolean parallelToolCalls,
        @Nullable OutputFormat format,
        @Nullable Reasoning reasoning,
        long maxOutputTokens,
        List<JsonText> stop,
        Map<Setting, Field> settings,
        List<Field> extras) {

    /**
     * A field of the caller's body.
     *
     * @param name the caller's name for it
     * @param value as it was written
     */
    public record Field(String name, JsonText value) {}

    /** The value of a setting, or {@code null} where the caller did not say. */
    public @Nullable JsonText setting(Setting setting) {
        Field field = settings.get(setting);
        return field == null ? null : field.value();
    }
}
