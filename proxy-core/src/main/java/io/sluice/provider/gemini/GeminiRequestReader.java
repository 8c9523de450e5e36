package io.sluice.provider.gemini;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.ChatRequest;
import io.sluice.message.ChatRequestBuilder;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Omissions;
import io.sluice.message.OutputFormat;
import io.sluice.message.Reasoning;
import io.sluice.message.RequestReader;
import io.sluice.message.Setting;
import io.sluice.message.Tool;
import io.sluice.message.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads requests of {@code generateContent}, in camel case or with underscores. Stateless. */
public final class GeminiRequestReader implements RequestReader {

    @Override
    public ChatRequest read(byte[] body, int from, int to, boolean stream, Omissions omissions) {
        JsonCursor json = new JsonCursor().on(body, from, to);
        ChatRequestBuilder request = new ChatRequestBuilder();
        request.setStream(stream);
        request.setIncludeUsage(true);
        GeminiPartReader parts = new GeminiPartReader();
        json.beginObject();
        while (json.nextField()) {
            String name = GeminiFields.camel(json.name());
            if (json.skipNull()) {
                continue;
            }
            if (omissions.takes(name)) {
                json.skip();
            } else {
                readField(name, json, request, parts);
            }
        }
        if (request.messages().stream().allMatch(one -> one.role().isInstruction())) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "contents is missing or empty", "contents");
        }
        return request.build();
    }

    private static void readField(
            String name, JsonCursor json, ChatRequestBuilder request, GeminiPartReader parts) {
        switch (name) {
            case "model", "stream" -> json.skip();
            case "contents" -> {
                if (json.is(JsonType.OBJECT)) {
                    request.messages().add(parts.readContent(json, Role.USER));
                } else {
                    json.beginArray();
                    while (json.nextElement()) {
                        request.messages().add(parts.readContent(json, Role.USER));
                    }
                }
            }
            case "systemInstruction" -> {
                Message system = parts.readContent(json, Role.SYSTEM);
                request.messages().addFirst(new Message(Role.SYSTEM, system.parts(), null));
            }
            case "tools" -> readTools(json, request);
            case "toolConfig" -> readToolConfig(json, request);
            case "generationConfig" -> readGeneration(json, request);
            default -> {
                Setting setting = GeminiFields.SETTINGS.find(name);
                if (setting != null && GeminiFields.TOP_LEVEL.contains(setting)) {
                    request.addSetting(setting, name, json);
                } else {
                    request.addExtra(name, json);
                }
            }
        }
    }

    private static void readTools(JsonCursor json, ChatRequestBuilder request) {
        if (json.is(JsonType.OBJECT)) {
            readTool(json, request);
            return;
        }
        json.beginArray();
        while (json.nextElement()) {
            readTool(json, request);
        }
    }

    private static void readTool(JsonCursor json, ChatRequestBuilder request) {
        json.beginObject();
        while (json.nextField()) {
            String name = GeminiFields.camel(json.name());
            if (json.skipNull()) {
                continue;
            }
            if (name.equals("functionDeclarations")) {
                json.beginArray();
                while (json.nextElement()) {
                    request.tools().add(readFunction(json));
                }
            } else {
                request.tools().add(new Tool.Foreign(name, json.value()));
            }
        }
    }

    private static Tool.Function readFunction(JsonCursor json) {
        JsonText name = JsonText.EMPTY;
        JsonText description = null;
        JsonText schema = null;
        json.beginObject();
        while (json.nextField()) {
            String field = GeminiFields.camel(json.name());
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "name" -> name = json.string();
                case "description" -> description = json.string();
                case "parameters" -> schema = GeminiSchemas.toJsonSchema(json.value());
                case "parametersJsonSchema" -> schema = json.value();
                default -> json.skip();
            }
        }
        return new Tool.Function(name, description, schema, null, null);
    }

    private static void readToolConfig(JsonCursor json, ChatRequestBuilder request) {
        String mode = "AUTO";
        List<JsonText> names = new ArrayList<>();
        json.beginObject();
        while (json.nextField()) {
            if (!GeminiFields.camel(json.name()).equals("functionCallingConfig")) {
                json.skip();
                continue;
            }
            json.beginObject();
            while (json.nextField()) {
                switch (GeminiFields.camel(json.name())) {
                    case "mode" -> mode = json.string().string().toUpperCase(Locale.ROOT);
                    case "allowedFunctionNames" -> {
                        json.beginArray();
                        while (json.nextElement()) {
                            names.add(json.string());
                        }
                    }
                    default -> json.skip();
                }
            }
        }
        ToolChoice.Mode free =
                switch (mode) {
                    case "NONE" -> ToolChoice.Mode.NONE;
                    case "ANY" -> ToolChoice.Mode.REQUIRED;
                    default -> ToolChoice.Mode.AUTO;
                };
        request.setToolChoice(new ToolChoice(free, names));
    }

    private static void readGeneration(JsonCursor json, ChatRequestBuilder request) {
        JsonText schema = null;
        boolean isJson = false;
        json.beginObject();
        while (json.nextField()) {
            String name = GeminiFields.camel(json.name());
            if (json.skipNull()) {
                continue;
            }
            switch (name) {
                case "maxOutputTokens" -> request.setMaxOutputTokens(json.integer());
                case "stopSequences" -> request.addStop(json);
                case "responseMimeType" -> isJson = json.string().is("application/json");
                case "responseSchema" -> schema = GeminiSchemas.toJsonSchema(json.value());
                case "responseJsonSchema" -> schema = json.value();
                case "thinkingConfig" -> request.setReasoning(readThinking(json));
                case "responseModalities" -> readModalities(json, request);
                default -> {
                    Setting setting = GeminiFields.SETTINGS.find(name);
                    if (setting == null) {
                        request.addExtra("generationConfig." + name, json);
                    } else {
                        request.addSetting(setting, "generationConfig." + name, json);
                    }
                }
            }
        }
        if (schema != null) {
            request.setFormat(new OutputFormat(OutputFormat.Kind.SCHEMA, null, null, schema, null));
        } else if (isJson) {
            request.setFormat(new OutputFormat(OutputFormat.Kind.JSON, null, null, null, null));
        }
    }

    /** Text alone is what everyone answers with; only more than that is a wish. */
    private static void readModalities(JsonCursor json, ChatRequestBuilder request) {
        JsonText value = json.value();
        String lower = value.string().toLowerCase(Locale.ROOT);
        if (!lower.replaceAll("\\s", "").equals("[\"text\"]")) {
            request.addSetting(
                    Setting.MODALITIES,
                    "generationConfig.responseModalities",
                    JsonText.json(lower));
        }
    }

    private static Reasoning readThinking(JsonCursor json) {
        String effort = null;
        long budget = Reasoning.UNSAID;
        Boolean visible = null;
        json.beginObject();
        while (json.nextField()) {
            switch (GeminiFields.camel(json.name())) {
                case "includeThoughts" -> visible = json.bool();
                case "thinkingBudget" -> budget = json.integer();
                case "thinkingLevel" -> effort = level(json.string().string());
                default -> json.skip();
            }
        }
        return new Reasoning(effort, budget, visible);
    }

    private static @Nullable String level(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return lower.equals("thinking_level_unspecified") ? null : lower;
    }
}
