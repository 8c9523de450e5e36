package io.sluice.provider.gemini;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Omissions;
import io.sluice.message.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the contents of a request, and what they are made of. */
final class GeminiPartWriter {

    /*
     * User and model speak in turns here. A result names its tool, which other dialects leave to
     * the call's id, so names are remembered. A signature stands on the part it belongs to: the
     * call behind a thought that was signed, else a part of its own. Gemini 3 refuses a turn whose
     * first call is not signed; for one that another model made, Google names a word that says so
     * (https://ai.google.dev/gemini-api/docs/thought-signatures).
     */

    private static final JsonText UNSIGNED = JsonText.of("skip_thought_signature_validator");

    private final JsonWriter json;
    private final Omissions omissions;
    private final boolean needsSignatures;
    private final Map<JsonText, JsonText> names = new HashMap<>();
    private @Nullable JsonText signature;
    private boolean called;

    GeminiPartWriter(JsonWriter json, Omissions omissions, String model) {
        this.json = json;
        this.omissions = omissions;
        needsSignatures = model.contains("gemini-3");
    }

    void writeConversation(List<Message> messages) {
        Role speaker = null;
        for (Message message : messages) {
            if (message.role().isInstruction() || message.parts().isEmpty()) {
                continue;
            }
            Role role = message.role() == Role.ASSISTANT ? Role.ASSISTANT : Role.USER;
            if (role != speaker) {
                end(speaker);
                json.beginObject().word("role", role == Role.USER ? "user" : "model");
                json.name("parts").beginArray();
                speaker = role;
                called = false;
            }
            if (message.name() != null) {
                omissions.drop("name");
            }
            writeParts(message.parts());
        }
        end(speaker);
    }

    private void end(@Nullable Role speaker) {
        if (speaker != null) {
            writeSignature();
            json.endArray().endObject();
        }
    }

    void writeParts(List<Part> parts) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Part.Thought thought) {
                writeThought(thought, isBeforeCall(parts, i));
            } else {
                writePart(parts.get(i));
            }
        }
    }

    private void writePart(Part part) {
        if (part.cacheControl() != null) {
            omissions.drop("cache_control");
        }
        switch (part) {
            case Part.Text text -> writeText(text.text());
            case Part.Refusal refusal -> writeText(refusal.text());
            case Part.Media media -> writeMedia(media);
            case Part.ToolUse call -> writeCall(call);
            case Part.ToolResult result -> writeResult(result);
            case Part.Thought thought -> writeThought(thought, false);
            case Part.SealedThought _ -> omissions.drop("redacted_thinking");
            case Part.Foreign foreign -> refuse(foreign.type());
        }
    }

    private void writeText(JsonText text) {
        json.beginObject().name("text").string(text).endObject();
    }

    /** Whether a call comes behind the thought at {@code index}, and no other thought before it. */
    private static boolean isBeforeCall(List<Part> parts, int index) {
        for (int i = index + 1; i < parts.size(); i++) {
            if (parts.get(i) instanceof Part.ToolUse) {
                return true;
            }
            if (parts.get(i) instanceof Part.Thought) {
                return false;
            }
        }
        return false;
    }

    private void writeThought(Part.Thought thought, boolean isBeforeCall) {
        writeSignature();
        JsonText signed = thought.signature();
        boolean hasText = !thought.text().isEmpty();
        if (isBeforeCall || !hasText) {
            signature = signed;
        }
        if (hasText) {
            json.beginObject().name("text").string(thought.text()).name("thought").bool(true);
            if (signed != null && !isBeforeCall) {
                json.name("thoughtSignature").string(signed);
            }
            json.endObject();
        }
    }

    /** The signature of a thought that no call came behind. */
    private void writeSignature() {
        JsonText signed = signature;
        signature = null;
        if (signed != null) {
            json.beginObject().word("text", "").name("thoughtSignature").string(signed).endObject();
        }
    }

    private void writeMedia(Part.Media media) {
        String type = media.type();
        switch (media.source()) {
            case TEXT -> writeText(media.content());
            case FILE_ID -> refuse("file_id");
            case BASE64 -> {
                json.beginObject().name("inlineData").beginObject();
                json.name("mimeType").string(type == null ? usual(media) : type);
                json.name("data").string(media.content()).endObject().endObject();
            }
            case URL -> {
                json.beginObject().name("fileData").beginObject();
                json.name("mimeType").string(type == null ? guessed(media) : type);
                json.name("fileUri").string(media.content()).endObject().endObject();
            }
        }
        if (media.detail() != null) {
            omissions.drop("detail");
        }
    }

    private static String usual(Part.Media media) {
        return switch (media.kind()) {
            case IMAGE -> "image/png";
            case AUDIO -> "audio/wav";
            case VIDEO -> "video/mp4";
            case DOCUMENT -> "application/pdf";
        };
    }

    private static String guessed(Part.Media media) {
        String url = media.content().string();
        int query = url.indexOf('?');
        String path = query < 0 ? url : url.substring(0, query);
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "jpg", "jpeg" -> "image/jpeg";
            case "png" -> "image/png";
            case "webp" -> "image/webp";
            case "gif" -> "image/gif";
            default -> usual(media);
        };
    }

    private void writeCall(Part.ToolUse call) {
        names.put(call.id(), call.name());
        if (!GeminiWriter.isObject(call.arguments())) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "the arguments of the call to " + call.name() + " are no JSON object",
                    "messages[].tool_calls[].function.arguments");
        }
        JsonText signed = call.signature() == null ? signature : call.signature();
        signature = null;
        json.beginObject().name("functionCall").beginObject();
        json.name("id").string(call.id()).name("name").string(call.name());
        json.name("args").json(call.arguments()).endObject();
        if (signed != null) {
            json.name("thoughtSignature").string(signed);
        } else if (needsSignatures && !called) {
            json.name("thoughtSignature").string(UNSIGNED);
        }
        called = true;
        json.endObject();
    }

    private void writeResult(Part.ToolResult result) {
        JsonText name = result.name() == null ? names.get(result.id()) : result.name();
        json.beginObject().name("functionResponse").beginObject();
        json.name("id").string(result.id());
        json.name("name").string(name == null ? result.id() : name);
        json.name("response");
        writeResponse(result);
        json.endObject().endObject();
        for (Part part : result.content()) {
            if (part instanceof Part.Media media) {
                writeMedia(media);
            }
        }
    }

    private void writeResponse(Part.ToolResult result) {
        List<Part> content = result.content();
        boolean isOne = content.size() == 1 && content.getFirst() instanceof Part.Text;
        if (isOne
                && !result.failed()
                && content.getFirst() instanceof Part.Text text
                && GeminiWriter.isObject(text.text())) {
            json.json(text.text());
            return;
        }
        StringBuilder joined = new StringBuilder();
        for (Part part : content) {
            if (part instanceof Part.Text text) {
                joined.append(text.text().string());
            } else if (part instanceof Part.Foreign foreign) {
                refuse(foreign.type());
            }
        }
        json.beginObject().name(result.failed() ? "error" : "result");
        json.string(joined.toString()).endObject();
    }

    private void refuse(String type) {
        omissions.refuse("messages[].content[].type=" + type, Dialect.GEMINI);
    }
}
