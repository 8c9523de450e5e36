package io.sluice.provider.ollama;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Omissions;
import io.sluice.message.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of a request. A message has one text here, and its pictures beside it; a
 * result of a tool names the tool instead of the call.
 */
final class OllamaMessageWriter {

    private final JsonWriter json;
    private final Omissions omissions;

    /** Names of the tools that were called, by the ids of their calls. */
    private final Map<String, JsonText> called = new HashMap<>();

    OllamaMessageWriter(JsonWriter json, Omissions omissions) {
        this.json = json;
        this.omissions = omissions;
    }

    void write(List<Message> messages) {
        for (Message message : messages) {
            if (message.name() != null) {
                omissions.drop("name");
            }
            boolean isSaid = false;
            for (Part part : message.parts()) {
                if (part instanceof Part.ToolResult result) {
                    writeResult(result);
                } else {
                    isSaid = true;
                }
            }
            if (isSaid) {
                writeMessage(message);
            }
        }
    }

    private void writeMessage(Message message) {
        String role =
                switch (message.role()) {
                    case SYSTEM, DEVELOPER -> "system";
                    case USER, TOOL -> "user";
                    case ASSISTANT -> "assistant";
                };
        json.beginObject().word("role", role);
        writeText(message.parts());
        writeThought(message.parts());
        writeImages(message.parts());
        writeCalls(message.parts());
        json.endObject();
    }

    private void writeText(List<Part> parts) {
        json.name("content").beginString("");
        boolean isFirst = true;
        for (Part part : parts) {
            dropBreakpoint(part.cacheControl());
            JsonText text =
                    switch (part) {
                        case Part.Text said -> said.text();
                        case Part.Refusal refusal -> refusal.text();
                        case Part.Media _, Part.Thought _, Part.ToolUse _, Part.ToolResult _ ->
                                null;
                        case Part.SealedThought _ -> {
                            omissions.drop("thinking");
                            yield null;
                        }
                        case Part.Foreign foreign -> {
                            refuse(foreign.type());
                            yield null;
                        }
                    };
            if (text != null) {
                if (!isFirst) {
                    json.inside("\\n");
                }
                isFirst = false;
                json.inside(text);
            }
        }
        json.endString();
    }

    private void writeThought(List<Part> parts) {
        for (Part part : parts) {
            if (part instanceof Part.Thought thought && !thought.text().isEmpty()) {
                json.name("thinking").string(thought.text());
                return;
            }
        }
    }

    private void writeImages(List<Part> parts) {
        boolean begun = false;
        for (Part part : parts) {
            if (part instanceof Part.Media media) {
                boolean isImage = media.kind() == Part.Media.Kind.IMAGE;
                if (!isImage || media.source() != Part.Media.Source.BASE64) {
                    refuse(isImage ? "image_url" : media.kind().name().toLowerCase(Locale.ROOT));
                    continue;
                }
                if (!begun) {
                    json.name("images").beginArray();
                    begun = true;
                }
                json.string(media.content());
            }
        }
        if (begun) {
            json.endArray();
        }
    }

    private void writeCalls(List<Part> parts) {
        boolean begun = false;
        for (Part part : parts) {
            if (part instanceof Part.ToolUse call) {
                if (!begun) {
                    json.name("tool_calls").beginArray();
                    begun = true;
                }
                called.put(call.id().string(), call.name());
                json.beginObject().name("function").beginObject();
                json.name("name").string(call.name());
                json.name("arguments").json(call.arguments()).endObject().endObject();
            }
        }
        if (begun) {
            json.endArray();
        }
    }

    private void writeResult(Part.ToolResult result) {
        dropBreakpoint(result.cacheControl());
        json.beginObject().word("role", "tool");
        JsonText name = result.name() == null ? called.get(result.id().string()) : result.name();
        if (name != null) {
            json.name("tool_name").string(name);
        }
        writeText(result.content());
        writeImages(result.content());
        json.endObject();
    }

    private void dropBreakpoint(@Nullable JsonText cacheControl) {
        if (cacheControl != null) {
            omissions.drop("cache_control");
        }
    }

    private void refuse(String type) {
        omissions.refuse("messages[].content[].type=" + type, Dialect.OLLAMA_CHAT);
    }
}
