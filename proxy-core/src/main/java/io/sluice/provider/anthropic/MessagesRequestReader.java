package io.sluice.provider.anthropic;

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

/** Reads requests for Messages. Stateless. */
public final class MessagesRequestReader implements RequestReader {

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
        ChatRequest read = request.build();
        if (read.messages().isEmpty()) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "messages is missing or empty", "messages");
        }
        return read;
    }

    private static void readField(
            String name, JsonCursor json, ChatRequestBuilder request, Omissions omissions) {
        switch (name) {
            case "model" -> json.skip();
            case "messages" -> readMessages(json, request);
            case "system" ->
                    request.messages().addFirst(new Message(Role.SYSTEM, readContent(json), null));
            case "stream" -> request.setStream(json.bool());
            case "max_tokens" -> request.setMaxOutputTokens(json.integer());
            case "stop_sequences" -> request.addStop(json);
            case "tools" -> readTools(json, request);
            case "tool_choice" -> readToolChoice(json, request);
            case "thinking" -> readThinking(json, request);
            case "output_config" -> readOutput(json, request);
            case "output_format" -> request.setFormat(readFormat(json));
            case "metadata" -> readMetadata(json, request);
            case "cache_control" -> {
                json.skip();
                omissions.drop("cache_control");
            }
            default -> {
                Setting setting = MessagesFields.SETTINGS.find(name);
                if (setting == null) {
                    request.addExtra(name, json);
                } else {
                    request.addSetting(setting, name, json);
                }
            }
        }
    }

    private static void readMessages(JsonCursor json, ChatRequestBuilder request) {
        json.beginArray();
        int index = 0;
        while (json.nextElement()) {
            request.messages().add(readMessage(json, index++));
        }
    }

    private static Message readMessage(JsonCursor json, int index) {
        Role role = null;
        List<Part> content = List.of();
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "role" -> role = role(json.string().string());
                case "content" -> content = readContent(json);
                default -> json.skip();
            }
        }
        if (role == null) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "messages[" + index + "].role is not one of this dialect",
                    "messages[" + index + "].role");
        }
        return new Message(role, content, null);
    }

    private static @Nullable Role role(String word) {
        return switch (word) {
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "system" -> Role.SYSTEM;
            default -> null;
        };
    }

    /** A text, or a list of blocks. */
    private static List<Part> readContent(JsonCursor json) {
        if (json.is(JsonType.STRING)) {
            return List.of(new Part.Text(json.string(), null, null));
        }
        List<Part> parts = new ArrayList<>();
        json.beginArray();
        while (json.nextElement()) {
            parts.add(readBlock(json.value()));
        }
        return List.copyOf(parts);
    }

    private static Part readBlock(JsonText whole) {
        Block block = new Block();
        block.read(new JsonCursor().on(whole.bytes(), whole.from(), whole.to()));
        return switch (block.type) {
            case "text" -> new Part.Text(block.text, block.citations, block.cacheControl);
            case "image" -> media(Part.Media.Kind.IMAGE, block, whole);
            case "document" -> media(Part.Media.Kind.DOCUMENT, block, whole);
            case "tool_use" ->
                    new Part.ToolUse(block.id, block.name, block.input, null, block.cacheControl);
            case "tool_result" ->
                    new Part.ToolResult(
                            block.id, null, block.content, block.failed, block.cacheControl);
            case "thinking" -> new Part.Thought(block.text, block.signature);
            case "redacted_thinking" -> new Part.SealedThought(block.text);
            default -> new Part.Foreign(block.type, whole);
        };
    }

    private static Part media(Part.Media.Kind kind, Block block, JsonText whole) {
        JsonText source = block.source;
        if (source == null) {
            return new Part.Foreign(block.type, whole);
        }
        String type = "";
        String mediaType = null;
        JsonText content = null;
        JsonCursor json = new JsonCursor().on(source.bytes(), source.from(), source.to());
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "type" -> type = json.string().string();
                case "media_type" -> mediaType = json.string().string().toLowerCase(Locale.ROOT);
                case "data", "url", "file_id" -> content = json.string();
                default -> json.skip();
            }
        }
        Part.Media.Source from =
                switch (type) {
                    case "base64" -> Part.Media.Source.BASE64;
                    case "url" -> Part.Media.Source.URL;
                    case "file" -> Part.Media.Source.FILE_ID;
                    case "text" -> Part.Media.Source.TEXT;
                    default -> null;
                };
        if (from == null || content == null) {
            return new Part.Foreign(block.type + "." + type, whole);
        }
        return new Part.Media(
                kind, from, mediaType, content, block.title, null, block.cacheControl);
    }

    private static void readTools(JsonCursor json, ChatRequestBuilder request) {
        json.beginArray();
        while (json.nextElement()) {
            request.tools().add(readTool(json.value()));
        }
    }

    private static Tool readTool(JsonText whole) {
        String type = "custom";
        JsonText name = JsonText.EMPTY;
        JsonText description = null;
        JsonText schema = null;
        JsonText cacheControl = null;
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
                case "input_schema" -> schema = json.value();
                case "cache_control" -> cacheControl = json.value();
                case "strict" -> strict = json.bool();
                default -> json.skip();
            }
        }
        return type.equals("custom")
                ? new Tool.Function(name, description, schema, strict, cacheControl)
                : new Tool.Foreign(type, whole);
    }

    private static void readToolChoice(JsonCursor json, ChatRequestBuilder request) {
        String type = "auto";
        JsonText name = null;
        json.beginObject();
        while (json.nextField()) {
            switch (json.name()) {
                case "type" -> type = json.string().string();
                case "name" -> name = json.string();
                case "disable_parallel_tool_use" -> request.setParallelToolCalls(!json.bool());
                default -> json.skip();
            }
        }
        ToolChoice.Mode mode =
                switch (type) {
                    case "none" -> ToolChoice.Mode.NONE;
                    case "any", "tool" -> ToolChoice.Mode.REQUIRED;
                    default -> ToolChoice.Mode.AUTO;
                };
        request.setToolChoice(new ToolChoice(mode, name == null ? List.of() : List.of(name)));
    }

    private static void readThinking(JsonCursor json, ChatRequestBuilder request) {
        String type = "";
        long budget = Reasoning.ADAPTIVE;
        Boolean visible = null;
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "type" -> type = json.string().string();
                case "budget_tokens" -> budget = json.integer();
                case "display" -> visible = !json.string().is("omitted");
                default -> json.skip();
            }
        }
        Reasoning said = request.reasoning();
        String effort = said == null ? null : said.effort();
        request.setReasoning(new Reasoning(effort, type.equals("disabled") ? 0 : budget, visible));
    }

    private static void readOutput(JsonCursor json, ChatRequestBuilder request) {
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "effort" -> {
                    Reasoning said = request.reasoning();
                    request.setReasoning(
                            new Reasoning(
                                    json.string().string(),
                                    said == null ? Reasoning.UNSAID : said.budgetTokens(),
                                    said == null ? null : said.visible()));
                }
                case "format" -> request.setFormat(readFormat(json));
                default -> json.skip();
            }
        }
    }

    private static OutputFormat readFormat(JsonCursor json) {
        JsonText schema = null;
        json.beginObject();
        while (json.nextField()) {
            if (json.name().equals("schema")) {
                schema = json.value();
            } else {
                json.skip();
            }
        }
        return new OutputFormat(OutputFormat.Kind.SCHEMA, null, null, schema, true);
    }

    private static void readMetadata(JsonCursor json, ChatRequestBuilder request) {
        json.beginObject();
        while (json.nextField()) {
            if (json.name().equals("user_id") && json.is(JsonType.STRING)) {
                request.addSetting(Setting.USER, "metadata.user_id", json);
            } else {
                json.skip();
            }
        }
    }

    /** The fields of a content block, whatever its type. */
    private static final class Block {

        private String type = "";
        private JsonText text = JsonText.EMPTY;
        private JsonText id = JsonText.EMPTY;
        private JsonText name = JsonText.EMPTY;
        private JsonText input = JsonText.json("{}");
        private List<Part> content = List.of();
        private boolean failed;
        private @Nullable JsonText signature;
        private @Nullable JsonText source;
        private @Nullable JsonText title;
        private @Nullable JsonText citations;
        private @Nullable JsonText cacheControl;

        void read(JsonCursor json) {
            json.beginObject();
            while (json.nextField()) {
                String field = json.name();
                if (json.skipNull()) {
                    continue;
                }
                switch (field) {
                    case "type" -> type = json.string().string();
                    case "text", "thinking", "data" -> text = json.string();
                    case "signature" -> signature = json.string();
                    case "id", "tool_use_id" -> id = json.string();
                    case "name" -> name = json.string();
                    case "input" -> input = json.value();
                    case "content" -> readResult(json);
                    case "is_error" -> failed = json.bool();
                    case "source" -> source = json.value();
                    case "title" -> title = json.string();
                    case "citations" -> citations = json.value();
                    case "cache_control" -> cacheControl = json.value();
                    default -> json.skip();
                }
            }
        }

        /** The content of a tool's result; other blocks that have one are kept whole. */
        private void readResult(JsonCursor json) {
            boolean isContent = json.is(JsonType.STRING) || json.is(JsonType.ARRAY);
            if (isContent && (type.equals("tool_result") || type.isEmpty())) {
                content = readContent(json);
            } else {
                json.skip();
            }
        }
    }
}
