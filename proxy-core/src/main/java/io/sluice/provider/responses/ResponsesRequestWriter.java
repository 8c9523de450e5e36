package io.sluice.provider.responses;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.ChatRequest;
import io.sluice.message.ChatRequest.Field;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Omissions;
import io.sluice.message.OutputFormat;
import io.sluice.message.Part;
import io.sluice.message.Reasoning;
import io.sluice.message.RequestWriter;
import io.sluice.message.SendTerms;
import io.sluice.message.Setting;
import io.sluice.message.Tool;
import io.sluice.message.ToolChoice;
import org.jspecify.annotations.Nullable;

/** Writes requests for Responses. Stateless. */
public final class ResponsesRequestWriter implements RequestWriter {

    /*
     * Where a caller does not say that its answer is to be kept it is not: nobody could ask for it
     * again. What the model thinks then comes sealed, so that it can be sent back.
     */

    private static final JsonText ANY_OBJECT =
            JsonText.json("{\"type\":\"object\",\"properties\":{}}");

    @Override
    public void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject();
        json.name("model").string(terms.model());
        json.name("input").beginArray();
        ResponsesItemWriter items = new ResponsesItemWriter(json, omissions);
        for (Message message : request.messages()) {
            items.write(message);
        }
        json.endArray();
        if (request.stream()) {
            json.name("stream").bool(true);
        }
        long bound = terms.outputTokens(request.maxOutputTokens());
        if (bound >= 0) {
            json.number("max_output_tokens", bound);
        }
        if (!request.stop().isEmpty()) {
            omissions.refuse("stop", Dialect.OPENAI_RESPONSES);
        }
        writeTools(request, omissions, json);
        writeText(request.format(), request.setting(Setting.VERBOSITY), json);
        writeReasoning(request.reasoning(), json);
        writeIncluded(request, json);
        if (request.setting(Setting.STORE) == null) {
            json.name("store").bool(false);
        }
        request.settings().forEach((setting, field) -> write(setting, field, omissions, json));
        for (Field extra : request.extras()) {
            json.anyName(extra.name()).json(extra.value());
        }
        json.endObject();
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
                        omissions.refuse(
                                "tools[].type=" + foreign.type(), Dialect.OPENAI_RESPONSES);
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

    /** What says nothing of it is strict here and nowhere else. */
    private static void writeFunction(
            Tool.Function function, Omissions omissions, JsonWriter json) {
        json.beginObject().word("type", "function").name("name").string(function.name());
        JsonText description = function.description();
        if (description != null) {
            json.name("description").string(description);
        }
        JsonText schema = function.schema();
        json.name("parameters").json(schema == null ? ANY_OBJECT : schema);
        Boolean strict = function.strict();
        json.name("strict").bool(strict != null && strict).endObject();
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
            json.beginObject().word("type", "allowed_tools").word("mode", word(choice.mode()));
            json.name("tools").beginArray();
            choice.names().forEach(name -> writeNamed(name, json));
            json.endArray().endObject();
        }
    }

    private static void writeNamed(JsonText name, JsonWriter json) {
        json.beginObject().word("type", "function").name("name").string(name).endObject();
    }

    private static String word(ToolChoice.Mode mode) {
        return switch (mode) {
            case AUTO -> "auto";
            case NONE -> "none";
            case REQUIRED -> "required";
        };
    }

    private static void writeText(
            @Nullable OutputFormat format, @Nullable JsonText verbosity, JsonWriter json) {
        if (format == null && verbosity == null) {
            return;
        }
        json.name("text").beginObject();
        if (format != null) {
            json.name("format").beginObject();
            switch (format.kind()) {
                case TEXT -> json.word("type", "text");
                case JSON -> json.word("type", "json_object");
                case SCHEMA -> writeSchema(format, json);
            }
            json.endObject();
        }
        if (verbosity != null) {
            json.name("verbosity").json(verbosity);
        }
        json.endObject();
    }

    private static void writeSchema(OutputFormat format, JsonWriter json) {
        json.word("type", "json_schema");
        JsonText name = format.name();
        json.name("name").string(name == null ? JsonText.of("response") : name);
        JsonText description = format.description();
        if (description != null) {
            json.name("description").string(description);
        }
        JsonText schema = format.schema();
        json.name("schema").json(schema == null ? ANY_OBJECT : schema);
        Boolean strict = format.strict();
        if (strict != null) {
            json.name("strict").bool(strict);
        }
    }

    private static void writeReasoning(@Nullable Reasoning reasoning, JsonWriter json) {
        if (reasoning == null) {
            return;
        }
        String effort = reasoning.effortWord();
        json.name("reasoning").beginObject();
        if (effort != null) {
            json.word("effort", effort.equals("max") ? "xhigh" : effort);
        }
        if (Boolean.TRUE.equals(reasoning.visible())) {
            json.word("summary", "auto");
        }
        json.endObject();
    }

    private static void writeIncluded(ChatRequest request, JsonWriter json) {
        boolean seals = request.setting(Setting.STORE) == null && thinks(request);
        JsonText wanted = request.setting(Setting.LOGPROBS);
        boolean counts = wanted != null && wanted.is("true");
        if (!seals && !counts) {
            return;
        }
        json.name("include").beginArray();
        if (seals) {
            json.word("reasoning.encrypted_content");
        }
        if (counts) {
            json.word("message.output_text.logprobs");
        }
        json.endArray();
    }

    private static boolean thinks(ChatRequest request) {
        Reasoning reasoning = request.reasoning();
        return (reasoning != null && !reasoning.isOff())
                || request.messages().stream()
                        .flatMap(message -> message.parts().stream())
                        .anyMatch(part ->
                                part instanceof Part.SealedThought || part instanceof Part.Thought);
    }

    private static void write(Setting setting, Field field, Omissions omissions, JsonWriter json) {
        JsonText value = field.value();
        switch (setting) {
            case CHOICES -> unless(value.is("1"), field, omissions);
            case FREQUENCY_PENALTY, PRESENCE_PENALTY ->
                    unless(value.is("0") || value.is("0.0"), field, omissions);
            case LOGIT_BIAS -> unless(value.is("{}"), field, omissions);
            case LOGPROBS, VERBOSITY, INCLUDE -> {}
            case MODALITIES ->
                    unless(
                            value.string().replaceAll("\\s", "").equalsIgnoreCase("[\"text\"]"),
                            field,
                            omissions);
            case SERVICE_TIER -> {
                JsonText word = value.unquoted();
                json.word("service_tier", word.is("standard_only") ? "default" : word.string());
            }
            case PREDICTION, CONTEXT_MANAGEMENT, MEDIA_RESOLUTION -> omissions.drop(field.name());
            default -> {
                String name = ResponsesFields.SETTINGS.name(setting);
                if (name == null) {
                    omissions.refuse(field.name(), Dialect.OPENAI_RESPONSES);
                } else {
                    json.name(name).json(value);
                }
            }
        }
    }

    private static void unless(boolean isDefault, Field field, Omissions omissions) {
        if (!isDefault) {
            omissions.refuse(field.name(), Dialect.OPENAI_RESPONSES);
        }
    }
}
