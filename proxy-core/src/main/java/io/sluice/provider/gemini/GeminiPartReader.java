package io.sluice.provider.gemini;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the contents of one request, and gives ids to the calls that have none. */
final class GeminiPartReader {

    private final List<Part.ToolUse> open = new ArrayList<>();
    private int made;

    Message readContent(JsonCursor json, Role otherwise) {
        if (json.is(JsonType.STRING)) {
            return new Message(otherwise, List.of(new Part.Text(json.string(), null, null)), null);
        }
        Role role = otherwise;
        List<Part> parts = new ArrayList<>();
        json.beginObject();
        while (json.nextField()) {
            String name = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (name) {
                case "role" -> role = json.string().is("model") ? Role.ASSISTANT : otherwise;
                case "parts" -> readParts(json, parts);
                default -> json.skip();
            }
        }
        return new Message(role, List.copyOf(parts), null);
    }

    private void readParts(JsonCursor json, List<Part> parts) {
        if (json.is(JsonType.OBJECT)) {
            add(readPart(json.value()), parts);
            return;
        }
        json.beginArray();
        while (json.nextElement()) {
            add(readPart(json.value()), parts);
        }
    }

    /** A thought that came in pieces becomes one, signed by the last of them. */
    private static void add(Part part, List<Part> parts) {
        if (part instanceof Part.Thought next
                && !parts.isEmpty()
                && parts.getLast() instanceof Part.Thought last
                && last.signature() == null) {
            parts.removeLast();
            JsonText text =
                    next.text().isEmpty()
                            ? last.text()
                            : JsonText.of(last.text().string() + next.text().string());
            parts.add(new Part.Thought(text, next.signature()));
        } else {
            parts.add(part);
        }
    }

    private Part readPart(JsonText whole) {
        JsonCursor json = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
        JsonText text = null;
        JsonText signature = null;
        JsonText call = null;
        JsonText result = null;
        JsonText data = null;
        boolean isFile = false;
        boolean isThought = false;
        String type = "";
        json.beginObject();
        while (json.nextField()) {
            String name = GeminiFields.camel(json.name());
            if (json.skipNull()) {
                continue;
            }
            switch (name) {
                case "text" -> text = json.string();
                case "thought" -> isThought = json.bool();
                case "thoughtSignature" -> signature = json.string();
                case "functionCall" -> call = json.value();
                case "functionResponse" -> result = json.value();
                case "inlineData" -> data = json.value();
                case "fileData" -> {
                    data = json.value();
                    isFile = true;
                }
                default -> {
                    json.skip();
                    type = name;
                }
            }
        }
        if (call != null) {
            return readCall(call, signature);
        }
        if (result != null) {
            return readResult(result);
        }
        if (data != null) {
            return readMedia(data, isFile);
        }
        if (text == null) {
            return new Part.Foreign(type, whole);
        }
        return isThought || (signature != null && text.isEmpty())
                ? new Part.Thought(text, signature)
                : new Part.Text(text, null, null);
    }

    private Part readCall(JsonText whole, @Nullable JsonText signature) {
        JsonText id = null;
        JsonText name = JsonText.EMPTY;
        JsonText arguments = JsonText.json("{}");
        JsonCursor json = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "id" -> id = json.string();
                case "name" -> name = json.string();
                case "args" -> arguments = json.value();
                default -> json.skip();
            }
        }
        JsonText known = id == null || id.isEmpty() ? JsonText.of("call_" + made++) : id;
        Part.ToolUse call = new Part.ToolUse(known, name, arguments, signature, null);
        open.add(call);
        return call;
    }

    private Part readResult(JsonText whole) {
        JsonText id = null;
        JsonText name = JsonText.EMPTY;
        JsonText response = JsonText.json("{}");
        JsonCursor json = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "id" -> id = json.string();
                case "name" -> name = json.string();
                case "response" -> response = json.value();
                default -> json.skip();
            }
        }
        JsonText known = id == null || id.isEmpty() ? answered(name) : id;
        List<Part> content = List.of(new Part.Text(response, null, null));
        return new Part.ToolResult(known, name, content, false, null);
    }

    /** The id of the first call of that tool which has no answer yet. */
    private JsonText answered(JsonText name) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).name().equals(name)) {
                return open.remove(i).id();
            }
        }
        return JsonText.of("call_" + made++);
    }

    private static Part readMedia(JsonText whole, boolean isFile) {
        String type = null;
        JsonText content = JsonText.EMPTY;
        JsonText name = null;
        JsonCursor json = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
        json.beginObject();
        while (json.nextField()) {
            String field = GeminiFields.camel(json.name());
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "mimeType" -> type = json.string().string().toLowerCase(Locale.ROOT);
                case "data", "fileUri" -> content = json.string();
                case "displayName" -> name = json.string();
                default -> json.skip();
            }
        }
        Part.Media.Source source = isFile ? Part.Media.Source.URL : Part.Media.Source.BASE64;
        return new Part.Media(kind(type), source, type, content, name, null, null);
    }

    private static Part.Media.Kind kind(@Nullable String type) {
        String family = type == null ? "" : type.substring(0, Math.max(0, type.indexOf('/')));
        return switch (family) {
            case "image" -> Part.Media.Kind.IMAGE;
            case "audio" -> Part.Media.Kind.AUDIO;
            case "video" -> Part.Media.Kind.VIDEO;
            default -> Part.Media.Kind.DOCUMENT;
        };
    }
}
