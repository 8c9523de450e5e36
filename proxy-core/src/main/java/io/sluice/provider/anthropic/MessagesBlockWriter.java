package io.sluice.provider.anthropic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.json.MalformedJsonException;
import io.sluice.message.AnswerIds;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Omissions;
import io.sluice.message.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the messages of a request, and what they are made of. */
final class MessagesBlockWriter {

    /*
     * Only user and assistant speak here, in turns: what follows each other from one of them
     * becomes one message, the results of tools among what the user says. Instructions stand apart,
     * so they are left out here wherever they stood.
     */

    private final JsonWriter json;
    private final Omissions omissions;

    MessagesBlockWriter(JsonWriter json, Omissions omissions) {
        this.json = json;
        this.omissions = omissions;
    }

    void writeConversation(List<Message> messages) {
        Role speaker = null;
        for (Message message : messages) {
            if (message.role().isInstruction() || isSilent(message)) {
                continue;
            }
            Role role = message.role() == Role.ASSISTANT ? Role.ASSISTANT : Role.USER;
            if (role != speaker) {
                end(speaker);
                json.beginObject().word("role", role == Role.USER ? "user" : "assistant");
                json.name("content").beginArray();
                speaker = role;
            }
            if (message.name() != null) {
                omissions.drop("name");
            }
            writeParts(message.parts());
        }
        end(speaker);
    }

    void writeParts(List<Part> parts) {
        parts.forEach(this::writePart);
    }

    private void end(@Nullable Role speaker) {
        if (speaker != null) {
            json.endArray().endObject();
        }
    }

    /** Whether nothing of it is written: an empty text is no block here. */
    private static boolean isSilent(Message message) {
        return message.parts().stream()
                .allMatch(part ->
                        (part instanceof Part.Text text && text.text().isEmpty())
                                || (part instanceof Part.Thought thought
                                        && thought.signature() == null));
    }

    private void writePart(Part part) {
        switch (part) {
            case Part.Text text -> writeText(text.text(), text.cacheControl());
            case Part.Refusal refusal -> writeText(refusal.text(), null);
            case Part.Media media -> writeMedia(media);
            case Part.ToolUse call -> writeCall(call);
            case Part.ToolResult result -> writeResult(result);
            case Part.Thought thought -> writeThought(thought);
            case Part.SealedThought sealed -> {
                json.beginObject().word("type", "redacted_thinking");
                json.name("data").string(sealed.content()).endObject();
            }
            case Part.Foreign foreign -> refuse(foreign.type());
        }
    }

    private void writeText(JsonText text, @Nullable JsonText cacheControl) {
        if (!text.isEmpty()) {
            json.beginObject().word("type", "text").name("text").string(text);
            end(cacheControl);
        }
    }

    private void writeThought(Part.Thought thought) {
        JsonText signature = thought.signature();
        if (signature == null) {
            omissions.drop("reasoning_content");
            return;
        }
        json.beginObject().word("type", "thinking");
        json.name("thinking").string(thought.text());
        json.name("signature").string(signature).endObject();
    }

    private void writeMedia(Part.Media media) {
        boolean isImage = media.kind() == Part.Media.Kind.IMAGE;
        if (!isImage && media.kind() != Part.Media.Kind.DOCUMENT) {
            refuse(media.kind() == Part.Media.Kind.AUDIO ? "audio" : "video");
            return;
        }
        if (media.source() == Part.Media.Source.FILE_ID) {
            refuse("file_id");
            return;
        }
        json.beginObject().word("type", isImage ? "image" : "document");
        json.name("source").beginObject();
        switch (media.source()) {
            case URL -> json.word("type", "url").name("url").string(media.content());
            case BASE64 -> {
                String type = media.type();
                String usual = isImage ? "image/png" : "application/pdf";
                json.word("type", "base64").name("media_type").string(type == null ? usual : type);
                json.name("data").string(media.content());
            }
            case TEXT, FILE_ID -> {
                json.word("type", "text").word("media_type", "text/plain");
                json.name("data").string(media.content());
            }
        }
        json.endObject();
        JsonText name = media.name();
        if (name != null && !isImage) {
            json.name("title").string(name);
        }
        if (media.detail() != null) {
            omissions.drop("detail");
        }
        end(media.cacheControl());
    }

    private void writeCall(Part.ToolUse call) {
        JsonText signature = call.signature();
        if (signature != null) {
            writeThought(new Part.Thought(JsonText.EMPTY, signature));
        }
        json.beginObject().word("type", "tool_use").name("id");
        writeId(call.id());
        json.name("name").string(call.name());
        json.name("input");
        JsonText arguments = call.arguments();
        if (!isObject(arguments)) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "the arguments of the call to " + call.name() + " are no JSON object",
                    "messages[].tool_calls[].function.arguments");
        }
        json.json(arguments);
        end(call.cacheControl());
    }

    /** Whether a text, or the inside of a string, is one JSON object. */
    static boolean isObject(JsonText text) {
        ByteBuf decoded = Unpooled.buffer(text.length());
        text.writeDecoded(decoded);
        try {
            JsonCursor cursor = new JsonCursor().on(decoded.array(), 0, decoded.writerIndex());
            if (!cursor.is(JsonType.OBJECT)) {
                return false;
            }
            cursor.skip();
            return cursor.isDone();
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    private void writeResult(Part.ToolResult result) {
        json.beginObject().word("type", "tool_result").name("tool_use_id");
        writeId(result.id());
        List<Part> content = result.content();
        if (content.size() == 1 && content.getFirst() instanceof Part.Text text) {
            json.name("content").string(text.text());
        } else if (!content.isEmpty()) {
            json.name("content").beginArray();
            writeParts(content);
            json.endArray();
        }
        if (result.failed()) {
            json.name("is_error").bool(true);
        }
        end(result.cacheControl());
    }

    /** An id may hold letters, digits, underscores and hyphens here. */
    private void writeId(JsonText id) {
        json.string(id.isEmpty() ? JsonText.of("_") : AnswerIds.plain(id));
    }

    private void end(@Nullable JsonText cacheControl) {
        if (cacheControl != null) {
            json.name("cache_control").json(cacheControl);
        }
        json.endObject();
    }

    private void refuse(String type) {
        omissions.refuse("messages[].content[].type=" + type, Dialect.ANTHROPIC_MESSAGES);
    }
}
