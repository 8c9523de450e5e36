package io.sluice.provider.ollama;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

/** Writes requests for Ollama's chat, whose sampling stands in an object of options. Stateless. */
public final class OllamaRequestWriter implements RequestWriter {

    private static final JsonText ANY_OBJECT =
            JsonText.json("{\"type\":\"object\",\"properties\":{}}");

    @Override
    public void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject().name("model").string(terms.model());
        json.name("messages").beginArray();
        new OllamaMessageWriter(json, omissions).write(request.messages());
        json.endArray();
        json.name("stream").bool(request.stream());
        writeTools(request, omissions, json);
        writeFormat(request, json);
        writeThink(request, json);
        ByteBuf options = Unpooled.buffer();
        JsonWriter inner = new JsonWriter(options).beginObject();
        long bound = terms.outputTokens(request.maxOutputTokens());
        if (bound >= 0) {
            inner.number("num_predict", bound);
        }
        if (!request.stop().isEmpty()) {
            inner.name("stop").beginArray();
            request.stop().forEach(inner::string);
            inner.endArray();
        }
        request.settings().forEach((setting, field) -> write(setting, field, omissions, inner));
        inner.endObject();
        if (options.writerIndex() > 2) {
            json.name("options")
                    .json(
                            new JsonText()
                                    .set(
                                            options.array(),
                                            0,
                                            options.writerIndex(),
                                            JsonText.Form.JSON));
        }
        for (Field extra : request.extras()) {
            json.anyName(extra.name()).json(extra.value());
        }
        json.endObject();
    }

    private static void writeTools(ChatRequest request, Omissions omissions, JsonWriter json) {
        ToolChoice choice = request.toolChoice();
        if (choice != null && choice.mode() == ToolChoice.Mode.NONE) {
            return;
        }
        if (choice != null && choice.mode() == ToolChoice.Mode.REQUIRED) {
            omissions.refuse("tool_choice", Dialect.OLLAMA_CHAT);
        }
        boolean begun = false;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    if (choice == null
                            || choice.names().isEmpty()
                            || choice.names().contains(function.name())) {
                        if (!begun) {
                            json.name("tools").beginArray();
                            begun = true;
                        }
                        writeFunction(function, json);
                    }
                }
                case Tool.Foreign foreign ->
                        omissions.refuse("tools[].type=" + foreign.type(), Dialect.OLLAMA_CHAT);
            }
        }
        if (begun) {
            json.endArray();
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
        JsonText schema = format.schema();
        if (schema == null) {
            json.word("format", "json");
        } else {
            json.name("format").json(schema);
        }
    }

    private static void writeThink(ChatRequest request, JsonWriter json) {
        Reasoning reasoning = request.reasoning();
        if (reasoning == null) {
            return;
        }
        String effort = reasoning.effort();
        boolean isWord =
                effort != null
                        && (effort.equals("low")
                                || effort.equals("medium")
                                || effort.equals("high"));
        if (isWord && effort != null) {
            json.word("think", effort);
        } else {
            json.name("think").bool(!reasoning.isOff());
        }
    }

    private static void write(
            Setting setting, Field field, Omissions omissions, JsonWriter options) {
        JsonText value = field.value();
        switch (setting) {
            case TEMPERATURE -> options.name("temperature").json(value);
            case TOP_P -> options.name("top_p").json(value);
            case TOP_K -> options.name("top_k").json(value);
            case SEED -> options.name("seed").json(value);
            case FREQUENCY_PENALTY -> options.name("frequency_penalty").json(value);
            case PRESENCE_PENALTY -> options.name("presence_penalty").json(value);
            case CHOICES -> unless(value.is("1"), field, omissions);
            case LOGPROBS, BACKGROUND -> unless(value.is("false"), field, omissions);
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
                    SERVICE_TIER,
                    MEDIA_RESOLUTION ->
                    omissions.drop(field.name());
            default -> omissions.refuse(field.name(), Dialect.OLLAMA_CHAT);
        }
    }

    private static void unless(boolean isDefault, Field field, Omissions omissions) {
        if (!isDefault) {
            omissions.refuse(field.name(), Dialect.OLLAMA_CHAT);
        }
    }
}
