package io.sluice.message;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.ChatRequest.Field;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link ChatRequest} while its body is read. */
public final class ChatRequestBuilder {

    private final List<Message> messages = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final List<JsonText> stop = new ArrayList<>();
    private final Map<Setting, Field> settings = new EnumMap<>(Setting.class);
    private final List<Field> extras = new ArrayList<>();
    private boolean stream;
    private boolean includeUsage;
    private @Nullable ToolChoice toolChoice;
    private @Nullable Boolean parallelToolCalls;
    private @Nullable OutputFormat format;
    private @Nullable Reasoning reasoning;
    private long maxOutputTokens = -1;

    public List<Message> messages() {
        return messages;
    }

    public List<Tool> tools() {
        return tools;
    }

    public void setStream(boolean wanted) {
        stream = wanted;
    }

    public void setIncludeUsage(boolean wanted) {
        includeUsage = wanted;
    }

    public void setToolChoice(@Nullable ToolChoice choice) {
        toolChoice = choice;
    }

    public void setParallelToolCalls(@Nullable Boolean allowed) {
        parallelToolCalls = allowed;
    }

    public void setFormat(@Nullable OutputFormat wanted) {
        format = wanted;
    }

    public @Nullable Reasoning reasoning() {
        return reasoning;
    }

    public void setReasoning(@Nullable Reasoning wanted) {
        reasoning = wanted;
    }

    public void setMaxOutputTokens(long tokens) {
        maxOutputTokens = tokens;
    }

    /** Adds the stop text or texts that come next. */
    public void addStop(JsonCursor json) {
        if (json.is(JsonType.STRING)) {
            stop.add(json.string());
        } else if (json.tryArray()) {
            while (json.nextElement()) {
                stop.add(json.string());
            }
        }
    }

    /** Adds the setting whose value comes next. */
    public void addSetting(Setting setting, String name, JsonCursor json) {
        addSetting(setting, name, json.value());
    }

    /** Adds a setting. */
    public void addSetting(Setting setting, String name, JsonText value) {
        settings.put(setting, new Field(name, value));
    }

    /** Adds a field that the dialect does not know, whose value comes next. */
    public void addExtra(String name, JsonCursor json) {
        extras.add(new Field(name, json.value()));
    }

    /** The request. */
    public ChatRequest build() {
        return new ChatRequest(
                stream,
                includeUsage,
                List.copyOf(messages),
                List.copyOf(tools),
                toolChoice,
                parallelToolCalls,
                format,
                reasoning,
                maxOutputTokens,
                List.copyOf(stop),
                settings,
                List.copyOf(extras));
    }
}
