package io.sluice.provider.openai;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.ChatRequest;
import io.sluice.message.ChatRequest.Field;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Omissions;
import io.sluice.message.OutputFormat;
import io.sluice.message.Reasoning;
import io.sluice.message.RequestWriter;
import io.sluice.message.SendTerms;
import io.sluice.message.Setting;
import io.sluice.message.Tool;
import io.sluice.message.ToolChoice;

/** Writes requests for chat completions. Stateless. */
public final class ChatRequestWriter implements RequestWriter {

    private static final int LONGEST_USER = 64;

    @Override
    public void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject();
        json.name("model").string(terms.model());
        json.name("messages").beginArray();
        ChatMessageWriter messages = new ChatMessageWriter(json, omissions);
        for (Message message : request.messages()) {
            messages.write(message);
        }
        json.endArray();
        if (request.stream()) {
            json.name("stream").bool(true);
            if (terms.askUsage()) {
                json.name("stream_options").beginObject();
                json.name("include_usage").bool(true).endObject();
            }
        }
        long bound = terms.outputTokens(request.maxOutputTokens());
        if (bound >= 0) {
            json.number(terms.outputField().wireName(), bound);
        }
        if (!request.stop().isEmpty()) {
            json.name("stop").beginArray();
            request.stop().forEach(json::string);
            json.endArray();
        }
        writeTools(request, omissions, json);
        OutputFormat format = request.format();
        if (format != null) {
            json.name("response_format");
            writeFormat(format, json);
        }
        Reasoning reasoning = request.reasoning();
        if (reasoning != null) {
            if (terms.googleThoughts()) {
                writeThinkingConfig(reasoning, json);
            } else {
                writeReasoning(reasoning, json);
            }
        }
        request.settings().forEach((setting, field) -> write(setting, field, omissions, json));
        for (Field extra : request.extras()) {
            json.anyName(extra.name()).json(extra.value());
        }
        json.endObject();
    }

    /** See Google's page on OpenAI compatibility: the effort may not stand beside the budget. */
    private static void writeThinkingConfig(Reasoning reasoning, JsonWriter json) {
        json.name("extra_body").beginObject().name("google").beginObject();
        json.name("thinking_config").beginObject().name("include_thoughts").bool(true);
        json.number("thinking_budget", reasoning.budget());
        json.endObject().endObject().endObject();
    }

    private static void writeReasoning(Reasoning reasoning, JsonWriter json) {
        boolean saysOff = "none".equals(reasoning.effort());
        String effort = reasoning.effortWord();
        if (effort != null && (saysOff || !effort.equals("none"))) {
            json.word("reasoning_effort", effort.equals("max") ? "xhigh" : effort);
        }
    }

    private static void write(Setting setting, Field field, Omissions omissions, JsonWriter json) {
        JsonText value = field.value();
        switch (setting) {
            case USER -> writeUser(value, json);
            case SERVICE_TIER -> {
                JsonText word = value.unquoted();
                json.word("service_tier", word.is("standard_only") ? "default" : word.string());
            }
            case CONTEXT_MANAGEMENT, MEDIA_RESOLUTION, INCLUDE -> omissions.drop(field.name());
            case BACKGROUND, TRUNCATION -> {
                if (value.is("false") || value.is("\"disabled\"")) {
                    return;
                }
                omissions.refuse(field.name(), Dialect.OPENAI_CHAT);
            }
            default -> {
                String name = ChatFields.SETTINGS.name(setting);
                if (name == null) {
                    omissions.refuse(field.name(), Dialect.OPENAI_CHAT);
                } else {
                    json.name(name).json(value);
                }
            }
        }
    }

    /** OpenAI takes no more than 64 characters; a longer name keeps its beginning. */
    private static void writeUser(JsonText value, JsonWriter json) {
        String user = value.unquoted().string();
        json.name("user")
                .string(user.length() > LONGEST_USER ? user.substring(0, LONGEST_USER) : user);
    }

    private static void writeTools(ChatRequest request, Omissions omissions, JsonWriter json) {
        boolean begun = false;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    if (!begun) {
                        json.name("tools").beginArray();
                        begun = true;
                    }
                    writeFunction(function, omissions, json);
                }
                case Tool.Foreign foreign ->
                        omissions.refuse("tools[].type=" + foreign.type(), Dialect.OPENAI_CHAT);
            }
        }
        if (!begun) {
            return;
        }
        json.endArray();
        ToolChoice choice = request.toolChoice();
        if (choice != null) {
            json.name("tool_choice");
            writeChoice(choice, json);
        }
        Boolean parallel = request.parallelToolCalls();
        if (parallel != null) {
            json.name("parallel_tool_calls").bool(parallel);
        }
    }

    private static void writeFunction(
            Tool.Function function, Omissions omissions, JsonWriter json) {
        json.beginObject().word("type", "function").name("function").beginObject();
        json.name("name").string(function.name());
        JsonText description = function.description();
        if (description != null) {
            json.name("description").string(description);
        }
        JsonText schema = function.schema();
        if (schema != null) {
            json.name("parameters").json(schema);
        }
        Boolean strict = function.strict();
        if (strict != null) {
            json.name("strict").bool(strict);
        }
        json.endObject().endObject();
        if (function.cacheControl() != null) {
            omissions.drop("cache_control");
        }
    }

    private static void writeChoice(ToolChoice choice, JsonWriter json) {
        if (choice.names().isEmpty()) {
            json.word(word(choice.mode()));
        } else if (choice.names().size() == 1 && choice.mode() == ToolChoice.Mode.REQUIRED) {
            writeNamed(choice.names().getFirst(), json);
        } else {
            json.beginObject().word("type", "allowed_tools").name("allowed_tools").beginObject();
            json.word("mode", word(choice.mode())).name("tools").beginArray();
            choice.names().forEach(name -> writeNamed(name, json));
            json.endArray().endObject().endObject();
        }
    }

    private static void writeNamed(JsonText name, JsonWriter json) {
        json.beginObject().word("type", "function").name("function").beginObject();
        json.name("name").string(name).endObject().endObject();
    }

    private static String word(ToolChoice.Mode mode) {
        return switch (mode) {
            case AUTO -> "auto";
            case NONE -> "none";
            case REQUIRED -> "required";
        };
    }

    private static void writeFormat(OutputFormat format, JsonWriter json) {
        json.beginObject();
        switch (format.kind()) {
            case TEXT -> json.word("type", "text");
            case JSON -> json.word("type", "json_object");
            case SCHEMA -> {
                json.word("type", "json_schema").name("json_schema").beginObject();
                JsonText name = format.name();
                json.name("name").string(name == null ? JsonText.of("response") : name);
                writeSchema(format, json);
                json.endObject();
            }
        }
        json.endObject();
    }

    private static void writeSchema(OutputFormat format, JsonWriter json) {
        JsonText description = format.description();
        if (description != null) {
            json.name("description").string(description);
        }
        JsonText schema = format.schema();
        if (schema != null) {
            json.name("schema").json(schema);
        }
        Boolean strict = format.strict();
        if (strict != null) {
            json.name("strict").bool(strict);
        }
    }
}
