package io.sluice.provider.openai;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.DataUrls;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one message of a chat completion's request. */
final class ChatMessageReader {

    private final int index;
    private final List<Part> thoughts = new ArrayList<>();
    private final List<Part> content = new ArrayList<>();
    private final List<Part> calls = new ArrayList<>();
    private @Nullable Role role;
    private @Nullable JsonText name;
    private @Nullable JsonText callId;
    private @Nullable JsonText cacheControl;
    private @Nullable JsonText thought;

    ChatMessageReader(int index) {
        this.index = index;
    }

    Message read(JsonCursor json) {
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (!json.skipNull()) {
                readField(field, json);
            }
        }
        if (role == null) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER,
                    "messages[" + index + "].role is missing",
                    "messages[" + index + "].role");
        }
        JsonText text = thought;
        if (text != null && !text.isEmpty()) {
            joinThought(text);
        }
        List<Part> parts = new ArrayList<>(thoughts);
        if (role == Role.TOOL) {
            JsonText id = callId != null ? callId : name != null ? name : JsonText.EMPTY;
            parts.add(new Part.ToolResult(id, name, List.copyOf(content), false, cacheControl));
        } else {
            parts.addAll(cacheControl == null ? content : marked(content, cacheControl));
        }
        parts.addAll(calls);
        return new Message(role, List.copyOf(parts), role == Role.TOOL ? null : name);
    }

    private void readField(String field, JsonCursor json) {
        switch (field) {
            case "role" -> role = ChatRequestReader.role(json.string().string(), index);
            case "name" -> name = json.string();
            case "content" -> readContent(json);
            case "tool_call_id" -> callId = json.string();
            case "tool_calls" -> readCalls(json);
            case "function_call" -> readCall(json);
            case "refusal" -> content.add(new Part.Refusal(json.string()));
            case "reasoning_content", "reasoning" -> thought = json.string();
            case "thinking_blocks" -> readThoughts(json);
            case "cache_control" -> cacheControl = json.value();
            default -> json.skip();
        }
    }

    /** The text of a thought belongs to the signed block that came without it. */
    private void joinThought(JsonText text) {
        for (int i = 0; i < thoughts.size(); i++) {
            if (thoughts.get(i) instanceof Part.Thought one) {
                if (one.text().isEmpty()) {
                    thoughts.set(i, new Part.Thought(text, one.signature()));
                }
                return;
            }
        }
        thoughts.addFirst(new Part.Thought(text, null));
    }

    private static List<Part> marked(List<Part> parts, JsonText cacheControl) {
        List<Part> marked = new ArrayList<>(parts);
        if (!marked.isEmpty() && marked.getLast() instanceof Part.Text last) {
            marked.removeLast();
            marked.add(new Part.Text(last.text(), last.citations(), cacheControl));
        }
        return marked;
    }

    private void readContent(JsonCursor json) {
        if (json.is(JsonType.STRING)) {
            content.add(new Part.Text(json.string(), null, null));
            return;
        }
        json.beginArray();
        while (json.nextElement()) {
            content.add(readPart(json.value()));
        }
    }

    private static Part readPart(JsonText whole) {
        JsonCursor json = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
        String type = "";
        JsonText text = JsonText.EMPTY;
        JsonText inner = null;
        JsonText cache = null;
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "type" -> type = json.string().string();
                case "text", "refusal" -> text = json.string();
                case "image_url", "input_audio", "file", "video_url" -> inner = json.value();
                case "cache_control" -> cache = json.value();
                default -> json.skip();
            }
        }
        return switch (type) {
            case "text" -> new Part.Text(text, null, cache);
            case "refusal" -> new Part.Refusal(text);
            case "image_url" -> media(Part.Media.Kind.IMAGE, inner, cache);
            case "video_url" -> media(Part.Media.Kind.VIDEO, inner, cache);
            case "file" -> media(Part.Media.Kind.DOCUMENT, inner, cache);
            case "input_audio" -> media(Part.Media.Kind.AUDIO, inner, cache);
            default -> new Part.Foreign(type, whole);
        };
    }

    private static Part media(
            Part.Media.Kind kind, @Nullable JsonText inner, @Nullable JsonText cache) {
        if (inner == null) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, "a content part without content", "messages");
        }
        JsonCursor json = new JsonCursor().on(inner.bytes(), inner.from(), inner.to());
        if (json.is(JsonType.STRING)) {
            return DataUrls.media(kind, json.string(), null, null, cache);
        }
        JsonText url = JsonText.EMPTY;
        JsonText id = null;
        JsonText name = null;
        JsonText detail = null;
        String format = null;
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "url", "file_data", "data" -> url = json.string();
                case "file_id" -> id = json.string();
                case "filename" -> name = json.string();
                case "detail" -> detail = json.string();
                case "format" -> format = json.string().string();
                default -> json.skip();
            }
        }
        if (id != null) {
            return new Part.Media(kind, Part.Media.Source.FILE_ID, null, id, name, detail, cache);
        }
        if (kind == Part.Media.Kind.AUDIO && format != null) {
            return new Part.Media(
                    kind, Part.Media.Source.BASE64, audioType(format), url, name, detail, cache);
        }
        return DataUrls.media(kind, url, name, detail, cache);
    }

    private static String audioType(String format) {
        return format.equals("mp3") ? "audio/mpeg" : "audio/" + format;
    }

    private void readCalls(JsonCursor json) {
        json.beginArray();
        while (json.nextElement()) {
            readCall(json);
        }
    }

    private void readCall(JsonCursor json) {
        Call call = new Call();
        call.read(json);
        JsonText id = call.id.isEmpty() ? call.name : call.id;
        JsonText arguments = call.arguments.isEmpty() ? JsonText.json("{}") : call.arguments;
        calls.add(new Part.ToolUse(id, call.name, arguments, call.signature, null));
    }

    private void readThoughts(JsonCursor json) {
        json.beginArray();
        while (json.nextElement()) {
            JsonText text = JsonText.EMPTY;
            JsonText signature = null;
            JsonText data = null;
            json.beginObject();
            while (json.nextField()) {
                String field = json.name();
                if (json.skipNull()) {
                    continue;
                }
                switch (field) {
                    case "thinking" -> text = json.string();
                    case "signature" -> signature = json.string();
                    case "data" -> data = json.string();
                    default -> json.skip();
                }
            }
            thoughts.add(
                    data == null
                            ? new Part.Thought(text, signature)
                            : new Part.SealedThought(data));
        }
    }

    /** A tool call, whose function may be nested or not. */
    private static final class Call {

        private JsonText id = JsonText.EMPTY;
        private JsonText name = JsonText.EMPTY;
        private JsonText arguments = JsonText.EMPTY;
        private @Nullable JsonText signature;

        void read(JsonCursor json) {
            json.beginObject();
            while (json.nextField()) {
                String field = json.name();
                if (json.skipNull()) {
                    continue;
                }
                switch (field) {
                    case "id" -> id = json.string();
                    case "name" -> name = json.string();
                    case "arguments" ->
                            arguments = json.is(JsonType.STRING) ? json.string() : json.value();
                    case "function", "extra_content", "google" -> read(json);
                    case "thought_signature" -> signature = json.string();
                    default -> json.skip();
                }
            }
        }
    }
}
