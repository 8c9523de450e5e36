package io.sluice.provider.bedrock;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes requests for Converse, whose model and stream the path names. Stateless. */
public final class ConverseRequestWriter implements RequestWriter {

    private static final long LEAST_BUDGET = 1024;
    private static final JsonText ANY_OBJECT =
            JsonText.json("{\"type\":\"object\",\"properties\":{}}");

    @Override
    public void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        Extras extras = Extras.of(request, terms);
        json.beginObject();
        ConverseBlockWriter blocks = new ConverseBlockWriter(json, omissions);
        writeSystem(request, blocks, json);
        json.name("messages").beginArray();
        blocks.writeConversation(request.messages());
        json.endArray();
        writeInference(request, extras, json);
        writeTools(request, omissions, json);
        writeFormat(request, omissions, json);
        extras.write(request, omissions, json);
        request.settings().forEach((setting, field) -> write(setting, field, omissions, json));
        json.endObject();
    }

    private static void writeSystem(
            ChatRequest request, ConverseBlockWriter blocks, JsonWriter json) {
        boolean begun = false;
        for (Message message : request.messages()) {
            if (message.role().isInstruction()) {
                if (!begun) {
                    json.name("system").beginArray();
                    begun = true;
                }
                blocks.writeParts(message.parts());
            }
        }
        if (begun) {
            json.endArray();
        }
    }

    private static void writeInference(ChatRequest request, Extras extras, JsonWriter json) {
        JsonText temperature = request.setting(Setting.TEMPERATURE);
        JsonText topP = request.setting(Setting.TOP_P);
        boolean isEmpty =
                extras.maxTokens() < 0
                        && temperature == null
                        && topP == null
                        && request.stop().isEmpty();
        if (isEmpty) {
            return;
        }
        json.name("inferenceConfig").beginObject();
        if (extras.maxTokens() >= 0) {
            json.number("maxTokens", extras.maxTokens());
        }
        if (temperature != null) {
            json.name("temperature").json(temperature);
        }
        if (topP != null) {
            json.name("topP").json(topP);
        }
        if (!request.stop().isEmpty()) {
            json.name("stopSequences").beginArray();
            request.stop().forEach(json::string);
            json.endArray();
        }
        json.endObject();
    }

    private static void writeTools(ChatRequest request, Omissions omissions, JsonWriter json) {
        ToolChoice choice = request.toolChoice();
        if (choice != null && choice.mode() == ToolChoice.Mode.NONE) {
            if (!usesTools(request)) {
                return;
            }
            omissions.refuse("tool_choice", Dialect.BEDROCK_CONVERSE);
        }
        List<JsonText> only = choice == null || isNamed(choice) ? List.of() : choice.names();
        boolean begun = false;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    if (only.isEmpty() || only.contains(function.name())) {
                        if (!begun) {
                            json.name("toolConfig").beginObject().name("tools").beginArray();
                            begun = true;
                        }
                        writeFunction(function, json);
                    }
                }
                case Tool.Foreign foreign ->
                        omissions.refuse(
                                "tools[].type=" + foreign.type(), Dialect.BEDROCK_CONVERSE);
            }
        }
        if (begun) {
            json.endArray();
            writeChoice(choice, json);
            json.endObject();
            Boolean parallel = request.parallelToolCalls();
            if (parallel != null && !parallel) {
                omissions.refuse("parallel_tool_calls", Dialect.BEDROCK_CONVERSE);
            }
        }
    }

    /** Whether the conversation speaks of tools, so that they must be described. */
    private static boolean usesTools(ChatRequest request) {
        return request.messages().stream()
                .flatMap(message -> message.parts().stream())
                .anyMatch(part ->
                        part instanceof io.sluice.message.Part.ToolUse
                                || part instanceof io.sluice.message.Part.ToolResult);
    }

    private static boolean isNamed(ToolChoice choice) {
        return choice.names().size() == 1 && choice.mode() == ToolChoice.Mode.REQUIRED;
    }

    private static void writeFunction(Tool.Function function, JsonWriter json) {
        json.beginObject().name("toolSpec").beginObject();
        json.name("name").string(function.name());
        JsonText description = function.description();
        if (description != null && !description.isEmpty()) {
            json.name("description").string(description);
        }
        JsonText schema = function.schema();
        json.name("inputSchema").beginObject();
        json.name("json").json(schema == null ? ANY_OBJECT : schema).endObject();
        Boolean strict = function.strict();
        if (strict != null && strict) {
            json.name("strict").bool(true);
        }
        json.endObject().endObject();
        if (function.cacheControl() != null) {
            ConverseBlockWriter.writeCachePoint(function.cacheControl(), json);
        }
    }

    private static void writeChoice(@Nullable ToolChoice choice, JsonWriter json) {
        if (choice == null || choice.mode() == ToolChoice.Mode.NONE) {
            return;
        }
        json.name("toolChoice").beginObject();
        if (isNamed(choice)) {
            json.name("tool").beginObject();
            json.name("name").string(choice.names().getFirst()).endObject();
        } else {
            json.name(choice.mode() == ToolChoice.Mode.REQUIRED ? "any" : "auto");
            json.beginObject().endObject();
        }
        json.endObject();
    }

    private static void writeFormat(ChatRequest request, Omissions omissions, JsonWriter json) {
        OutputFormat format = request.format();
        if (format == null || format.kind() == OutputFormat.Kind.TEXT) {
            return;
        }
        JsonText schema = format.schema();
        if (format.kind() == OutputFormat.Kind.JSON || schema == null) {
            omissions.refuse("response_format", Dialect.BEDROCK_CONVERSE);
            return;
        }
        json.name("outputConfig").beginObject().name("textFormat").beginObject();
        json.word("type", "json_schema").name("structure").beginObject();
        json.name("jsonSchema").beginObject().name("schema").string(schema);
        JsonText name = format.name();
        if (name != null) {
            json.name("name").string(name);
        }
        JsonText description = format.description();
        if (description != null) {
            json.name("description").string(description);
        }
        json.endObject().endObject().endObject().endObject();
    }

    private static void write(Setting setting, Field field, Omissions omissions, JsonWriter json) {
        JsonText value = field.value();
        switch (setting) {
            case TEMPERATURE, TOP_P, TOP_K -> {}
            case METADATA -> {
                if (isFlat(value)) {
                    json.name("requestMetadata").json(value);
                } else {
                    omissions.drop(field.name());
                }
            }
            case SERVICE_TIER -> {
                String tier = value.unquoted().string();
                switch (tier) {
                    case "auto" -> {}
                    case "default", "priority", "flex", "reserved" -> {
                        json.name("serviceTier").beginObject().word("type", tier).endObject();
                    }
                    default -> omissions.refuse(field.name(), Dialect.BEDROCK_CONVERSE);
                }
            }
            case CHOICES -> unless(value.is("1"), field, omissions);
            case LOGPROBS, BACKGROUND -> unless(value.is("false"), field, omissions);
            case TOP_LOGPROBS -> unless(value.is("0"), field, omissions);
            case FREQUENCY_PENALTY, PRESENCE_PENALTY ->
                    unless(value.is("0") || value.is("0.0"), field, omissions);
            case LOGIT_BIAS -> unless(value.is("{}"), field, omissions);
            case MODALITIES ->
                    unless(
                            value.string().replaceAll("\\s", "").equalsIgnoreCase("[\"text\"]"),
                            field,
                            omissions);
            case TRUNCATION -> unless(value.is("\"disabled\""), field, omissions);
            case USER,
                    STORE,
                    PROMPT_CACHE_KEY,
                    PROMPT_CACHE_RETENTION,
                    SAFETY_IDENTIFIER,
                    PREDICTION,
                    INCLUDE,
                    MEDIA_RESOLUTION ->
                    omissions.drop(field.name());
            default -> omissions.refuse(field.name(), Dialect.BEDROCK_CONVERSE);
        }
    }

    /** Whether it is an object of strings, which is all that metadata of a request may be here. */
    private static boolean isFlat(JsonText value) {
        var cursor = new io.sluice.json.JsonCursor().on(value.bytes(), value.from(), value.to());
        if (!cursor.is(io.sluice.json.JsonType.OBJECT)) {
            return false;
        }
        cursor.beginObject();
        boolean isFlat = true;
        while (cursor.nextField()) {
            isFlat &= cursor.is(io.sluice.json.JsonType.STRING);
            cursor.skip();
        }
        return isFlat;
    }

    private static void unless(boolean isDefault, Field field, Omissions omissions) {
        if (!isDefault) {
            omissions.refuse(field.name(), Dialect.BEDROCK_CONVERSE);
        }
    }

    /**
     * What only some models take, under their own names: {@code top_k} and thinking of Anthropic's,
     * {@code topK} and {@code reasoningConfig} of Amazon's, and whatever the caller's dialect does
     * not know.
     */
    private record Extras(long maxTokens, long budget, boolean isNova, boolean isClaude) {

        static Extras of(ChatRequest request, SendTerms terms) {
            boolean isNova = terms.model().contains("amazon.nova");
            boolean isClaude =
                    terms.model().contains("anthropic.") || terms.model().contains("claude");
            Reasoning reasoning = request.reasoning();
            long budget = reasoning == null || isNova ? Reasoning.UNSAID : reasoning.budget();
            long asked = terms.outputTokens(request.maxOutputTokens());
            if (budget > 0 && isClaude) {
                if (asked < 0) {
                    asked = terms.defaultOutputTokens() + Math.max(budget, LEAST_BUDGET);
                }
                budget = Math.min(Math.max(budget, LEAST_BUDGET), asked - 1);
            }
            return new Extras(asked, budget, isNova, isClaude);
        }

        void write(ChatRequest request, Omissions omissions, JsonWriter json) {
            Field topK = request.settings().get(Setting.TOP_K);
            Reasoning reasoning = request.reasoning();
            boolean thinks = reasoning != null && thinks(reasoning, omissions);
            if (topK == null && !thinks && request.extras().isEmpty()) {
                return;
            }
            json.name("additionalModelRequestFields").beginObject();
            if (topK != null && isNova) {
                json.name("inferenceConfig").beginObject();
                json.name("topK").json(topK.value()).endObject();
            } else if (topK != null) {
                json.name("top_k").json(topK.value());
            }
            if (thinks && reasoning != null) {
                writeThinking(reasoning, json);
            }
            for (Field extra : request.extras()) {
                json.anyName(extra.name()).json(extra.value());
            }
            json.endObject();
        }

        private boolean thinks(Reasoning reasoning, Omissions omissions) {
            if (isClaude) {
                if (budget > 0 && budget < LEAST_BUDGET) {
                    omissions.drop("reasoning_effort");
                    return false;
                }
                return true;
            }
            if (isNova) {
                return true;
            }
            if (!reasoning.isOff()) {
                omissions.refuse("reasoning_effort", Dialect.BEDROCK_CONVERSE);
            }
            return false;
        }

        private void writeThinking(Reasoning reasoning, JsonWriter json) {
            if (isNova) {
                json.name("reasoningConfig").beginObject();
                json.word("type", reasoning.isOff() ? "disabled" : "enabled");
                if (!reasoning.isOff()) {
                    json.word("maxReasoningEffort", novaEffort(reasoning));
                }
                json.endObject();
                return;
            }
            json.name("thinking").beginObject();
            if (budget == 0) {
                json.word("type", "disabled");
            } else if (budget < 0) {
                json.word("type", "adaptive");
            } else {
                json.word("type", "enabled").number("budget_tokens", budget);
            }
            json.endObject();
        }

        private static String novaEffort(Reasoning reasoning) {
            String effort = reasoning.effortWord();
            return switch (effort == null ? "" : effort) {
                case "minimal", "low" -> "low";
                case "high", "xhigh", "max" -> "high";
                default -> "medium";
            };
        }
    }
}
