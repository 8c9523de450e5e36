package io.sluice.provider.cohere;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Omissions;
import io.sluice.message.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the messages of a request; results of tools are messages of their own. */
final class CohereMessageWriter {

    private final JsonWriter json;
    private final Omissions omissions;

    CohereMessageWriter(JsonWriter json, Omissions omissions) {
        this.json = json;
        this.omissions = omissions;
    }

    void write(List<Message> messages) {
        for (Message message : messages) {
            if (message.name() != null) {
                omissions.drop("name");
            }
            for (Part part : message.parts()) {
                if (part instanceof Part.ToolResult result) {
                    writeResult(result);
                }
            }
            if (message.parts().stream().anyMatch(CohereMessageWriter::isSaid)) {
                writeMessage(message);
            }
        }
    }

    private static boolean isSaid(Part part) {
        return !(part instanceof Part.ToolResult);
    }

    private void writeMessage(Message message) {
        String role =
                switch (message.role()) {
                    case SYSTEM, DEVELOPER -> "system";
                    case USER, TOOL -> "user";
                    case ASSISTANT -> "assistant";
                };
        json.beginObject().word("role", role);
        boolean hasContent = message.parts().stream().anyMatch(CohereMessageWriter::isContent);
        if (hasContent) {
            json.name("content").beginArray();
            message.parts().forEach(this::writeContent);
            json.endArray();
        }
        boolean begun = false;
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolUse call) {
                if (!begun) {
                    json.name("tool_calls").beginArray();
                    begun = true;
                }
                writeCall(call);
            }
        }
        if (begun) {
            json.endArray();
        }
        json.endObject();
    }

    private static boolean isContent(Part part) {
        return !(part instanceof Part.ToolUse || part instanceof Part.ToolResult);
    }

    private void writeContent(Part part) {
        dropBreakpoint(part.cacheControl());
        switch (part) {
            case Part.Text text -> writeText(text.text());
            case Part.Refusal refusal -> writeText(refusal.text());
            case Part.Thought thought -> {
                json.beginObject().word("type", "thinking");
                json.name("thinking").string(thought.text()).endObject();
            }
            case Part.Media media -> writeMedia(media);
            case Part.SealedThought _ -> omissions.drop("thinking");
            case Part.Foreign foreign -> refuse(foreign.type());
            case Part.ToolUse _, Part.ToolResult _ -> {}
        }
    }

    private void writeText(JsonText text) {
        json.beginObject().word("type", "text").name("text").string(text).endObject();
    }

    private void writeMedia(Part.Media media) {
        boolean isImage = media.kind() == Part.Media.Kind.IMAGE;
        boolean isUrl = media.source() == Part.Media.Source.URL;
        if (!isImage || (!isUrl && media.source() != Part.Media.Source.BASE64)) {
            refuse(isImage ? "file_id" : media.kind().name().toLowerCase(java.util.Locale.ROOT));
            return;
        }
        json.beginObject().word("type", "image_url").name("image_url").beginObject();
        json.name("url");
        if (isUrl) {
            json.string(media.content());
        } else {
            String type = media.type() == null ? "image/png" : media.type();
            json.beginString("data:").inside(JsonText.of(type)).inside(";base64,");
            json.inside(media.content()).endString();
        }
        JsonText detail = media.detail();
        if (detail != null) {
            json.name("detail").string(detail);
        }
        json.endObject().endObject();
    }

    private void writeCall(Part.ToolUse call) {
        dropBreakpoint(call.cacheControl());
        json.beginObject().name("id").string(call.id()).word("type", "function");
        json.name("function").beginObject().name("name").string(call.name());
        json.name("arguments").string(call.arguments()).endObject().endObject();
    }

    private void writeResult(Part.ToolResult result) {
        dropBreakpoint(result.cacheControl());
        json.beginObject().word("role", "tool").name("tool_call_id").string(result.id());
        json.name("content").beginArray();
        for (Part part : result.content()) {
            if (part instanceof Part.Text text) {
                writeText(text.text());
            } else {
                refuse("tool_result");
            }
        }
        json.endArray().endObject();
    }

    private void dropBreakpoint(@Nullable JsonText cacheControl) {
        if (cacheControl != null) {
            omissions.drop("cache_control");
        }
    }

    private void refuse(String type) {
        omissions.refuse("messages[].content[].type=" + type, Dialect.COHERE_CHAT);
    }
}
