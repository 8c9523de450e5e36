package io.sluice.provider.responses;

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

/** Reads the input of one request: items, of which several may make up one turn. */
final class ResponsesItemReader {

    /** Begins the id of a reasoning item whose thought only its provider can read. */
    static final String SEALED = "rs_sealed_";

    private final List<Message> messages;

    ResponsesItemReader(List<Message> messages) {
        this.messages = messages;
    }

    void read(JsonCursor json) {
        if (json.is(JsonType.STRING)) {
            Part text = new Part.Text(json.string(), null, null);
            messages.add(new Message(Role.USER, List.of(text), null));
            return;
        }
        json.beginArray();
        while (json.nextElement()) {
            readItem(json.value());
        }
    }

    private void readItem(JsonText whole) {
        Item item = new Item();
        item.read(new JsonCursor().on(whole.bytes(), whole.from(), whole.to()));
        switch (item.type) {
            case "message", "" -> add(role(item.role), parts(item.content));
            case "function_call" ->
                    add(
                            Role.ASSISTANT,
                            List.of(
                                    new Part.ToolUse(
                                            item.callId, item.name, item.arguments, null, null)));
            case "function_call_output" ->
                    add(
                            Role.TOOL,
                            List.of(
                                    new Part.ToolResult(
                                            item.callId, null, parts(item.output), false, null)));
            case "reasoning" -> readThought(item);
            default -> add(Role.ASSISTANT, List.of(new Part.Foreign(item.type, whole)));
        }
    }

    private void readThought(Item item) {
        JsonText sealed = item.sealed;
        if (sealed != null && item.id.startsWith(SEALED)) {
            add(Role.ASSISTANT, List.of(new Part.SealedThought(sealed)));
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts(item.summary)) {
            if (part instanceof Part.Text one) {
                text.append(one.text().string());
            }
        }
        if (sealed != null || !text.isEmpty()) {
            add(Role.ASSISTANT, List.of(new Part.Thought(JsonText.of(text.toString()), sealed)));
        }
    }

    /** Adds a turn, or goes on with the assistant's. */
    private void add(Role role, List<Part> parts) {
        if (role == Role.ASSISTANT
                && !messages.isEmpty()
                && messages.getLast().role() == Role.ASSISTANT) {
            List<Part> joined = new ArrayList<>(messages.removeLast().parts());
            joined.addAll(parts);
            messages.add(new Message(role, List.copyOf(joined), null));
        } else {
            messages.add(new Message(role, parts, null));
        }
    }

    private static Role role(String word) {
        return switch (word) {
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            default ->
                    throw new GatewayException(
                            ErrorCode.INVALID_PARAMETER,
                            "input[].role is not one of this dialect",
                            "input[].role");
        };
    }

    /** A text, or a list of content parts. */
    private static List<Part> parts(@Nullable JsonText content) {
        if (content == null) {
            return List.of();
        }
        JsonCursor json = new JsonCursor().on(content.bytes(), content.from(), content.to());
        if (json.is(JsonType.STRING)) {
            return List.of(new Part.Text(json.string(), null, null));
        }
        List<Part> parts = new ArrayList<>();
        json.beginArray();
        while (json.nextElement()) {
            parts.add(part(json.value()));
        }
        return List.copyOf(parts);
    }

    private static Part part(JsonText whole) {
        String type = "";
        JsonText text = JsonText.EMPTY;
        JsonText url = null;
        JsonText id = null;
        JsonText name = null;
        JsonText detail = null;
        JsonCursor json = new JsonCursor().on(whole.bytes(), whole.from(), whole.to());
        json.beginObject();
        while (json.nextField()) {
            String field = json.name();
            if (json.skipNull()) {
                continue;
            }
            switch (field) {
                case "type" -> type = json.string().string();
                case "text", "refusal" -> text = json.string();
                case "image_url", "file_data", "file_url" -> url = json.string();
                case "file_id" -> id = json.string();
                case "filename" -> name = json.string();
                case "detail" -> detail = json.string();
                default -> json.skip();
            }
        }
        return switch (type) {
            case "input_text", "output_text", "text", "summary_text", "reasoning_text" ->
                    new Part.Text(text, null, null);
            case "refusal" -> new Part.Refusal(text);
            case "input_image" -> media(Part.Media.Kind.IMAGE, url, id, name, detail, whole);
            case "input_file" -> media(Part.Media.Kind.DOCUMENT, url, id, name, detail, whole);
            default -> new Part.Foreign(type, whole);
        };
    }

    private static Part media(
            Part.Media.Kind kind,
            @Nullable JsonText url,
            @Nullable JsonText id,
            @Nullable JsonText name,
            @Nullable JsonText detail,
            JsonText whole) {
        if (url != null) {
            return DataUrls.media(kind, url, name, detail, null);
        }
        return id == null
                ? new Part.Foreign(kind.name(), whole)
                : new Part.Media(kind, Part.Media.Source.FILE_ID, null, id, name, detail, null);
    }

    /** The fields of an item, whatever its type. */
    private static final class Item {

        private String type = "";
        private String role = "";
        private JsonText id = JsonText.EMPTY;
        private JsonText callId = JsonText.EMPTY;
        private JsonText name = JsonText.EMPTY;
        private JsonText arguments = JsonText.json("{}");
        private @Nullable JsonText content;
        private @Nullable JsonText output;
        private @Nullable JsonText summary;
        private @Nullable JsonText sealed;

        void read(JsonCursor json) {
            json.beginObject();
            while (json.nextField()) {
                String field = json.name();
                if (json.skipNull()) {
                    continue;
                }
                switch (field) {
                    case "type" -> type = json.string().string();
                    case "role" -> role = json.string().string();
                    case "id" -> id = json.string();
                    case "call_id" -> callId = json.string();
                    case "name" -> name = json.string();
                    case "arguments" -> {
                        JsonText said = json.string();
                        arguments = said.isEmpty() ? arguments : said;
                    }
                    case "content" -> content = json.value();
                    case "output" -> output = json.value();
                    case "summary" -> summary = json.value();
                    case "encrypted_content" -> sealed = json.string();
                    default -> json.skip();
                }
            }
        }
    }
}
