package io.sluice.provider.cohere;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.ChatRequest;
import io.sluice.message.ChatRequest.Field;
import io.sluice.message.Dialect;
import io.sluice.message.Omissions;
import io.sluice.message.OutputFormat;
import io.sluice.message.Reasoning;
import io.sluice.message.RequestWriter;
import io.sluice.message.SendTerms;
import io.sluice.message.Setting;
import io.sluice.message.Tool;
import io.sluice.message.ToolChoice;
import java.util.List;

/** Writes requests for Cohere's chat. Stateless. */
public final class CohereRequestWriter implements RequestWriter {

    private static final JsonText ANY_OBJECT =
            JsonText.json("{\"type\":\"object\",\"properties\":{}}");

    @Override
    public void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject().name("model").string(terms.model());
        json.name("messages").beginArray();
        new CohereMessageWriter(json, omissions).write(request.messages());
        json.endArray();
        json.name("stream").bool(request.stream());
        long bound = terms.outputTokens(request.maxOutputTokens());
        if (bound >= 0) {
            json.number("max_tokens", bound);
        }
        if (!request.stop().isEmpty()) {
            json.name("stop_sequences").beginArray();
            request.stop().forEach(json::string);
            json.endArray();
        }
        writeTools(request, omissions, json);
        writeFormat(request, json);
        writeThinking(request, json);
        request.settings().forEach((setting, field) -> write(setting, field, omissions, json));
        for (Field extra : request.extras()) {
            json.anyName(extra.name()).json(extra.value());
        }
        json.endObject();
    }

    private static void writeTools(ChatRequest request, Omissions omissions, JsonWriter json) {
        ToolChoice choice = request.toolChoice();
        List<JsonText> only = choice == null ? List.of() : choice.names();
        boolean begun = false;
        boolean isStrict = false;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    if (only.isEmpty() || only.contains(function.name())) {
                        if (!begun) {
                            json.name("tools").beginArray();
                            begun = true;
                        }
                        writeFunction(function, json);
                        Boolean strict = function.strict();
                        isStrict |= strict != null && strict;
                    }
                }
                case Tool.Foreign foreign ->
                        omissions.refuse("tools[].type=" + foreign.type(), Dialect.COHERE_CHAT);
            }
        }
        if (!begun) {
            return;
        }
        json.endArray();
        if (isStrict) {
            json.name("strict_tools").bool(true);
        }
        if (choice != null && choice.mode() != ToolChoice.Mode.AUTO) {
            json.word(
                    "tool_choice", choice.mode() == ToolChoice.Mode.REQUIRED ? "REQUIRED" : "NONE");
        }
        Boolean parallel = request.parallelToolCalls();
        if (parallel != null && !parallel) {
            omissions.refuse("parallel_tool_calls", Dialect.COHERE_CHAT);
        }
    }

    private static void writeFunction(Tool.Function function, JsonWriter json) {
        json.beginObject().word("type", "function").name("function").beginObject();
        json.name("name").string(function.name());
        JsonText description = function.description();
        if (description != null) {
            json.name("description").string(description);
        }
        JsonText schema = function.schema();
        json.name("parameters").json(schema == null ? ANY_OBJECT : schema);
        json.endObject().endObject();
    }

    private static void writeFormat(ChatRequest request, JsonWriter json) {
        OutputFormat format = request.format();
        if (format == null || format.kind() == OutputFormat.Kind.TEXT) {
            return;
        }
        json.name("response_format").beginObject().word("type", "json_object");
        JsonText schema = format.schema();
        if (schema != null) {
            json.name("json_schema").json(schema);
        }
        json.endObject();
    }

    private static void writeThinking(ChatRequest request, JsonWriter json) {
        Reasoning reasoning = request.reasoning();
        if (reasoning == null) {
            return;
        }
        json.name("thinking").beginObject();
        json.word("type", reasoning.isOff() ? "disabled" : "enabled");
        if (!reasoning.isOff() && reasoning.budget() > 0) {
            json.number("token_budget", reasoning.budget());
        }
        json.endObject();
    }

    private static void write(Setting setting, Field field, Omissions omissions, JsonWriter json) {
        JsonText value = field.value();
        switch (setting) {
            case TEMPERATURE -> json.name("temperature").json(value);
            case TOP_P -> json.name("p").json(value);
            case TOP_K -> json.name("k").json(value);
            case FREQUENCY_PENALTY -> json.name("frequency_penalty").json(value);
            case PRESENCE_PENALTY -> json.name("presence_penalty").json(value);
            case SEED -> json.name("seed").json(value);
            case LOGPROBS -> json.name("logprobs").json(value);
            case CHOICES -> unless(value.is("1"), field, omissions);
            case BACKGROUND -> unless(value.is("false"), field, omissions);
            case TOP_LOGPROBS -> unless(value.is("0"), field, omissions);
            case LOGIT_BIAS -> unless(value.is("{}"), field, omissions);
            case MODALITIES ->
                    unless(
                            value.string().replaceAll("\\s", "").equalsIgnoreCase("[\"text\"]"),
                            field,
                            omissions);
            case TRUNCATION -> unless(value.is("\"disabled\""), field, omissions);
            case USER,
                    METADATA,
                    STORE,
                    PROMPT_CACHE_KEY,
                    PROMPT_CACHE_RETENTION,
                    SAFETY_IDENTIFIER,
                    PREDICTION,
                    INCLUDE,
                    MEDIA_RESOLUTION ->
                    omissions.drop(field.name());
            default -> omissions.refuse(field.name(), Dialect.COHERE_CHAT);
        }
    }

    private static void unless(boolean isDefault, Field field, Omissions omissions) {
        if (!isDefault) {
            omissions.refuse(field.name(), Dialect.COHERE_CHAT);
        }
    }
}
