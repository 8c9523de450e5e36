package io.sluice.provider.responses;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.DataUrls;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Omissions;
import io.sluice.message.Part;
import org.jspecify.annotations.Nullable;

/** Writes the conversation of one request as items: a turn makes up one or several. */
final class ResponsesItemWriter {

    private final JsonWriter json;
    private final Omissions omissions;
    private int thoughts;
    private @Nullable Role open;

    ResponsesItemWriter(JsonWriter json, Omissions omissions) {
        this.json = json;
        this.omissions = omissions;
    }

    void write(Message message) {
        for (Part part : message.parts()) {
            note(part.cacheControl());
            switch (part) {
                case Part.ToolUse call -> writeCall(call);
                case Part.ToolResult result -> writeResult(result);
                case Part.Thought thought -> writeThought(thought.text(), thought.signature());
                case Part.SealedThought sealed -> writeThought(JsonText.EMPTY, sealed.content());
                default -> writeSaid(message.role(), part);
            }
        }
        close();
    }

    /** Adds a part to the message that is open. */
    private void writeSaid(Role role, Part part) {
        if (open == null) {
            open = role;
            json.beginObject().word("type", "message").word("role", word(role));
            json.name("content").beginArray();
        }
        writePart(role, part);
    }

    private void close() {
        if (open != null) {
            open = null;
            json.endArray().endObject();
        }
    }

    private static String word(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case DEVELOPER -> "developer";
            case USER, TOOL -> "user";
            case ASSISTANT -> "assistant";
        };
    }

    private void writePart(Role role, Part part) {
        switch (part) {
            case Part.Text text -> {
                json.beginObject();
                json.word("type", role == Role.ASSISTANT ? "output_text" : "input_text");
                json.name("text").string(text.text()).endObject();
            }
            case Part.Refusal refusal -> {
                json.beginObject().word("type", "refusal");
                json.name("refusal").string(refusal.text()).endObject();
            }
            case Part.Media media -> writeMedia(media);
            case Part.Foreign foreign -> refuse(foreign.type());
            case Part.Thought _, Part.SealedThought _ -> omissions.drop("thinking");
            case Part.ToolUse _ -> refuse("tool_use");
            case Part.ToolResult _ -> refuse("tool_result");
        }
    }

    private void writeMedia(Part.Media media) {
        if (media.source() == Part.Media.Source.TEXT) {
            json.beginObject().word("type", "input_text");
            json.name("text").string(media.content()).endObject();
            return;
        }
        boolean isId = media.source() == Part.Media.Source.FILE_ID;
        switch (media.kind()) {
            case IMAGE -> {
                json.beginObject().word("type", "input_image");
                JsonText detail = media.detail();
                json.name("detail").string(detail == null ? JsonText.of("auto") : detail);
                writeSource(media, isId ? "file_id" : "image_url", "image/png");
            }
            case DOCUMENT -> {
                json.beginObject().word("type", "input_file");
                boolean isUrl = media.source() == Part.Media.Source.URL;
                JsonText name = media.name();
                if (!isId && !isUrl) {
                    json.name("filename");
                    json.string(name == null ? JsonText.of("document.pdf") : name);
                }
                writeSource(
                        media,
                        isId ? "file_id" : isUrl ? "file_url" : "file_data",
                        "application/pdf");
            }
            case AUDIO -> refuse("audio");
            case VIDEO -> refuse("video");
        }
    }

    private void writeSource(Part.Media media, String field, String type) {
        json.name(field);
        DataUrls.write(media, type, json);
        json.endObject();
    }

    private void writeCall(Part.ToolUse call) {
        close();
        if (call.signature() != null) {
            omissions.drop("thought_signature");
        }
        json.beginObject().word("type", "function_call").name("call_id").string(call.id());
        json.name("name").string(call.name());
        json.name("arguments").string(call.arguments()).endObject();
    }

    private void writeResult(Part.ToolResult result) {
        close();
        if (result.failed()) {
            omissions.drop("is_error");
        }
        json.beginObject().word("type", "function_call_output");
        json.name("call_id").string(result.id()).name("output");
        if (result.content().size() == 1 && result.content().getFirst() instanceof Part.Text one) {
            note(one.cacheControl());
            json.string(one.text());
        } else if (result.content().isEmpty()) {
            json.word("");
        } else {
            json.beginArray();
            result.content().forEach(part -> writePart(Role.USER, part));
            json.endArray();
        }
        json.endObject();
    }

    /** What nobody has signed would be no thought of the model's. */
    private void writeThought(JsonText text, @Nullable JsonText sealed) {
        close();
        if (sealed == null || sealed.isEmpty()) {
            omissions.drop("thinking");
            return;
        }
        json.beginObject().word("type", "reasoning").word("id", "rs_" + thoughts++);
        json.name("summary").beginArray();
        if (!text.isEmpty()) {
            json.beginObject().word("type", "summary_text").name("text").string(text).endObject();
        }
        json.endArray().name("encrypted_content").string(sealed).endObject();
    }

    private void note(@Nullable JsonText cacheControl) {
        if (cacheControl != null) {
            omissions.drop("cache_control");
        }
    }

    private void refuse(String type) {
        omissions.refuse("messages[].content[].type=" + type, Dialect.OPENAI_RESPONSES);
    }
}
