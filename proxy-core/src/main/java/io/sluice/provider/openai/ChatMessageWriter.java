package io.sluice.provider.openai;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.DataUrls;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Omissions;
import io.sluice.message.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the messages of a chat completion's request. */
final class ChatMessageWriter {

    /*
     * Results of tools are messages of their own here, which follow the calls directly; what a user
     * says beside them comes behind. Pictures in a result have no place in its message and follow
     * as the user's.
     */

    private final JsonWriter json;
    private final Omissions omissions;

    ChatMessageWriter(JsonWriter json, Omissions omissions) {
        this.json = json;
        this.omissions = omissions;
    }

    void write(Message message) {
        if (message.role() == Role.ASSISTANT) {
            writeAssistant(message);
            return;
        }
        List<Part> said = new ArrayList<>();
        List<Part> shown = new ArrayList<>();
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                writeResult(result, shown);
            } else {
                said.add(part);
            }
        }
        shown.addAll(said);
        if (!shown.isEmpty()) {
            Role role = message.role() == Role.TOOL ? Role.USER : message.role();
            writeSaid(role, message.name(), shown);
        }
    }

    private void writeSaid(Role role, @Nullable JsonText name, List<Part> parts) {
        json.beginObject().word("role", word(role));
        if (name != null) {
            json.name("name").string(name);
        }
        json.name("content");
        writeContent(parts);
        json.endObject();
    }

    private static String word(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case DEVELOPER -> "developer";
            case USER, TOOL -> "user";
            case ASSISTANT -> "assistant";
        };
    }

    private void writeResult(Part.ToolResult result, List<Part> shown) {
        if (result.failed()) {
            omissions.drop("is_error");
        }
        note(result.cacheControl());
        List<Part> texts = new ArrayList<>();
        for (Part part : result.content()) {
            (part instanceof Part.Media ? shown : texts).add(part);
        }
        json.beginObject().word("role", "tool");
        json.name("tool_call_id").string(result.id());
        json.name("content");
        writeContent(texts);
        json.endObject();
    }

    private void writeContent(List<Part> parts) {
        if (parts.isEmpty()) {
            json.word("");
        } else if (parts.size() == 1 && parts.getFirst() instanceof Part.Text text) {
            note(text.cacheControl());
            json.string(text.text());
        } else {
            json.beginArray();
            parts.forEach(this::writePart);
            json.endArray();
        }
    }

    private void writePart(Part part) {
        note(part.cacheControl());
        switch (part) {
            case Part.Text text ->
                    json.beginObject()
                            .word("type", "text")
                            .name("text")
                            .string(text.text())
                            .endObject();
            case Part.Refusal refusal ->
                    json.beginObject()
                            .word("type", "refusal")
                            .name("refusal")
                            .string(refusal.text())
                            .endObject();
            case Part.Media media -> writeMedia(media);
            case Part.Foreign foreign -> refuse(foreign.type());
            case Part.Thought _, Part.SealedThought _ -> omissions.drop("thinking");
            case Part.ToolUse _ -> refuse("tool_use");
            case Part.ToolResult _ -> refuse("tool_result");
        }
    }

    private void writeMedia(Part.Media media) {
        if (media.source() == Part.Media.Source.TEXT) {
            json.beginObject().word("type", "text");
            json.name("text").string(media.content()).endObject();
            return;
        }
        if (media.source() == Part.Media.Source.FILE_ID) {
            refuse("file_id");
            return;
        }
        switch (media.kind()) {
            case IMAGE -> {
                json.beginObject().word("type", "image_url").name("image_url").beginObject();
                json.name("url");
                DataUrls.write(media, "image/png", json);
                JsonText detail = media.detail();
                if (detail != null) {
                    json.name("detail").string(detail);
                }
                json.endObject().endObject();
            }
            case AUDIO -> writeAudio(media);
            case DOCUMENT -> writeDocument(media);
            case VIDEO -> refuse("video");
        }
    }

    private void writeAudio(Part.Media media) {
        if (media.source() != Part.Media.Source.BASE64) {
            refuse("audio url");
            return;
        }
        json.beginObject().word("type", "input_audio").name("input_audio").beginObject();
        json.name("data").string(media.content());
        json.name("format").string(audioFormat(media.type()));
        json.endObject().endObject();
    }

    private static String audioFormat(@Nullable String type) {
        String word = type == null ? "wav" : type.substring(type.indexOf('/') + 1);
        return switch (word) {
            case "mpeg" -> "mp3";
            case "x-wav", "wave" -> "wav";
            default -> word;
        };
    }

    private void writeDocument(Part.Media media) {
        if (media.source() == Part.Media.Source.URL) {
            refuse("document url");
            return;
        }
        json.beginObject().word("type", "file").name("file").beginObject();
        JsonText name = media.name();
        json.name("filename").string(name == null ? JsonText.of("document.pdf") : name);
        json.name("file_data");
        DataUrls.write(media, "application/pdf", json);
        json.endObject().endObject();
    }

    private void writeAssistant(Message message) {
        List<Part> said = new ArrayList<>();
        List<Part.ToolUse> calls = new ArrayList<>();
        for (Part part : message.parts()) {
            switch (part) {
                case Part.ToolUse call -> calls.add(call);
                case Part.Thought _, Part.SealedThought _ -> omissions.drop("thinking");
                default -> said.add(part);
            }
        }
        json.beginObject().word("role", "assistant");
        JsonText name = message.name();
        if (name != null) {
            json.name("name").string(name);
        }
        json.name("content");
        if (said.isEmpty() && !calls.isEmpty()) {
            json.nul();
        } else {
            writeContent(said);
        }
        if (!calls.isEmpty()) {
            json.name("tool_calls").beginArray();
            calls.forEach(this::writeCall);
            json.endArray();
        }
        json.endObject();
    }

    private void writeCall(Part.ToolUse call) {
        note(call.cacheControl());
        if (call.signature() != null) {
            omissions.drop("thought_signature");
        }
        json.beginObject().name("id").string(call.id()).word("type", "function");
        json.name("function").beginObject();
        json.name("name").string(call.name());
        json.name("arguments").string(call.arguments());
        json.endObject().endObject();
    }

    private void note(@Nullable JsonText cacheControl) {
        if (cacheControl != null) {
            omissions.drop("cache_control");
        }
    }

    private void refuse(String type) {
        omissions.refuse("messages[].content[].type=" + type, Dialect.OPENAI_CHAT);
    }
}
