package io.sluice.provider.bedrock;

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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the messages of a request, and what they are made of. */
final class ConverseBlockWriter {

    /*
     * User and assistant speak in turns, as with Messages: what follows each other from one of them
     * becomes one message, the results of tools among what the user says. A cache breakpoint is a
     * block of its own behind the one it was told with.
     */

    private final JsonWriter json;
    private final Omissions omissions;
    private int documents;

    ConverseBlockWriter(JsonWriter json, Omissions omissions) {
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
        for (Part part : parts) {
            if (writePart(part) && part.cacheControl() != null) {
                writeCachePoint(part.cacheControl(), json);
            }
        }
    }

    /** Writes a breakpoint; how long it holds is said where it is an hour. */
    static void writeCachePoint(@Nullable JsonText cacheControl, JsonWriter json) {
        json.beginObject().name("cachePoint").beginObject().word("type", "default");
        if (cacheControl != null && cacheControl.string().contains("\"1h\"")) {
            json.word("ttl", "1h");
        }
        json.endObject().endObject();
    }

    private void end(@Nullable Role speaker) {
        if (speaker != null) {
            json.endArray().endObject();
        }
    }

    private static boolean isSilent(Message message) {
        return message.parts().stream()
                .allMatch(part ->
                        (part instanceof Part.Text text && text.text().isEmpty())
                                || (part instanceof Part.Thought thought
                                        && thought.signature() == null));
    }

    /** Writes a piece; says whether there was anything to write. */
    private boolean writePart(Part part) {
        return switch (part) {
            case Part.Text text -> writeText(text.text());
            case Part.Refusal refusal -> writeText(refusal.text());
            case Part.Media media -> writeMedia(media);
            case Part.ToolUse call -> writeCall(call);
            case Part.ToolResult result -> writeResult(result);
            case Part.Thought thought -> writeThought(thought);
            case Part.SealedThought sealed -> {
                json.beginObject().name("reasoningContent").beginObject();
                json.name("redactedContent").string(sealed.content()).endObject().endObject();
                yield true;
            }
            case Part.Foreign foreign -> refuse(foreign.type());
        };
    }

    private boolean writeText(JsonText text) {
        if (text.isEmpty()) {
            return false;
        }
        json.beginObject().name("text").string(text).endObject();
        return true;
    }

    private boolean writeThought(Part.Thought thought) {
        JsonText signature = thought.signature();
        if (signature == null) {
            omissions.drop("reasoning_content");
            return false;
        }
        json.beginObject().name("reasoningContent").beginObject();
        json.name("reasoningText").beginObject();
        json.name("text").string(thought.text()).name("signature").string(signature);
        json.endObject().endObject().endObject();
        return true;
    }

    private boolean writeMedia(Part.Media media) {
        String kind =
                switch (media.kind()) {
                    case IMAGE -> "image";
                    case DOCUMENT -> "document";
                    case VIDEO -> "video";
                    case AUDIO -> "audio";
                };
        boolean isS3 =
                media.source() == Part.Media.Source.URL && media.content().startsWith("s3://");
        boolean isText = media.source() == Part.Media.Source.TEXT;
        boolean isHere = media.source() == Part.Media.Source.BASE64 || isText || isS3;
        if (!isHere || (isText && media.kind() != Part.Media.Kind.DOCUMENT)) {
            String where = media.source() == Part.Media.Source.FILE_ID ? "file_id" : kind + "_url";
            return refuse(where);
        }
        json.beginObject().name(kind).beginObject();
        json.word("format", isText ? "txt" : format(media));
        if (media.kind() == Part.Media.Kind.DOCUMENT) {
            documents++;
            json.word("name", documentName(media.name()));
        }
        json.name("source").beginObject();
        if (isS3) {
            json.name("s3Location").beginObject();
            json.name("uri").string(media.content()).endObject();
        } else {
            json.name(isText ? "text" : "bytes").string(media.content());
        }
        json.endObject().endObject().endObject();
        if (media.detail() != null) {
            omissions.drop("detail");
        }
        return true;
    }

    /** The word for a media type, which is its second half mostly. */
    private static String format(Part.Media media) {
        String type = media.type() == null ? "" : media.type().toLowerCase(Locale.ROOT);
        int slash = type.indexOf('/');
        String sub = type.substring(slash + 1);
        int end = sub.indexOf(';');
        String bare = end < 0 ? sub : sub.substring(0, end);
        return switch (media.kind()) {
            case IMAGE ->
                    bare.isEmpty() || bare.equals("*")
                            ? "png"
                            : bare.equals("jpg") ? "jpeg" : word(bare);
            case DOCUMENT ->
                    switch (bare) {
                        case "" -> "pdf";
                        case "plain" -> "txt";
                        case "markdown" -> "md";
                        case "msword" -> "doc";
                        case "vnd.openxmlformats-officedocument.wordprocessingml.document" ->
                                "docx";
                        case "vnd.ms-excel" -> "xls";
                        case "vnd.openxmlformats-officedocument.spreadsheetml.sheet" -> "xlsx";
                        default -> word(bare);
                    };
            case VIDEO ->
                    switch (bare) {
                        case "" -> "mp4";
                        case "quicktime" -> "mov";
                        case "x-matroska" -> "mkv";
                        case "3gpp" -> "three_gp";
                        default -> word(bare);
                    };
            case AUDIO -> bare.isEmpty() ? "wav" : word(bare);
        };
    }

    /** What may stand in a JSON string as it is. */
    private static String word(String text) {
        return text.replaceAll("[^a-z0-9_.+-]", "");
    }

    /** Letters, digits, single blanks, hyphens, brackets: more a name may not hold here. */
    private String documentName(@Nullable JsonText name) {
        String plain =
                name == null ? "" : name.string().replaceAll("[^A-Za-z0-9()\\[\\]-]+", " ").strip();
        String bounded = plain.length() > 180 ? plain.substring(0, 180).strip() : plain;
        return bounded.isEmpty() ? "document " + documents : bounded;
    }

    private boolean writeCall(Part.ToolUse call) {
        JsonText signature = call.signature();
        if (signature != null) {
            writeThought(new Part.Thought(JsonText.EMPTY, signature));
        }
        json.beginObject().name("toolUse").beginObject().name("toolUseId");
        writeId(call.id());
        json.name("name").string(call.name());
        if (!isObject(call.arguments())) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "the arguments of the call to " + call.name() + " are no JSON object",
                    "messages[].tool_calls[].function.arguments");
        }
        json.name("input").json(call.arguments());
        json.endObject().endObject();
        return true;
    }

    private static boolean isObject(JsonText text) {
        byte[] decoded = text.string().getBytes(StandardCharsets.UTF_8);
        JsonCursor cursor = new JsonCursor().on(decoded, 0, decoded.length);
        try {
            boolean isObject = cursor.is(JsonType.OBJECT);
            cursor.skip();
            return isObject && cursor.isDone();
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    private boolean writeResult(Part.ToolResult result) {
        json.beginObject().name("toolResult").beginObject().name("toolUseId");
        writeId(result.id());
        json.name("content").beginArray();
        writeParts(result.content());
        json.endArray();
        json.word("status", result.failed() ? "error" : "success");
        json.endObject().endObject();
        return true;
    }

    private void writeId(JsonText id) {
        json.string(id.isEmpty() ? JsonText.of("_") : AnswerIds.plain(id));
    }

    private boolean refuse(String type) {
        omissions.refuse("messages[].content[].type=" + type, Dialect.BEDROCK_CONVERSE);
        return false;
    }
}
