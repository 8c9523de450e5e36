package io.sluice.provider.gemini;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.ChatRequest;
import io.sluice.message.ChatRequest.Field;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Omissions;
import io.sluice.message.OutputFormat;
import io.sluice.message.Reasoning;
import io.sluice.message.RequestWriter;
import io.sluice.message.SendTerms;
import io.sluice.message.Setting;
import io.sluice.message.Tool;
import io.sluice.message.ToolChoice;
import java.util.Locale;

/** Writes requests of {@code generateContent}; model and streaming stand in the path. Stateless. */
public final class GeminiRequestWriter implements RequestWriter {

    private static final String IN_CONFIG = "generationConfig.";

    @Override
    public void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        GeminiPartWriter parts = new GeminiPartWriter(json, omissions, terms.model());
        json.beginObject();
        writeSystem(request, parts, json);
        json.name("contents").beginArray();
        parts.writeConversation(request.messages());
        json.endArray();
        writeTools(request, omissions, json);
        writeConfig(request, terms, omissions, json);
        for (Setting setting : GeminiFields.TOP_LEVEL) {
            JsonText value = request.setting(setting);
            String name = GeminiFields.SETTINGS.name(setting);
            if (value != null && name != null) {
                json.name(name).json(value);
            }
        }
        for (Field extra : request.extras()) {
            if (!extra.name().startsWith(IN_CONFIG)) {
                json.anyName(extra.name()).json(extra.value());
            }
        }
        json.endObject();
    }

    private static void writeSystem(ChatRequest request, GeminiPartWriter parts, JsonWriter json) {
        boolean begun = false;
        for (Message message : request.messages()) {
            if (message.role().isInstruction()) {
                if (!begun) {
                    json.name("systemInstruction").beginObject().name("parts").beginArray();
                    begun = true;
                }
                parts.writeParts(message.parts());
            }
        }
        if (begun) {
            json.endArray().endObject();
        }
    }

    private static void writeTools(ChatRequest request, Omissions omissions, JsonWriter json) {
        boolean begun = false;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    if (!begun) {
                        json.name("tools").beginArray().beginObject();
                        json.name("functionDeclarations").beginArray();
                        begun = true;
                    }
                    writeFunction(function, omissions, json);
                }
                case Tool.Foreign foreign ->
                        omissions.refuse("tools[].type=" + foreign.type(), Dialect.GEMINI);
            }
        }
        if (!begun) {
            return;
        }
        json.endArray().endObject().endArray();
        ToolChoice choice = request.toolChoice();
        if (choice != null) {
            writeChoice(choice, json);
        }
        Boolean parallel = request.parallelToolCalls();
        if (parallel != null && !parallel) {
            omissions.refuse("parallel_tool_calls", Dialect.GEMINI);
        }
    }

    private static void writeFunction(
            Tool.Function function, Omissions omissions, JsonWriter json) {
        json.beginObject().name("name").string(function.name());
        JsonText description = function.description();
        if (description != null) {
            json.name("description").string(description);
        }
        JsonText schema = function.schema();
        if (schema != null) {
            json.name("parametersJsonSchema").json(schema);
        }
        json.endObject();
        Boolean strict = function.strict();
        if (strict != null && strict) {
            omissions.drop("strict");
        }
        if (function.cacheControl() != null) {
            omissions.drop("cache_control");
        }
    }

    private static void writeChoice(ToolChoice choice, JsonWriter json) {
        json.name("toolConfig").beginObject().name("functionCallingConfig").beginObject();
        boolean hasNames = !choice.names().isEmpty();
        json.word(
                "mode",
                switch (choice.mode()) {
                    case AUTO -> hasNames ? "VALIDATED" : "AUTO";
                    case NONE -> "NONE";
                    case REQUIRED -> "ANY";
                });
        if (hasNames) {
            json.name("allowedFunctionNames").beginArray();
            choice.names().forEach(json::string);
            json.endArray();
        }
        json.endObject().endObject();
    }

    private static void writeConfig(
            ChatRequest request, SendTerms terms, Omissions omissions, JsonWriter json) {
        json.name("generationConfig").beginObject();
        long bound = terms.outputTokens(request.maxOutputTokens());
        if (bound >= 0) {
            json.number("maxOutputTokens", bound);
        }
        if (!request.stop().isEmpty()) {
            json.name("stopSequences").beginArray();
            request.stop().forEach(json::string);
            json.endArray();
        }
        OutputFormat format = request.format();
        if (format != null && format.kind() != OutputFormat.Kind.TEXT) {
            json.word("responseMimeType", "application/json");
            JsonText schema = format.schema();
            if (schema != null) {
                json.name("responseJsonSchema").json(schema);
            }
        }
        Reasoning reasoning = request.reasoning();
        if (reasoning != null) {
            writeThinking(reasoning, json);
        }
        request.settings().forEach((setting, field) -> write(setting, field, omissions, json));
        for (Field extra : request.extras()) {
            if (extra.name().startsWith(IN_CONFIG)) {
                json.anyName(extra.name().substring(IN_CONFIG.length())).json(extra.value());
            }
        }
        json.endObject();
    }

    private static void writeThinking(Reasoning reasoning, JsonWriter json) {
        Boolean visible = reasoning.visible();
        json.name("thinkingConfig").beginObject();
        json.name("includeThoughts").bool(visible == null ? !reasoning.isOff() : visible);
        json.number("thinkingBudget", reasoning.budget()).endObject();
    }

    private static void write(Setting setting, Field field, Omissions omissions, JsonWriter json) {
        JsonText value = field.value();
        switch (setting) {
            case USER,
                    METADATA,
                    STORE,
                    PROMPT_CACHE_KEY,
                    PROMPT_CACHE_RETENTION,
                    SAFETY_IDENTIFIER,
                    PREDICTION,
                    INCLUDE,
                    CONTEXT_MANAGEMENT ->
                    omissions.drop(field.name());
            case SERVICE_TIER ->
                    unless(
                            value.is("\"auto\"")
                                    || value.is("\"default\"")
                                    || value.is("\"standard_only\""),
                            field,
                            omissions);
            case LOGIT_BIAS -> unless(value.is("{}"), field, omissions);
            case BACKGROUND -> unless(value.is("false"), field, omissions);
            case TRUNCATION -> unless(value.is("\"disabled\""), field, omissions);
            case MODALITIES -> {
                String upper = value.string().toUpperCase(Locale.ROOT);
                json.name("responseModalities").json(JsonText.json(upper));
            }
            default -> {
                if (GeminiFields.TOP_LEVEL.contains(setting)) {
                    return;
                }
                String name = GeminiFields.SETTINGS.name(setting);
                if (name == null) {
                    omissions.refuse(field.name(), Dialect.GEMINI);
                } else {
                    json.name(name).json(value);
                }
            }
        }
    }

    private static void unless(boolean isDefault, Field field, Omissions omissions) {
        if (!isDefault) {
            omissions.refuse(field.name(), Dialect.GEMINI);
        }
    }
}
