package io.sluice.provider.responses;

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
import io.sluice.message.Part;
import io.sluice.message.Reasoning;
import io.sluice.message.RequestReader;
import io.sluice.message.Setting;
import io.sluice.message.Tool;
import io.sluice.message.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads requests for Responses. Stateless. */
public final class ResponsesRequestReader implements RequestReader {

    @Override
    public ChatRequest read(byte[] body, int from, int to, boolean stream, Omissions omissions) {
        JsonCursor json = new JsonCursor().on(body, from, to);
        ChatRequestBuilder request = new ChatRequestBuilder();
        request.setIncludeUsage(true);
        json.beginObject();
        while (json.nextField()) {
            String name = json.name();
            if (json.skipNull()) {
                continue;
            }
            if (omissions.takes(name)) {
                json.skip();
            } else {
                readField(name, json, request, omissions);
            }
        }
        if (request.messages().stream().allMatch(one -> one.role().isInstruction())) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "input is missing or empty", "input");
        }
        return request.build();
    }

    private static void readField(
            String name, JsonCursor json, ChatRequestBuilder request, Omissions omissions) {
        switch (name) {
            case "model" -> json.skip();
            case "input" -> new ResponsesItemReader(request.messages()).read(json);
            case "instructions" -> {
                Part text = new Part.Text(json.string(), null, null);
                request.messages().addFirst(new Message(Role.SYSTEM, List.of(text), null));
            }
            case "stream" -> request.setStream(json.bool());
            case "max_output_tokens" -> request.setMaxOutputTokens(json.integer());
            case "tools" -> readTools(json, request);
            case "tool_choice" -> request.setToolChoice(readToolChoice(json));
            case "parallel_tool_calls" -> request.setParallelToolCalls(json.bool());
            case "text" -> readText(json, request);
            case "reasoning" -> request.setReasoning(readReasoning(json));
            case "stream_options", "client_metadata" -> {
                json.skip();
                omissions.drop(name);
            }
            default -> {
                Setting setting = ResponsesFields.SETTINGS.find(name);
                if (setting == null) {
                    request.addExtra(name, json);
                } else if (setting == Setting.TOP_LOGPROBS && !json.is(JsonType.NULL)) {
                    readLogprobs(name, json, request);
                } else {
                    request.addSetting(setting, name, json);
                }
            }
        }
    }

    /** Elsewhere how many are wanted counts only where they are wanted at all. */
    private static void readLogprobs(String name, JsonCursor json, ChatRequestBuilder request) {
        JsonText count = json.value();
        if (!count.is("0")) {
            request.addSetting(Setting.LOGPROBS, name, JsonText.json("true"));
            request.addSetting(Setting.TOP_LOGPROBS, name, count);
        }
    }

    private static void readTools(JsonCursor json, ChatRequestBuilder request) {
        json.beginArray();
        while (json.nextElement()) {
            request.tools().add(readTool(json.value()));
        }
    }

    private static Tool readTool(JsonText whole) {
        String type = "";
        JsonText name = JsonText.EMPTY;
        JsonText description = null;
        JsonText schema = null;
        Boolean strict = null;
        JsonCursor json = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "type" -> type = json.string().string();
                case "name" -> name = json.string();
                case "description" -> description = json.string();
                case "parameters" -> schema = json.value();
                case "strict" -> strict = json.bool();
                default -> json.skip();
            }
        }
        return type.equals("function")
                ? new Tool.Function(name, description, schema, strict, null)
                : new Tool.Foreign(type, whole);
    }

    private static ToolChoice readToolChoice(JsonCursor json) {
        if (json.is(JsonType.STRING)) {
            return new ToolChoice(mode(json.string().string()), List.of());
        }
        List<JsonText> names = new ArrayList<>();
        ToolChoice.Mode mode = ToolChoice.Mode.REQUIRED;
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "mode" -> mode = mode(json.string().string());
                case "name" -> names.add(json.string());
                case "tools" -> readNames(json, names);
                default -> json.skip();
            }
        }
        return new ToolChoice(mode, names);
    }

    private static void readNames(JsonCursor json, List<JsonText> names) {
        json.beginArray();
        while (json.nextElement()) {
            json.beginObject();
            while (json.nextField()) {
                if (json.name().equals("name")) {
                    names.add(json.string());
                } else {
                    json.skip();
                }
            }
        }
    }

    private static ToolChoice.Mode mode(String word) {
        return switch (word) {
            case "none" -> ToolChoice.Mode.NONE;
            case "required" -> ToolChoice.Mode.REQUIRED;
            default -> ToolChoice.Mode.AUTO;
        };
    }

    private static void readText(JsonCursor json, ChatRequestBuilder request) {
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "format" -> request.setFormat(readFormat(json));
                case "verbosity" -> request.addSetting(Setting.VERBOSITY, "text.verbosity", json);
                default -> json.skip();
            }
        }
    }

    private static OutputFormat readFormat(JsonCursor json) {
        OutputFormat.Kind kind = OutputFormat.Kind.TEXT;
        JsonText name = null;
        JsonText description = null;
        JsonText schema = null;
        Boolean strict = null;
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "type" ->
                        kind =
                                switch (json.string().string()) {
                                    case "json_object" -> OutputFormat.Kind.JSON;
                                    case "json_schema" -> OutputFormat.Kind.SCHEMA;
                                    default -> OutputFormat.Kind.TEXT;
                                };
                case "name" -> name = json.string();
                case "description" -> description = json.string();
                case "schema" -> schema = json.value();
                case "strict" -> strict = json.bool();
                default -> json.skip();
            }
        }
        return new OutputFormat(kind, name, description, schema, strict);
    }

    private static @Nullable Reasoning readReasoning(JsonCursor json) {
        String effort = null;
        Boolean visible = null;
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "effort" -> effort = json.string().string().toLowerCase(Locale.ROOT);
                case "summary", "generate_summary" -> {
                    json.skip();
                    visible = true;
                }
                default -> json.skip();
            }
        }
        return effort == null && visible == null
                ? null
                : new Reasoning(effort, Reasoning.UNSAID, visible);
    }
}
