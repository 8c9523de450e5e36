package io.sluice.provider.openai;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.ChatRequest;
import io.sluice.message.ChatRequestBuilder;
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

/** Reads requests for chat completions. Stateless. */
public final class ChatRequestReader implements RequestReader {

    @Override
    public ChatRequest read(byte[] body, int from, int to, boolean stream, Omissions omissions) {
        JsonCursor json = new JsonCursor().on(body, from, to);
        ChatRequestBuilder request = new ChatRequestBuilder();
        json.beginObject();
        while (json.nextField()) {
            String name = json.name();
            if (json.skipNull()) {
                continue;
            }
            if (omissions.takes(name)) {
                json.skip();
            } else {
                readField(name, json, request);
            }
        }
        if (request.messages().isEmpty()) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "messages is missing or empty", "messages");
        }
        return request.build();
    }

    private static void readField(String name, JsonCursor json, ChatRequestBuilder request) {
        switch (name) {
            case "model" -> json.skip();
            case "messages" -> readMessages(json, request);
            case "stream" -> request.setStream(json.bool());
            case "stream_options" -> readStreamOptions(json, request);
            case "max_tokens", "max_completion_tokens" ->
                    request.setMaxOutputTokens(json.integer());
            case "stop" -> request.addStop(json);
            case "tools" -> readTools(json, request);
            case "functions" -> readFunctions(json, request);
            case "tool_choice", "function_call" -> request.setToolChoice(readToolChoice(json));
            case "parallel_tool_calls" -> request.setParallelToolCalls(json.bool());
            case "response_format" -> request.setFormat(readFormat(json));
            case "reasoning_effort" ->
                    request.setReasoning(
                            new Reasoning(
                                    json.string().string().toLowerCase(Locale.ROOT),
                                    Reasoning.UNSAID,
                                    null));
            case "thinking" -> request.setReasoning(readThinking(json));
            default -> {
                Setting setting = ChatFields.SETTINGS.find(name);
                if (setting == null) {
                    request.addExtra(name, json);
                } else {
                    request.addSetting(setting, name, json);
                }
            }
        }
    }

    private static void readStreamOptions(JsonCursor json, ChatRequestBuilder request) {
        if (json.tryObject()) {
            while (json.nextField()) {
                if (json.name().equals("include_usage")) {
                    request.setIncludeUsage(json.bool());
                } else {
                    json.skip();
                }
            }
        }
    }

    private static void readMessages(JsonCursor json, ChatRequestBuilder request) {
        json.beginArray();
        int index = 0;
        while (json.nextElement()) {
            request.messages().add(new ChatMessageReader(index++).read(json));
        }
    }

    static Role role(String word, int index) {
        return switch (word) {
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool", "function" -> Role.TOOL;
            default ->
                    throw new GatewayException(
                            ErrorCode.INVALID_PARAMETER,
                            "messages[" + index + "].role is not one of this dialect",
                            "messages[" + index + "].role");
        };
    }

    private static void readTools(JsonCursor json, ChatRequestBuilder request) {
        json.beginArray();
        while (json.nextElement()) {
            JsonText whole = json.value();
            JsonCursor tool = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
            String type = "function";
            JsonText cacheControl = null;
            JsonText function = null;
            tool.beginObject();
            while (tool.nextField()) {
                switch (tool.name()) {
                    case "type" -> type = tool.string().string();
                    case "function" -> function = tool.value();
                    case "cache_control" -> cacheControl = orNull(tool);
                    default -> tool.skip();
                }
            }
            if (type.equals("function") && function != null) {
                JsonCursor inner =
                        new JsonCursor().on(function.bytes(), function.from(), function.to());
                request.tools().add(readFunction(inner, cacheControl));
            } else {
                request.tools().add(new Tool.Foreign(type, whole));
            }
        }
    }

    private static void readFunctions(JsonCursor json, ChatRequestBuilder request) {
        json.beginArray();
        while (json.nextElement()) {
            request.tools().add(readFunction(json, null));
        }
    }

    private static Tool.Function readFunction(JsonCursor json, @Nullable JsonText cacheControl) {
        JsonText name = JsonText.EMPTY;
        JsonText description = null;
        JsonText schema = null;
        Boolean strict = null;
        JsonText cache = cacheControl;
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "name" -> name = json.string();
                case "description" -> description = json.skipNull() ? null : json.string();
                case "parameters" -> schema = orNull(json);
                case "strict" -> strict = json.skipNull() ? null : (Boolean) json.bool();
                case "cache_control" -> cache = orNull(json);
                default -> json.skip();
            }
        }
        return new Tool.Function(name, description, schema, strict, cache);
    }

    private static ToolChoice readToolChoice(JsonCursor json) {
        if (json.is(JsonType.STRING)) {
            return new ToolChoice(mode(json.string().string()), List.of());
        }
        List<JsonText> names = new ArrayList<>();
        ToolChoice.Mode mode = readChoice(json, names, ToolChoice.Mode.REQUIRED);
        return new ToolChoice(mode, names);
    }

    /** One function, or the tools that are allowed. */
    private static ToolChoice.Mode readChoice(
            JsonCursor json, List<JsonText> names, ToolChoice.Mode otherwise) {
        ToolChoice.Mode mode = otherwise;
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "name" -> names.add(json.string());
                case "mode" -> mode = mode(json.string().string());
                case "function", "allowed_tools" -> mode = readChoice(json, names, mode);
                case "tools" -> {
                    json.beginArray();
                    while (json.nextElement()) {
                        mode = readChoice(json, names, mode);
                    }
                }
                default -> json.skip();
            }
        }
        return mode;
    }

    private static ToolChoice.Mode mode(String word) {
        return switch (word) {
            case "none" -> ToolChoice.Mode.NONE;
            case "required", "any" -> ToolChoice.Mode.REQUIRED;
            default -> ToolChoice.Mode.AUTO;
        };
    }

    private static OutputFormat readFormat(JsonCursor json) {
        OutputFormat.Kind kind = OutputFormat.Kind.TEXT;
        OutputFormat format = new OutputFormat(kind, null, null, null, null);
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "type" ->
                        kind =
                                switch (json.string().string()) {
                                    case "json_object" -> OutputFormat.Kind.JSON;
                                    case "json_schema" -> OutputFormat.Kind.SCHEMA;
                                    default -> OutputFormat.Kind.TEXT;
                                };
                case "json_schema" -> format = readSchema(json);
                default -> json.skip();
            }
        }
        return kind == OutputFormat.Kind.SCHEMA
                ? format
                : new OutputFormat(kind, null, null, null, null);
    }

    private static OutputFormat readSchema(JsonCursor json) {
        JsonText name = null;
        JsonText description = null;
        JsonText schema = null;
        Boolean strict = null;
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "name" -> name = json.string();
                case "description" -> description = json.skipNull() ? null : json.string();
                case "schema" -> schema = orNull(json);
                case "strict" -> strict = json.skipNull() ? null : (Boolean) json.bool();
                default -> json.skip();
            }
        }
        return new OutputFormat(OutputFormat.Kind.SCHEMA, name, description, schema, strict);
    }

    /** Anthropic's parameter, as those who come from another gateway send it. */
    private static Reasoning readThinking(JsonCursor json) {
        String type = "";
        long budget = Reasoning.ADAPTIVE;
        if (json.tryObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "type" -> type = json.string().string();
                    case "budget_tokens" -> budget = json.integer();
                    default -> json.skip();
                }
            }
        }
        return new Reasoning(null, type.equals("disabled") ? 0 : budget, null);
    }

    static @Nullable JsonText orNull(JsonCursor json) {
        return json.skipNull() ? null : json.value();
    }
}
