package io.sluice.provider.anthropic;

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

/** Writes requests for Messages. Stateless. */
public final class MessagesRequestWriter implements RequestWriter {

    private static final long LEAST_BUDGET = 1024;
    private static final JsonText ANY_OBJECT =
            JsonText.json("{\"type\":\"object\",\"properties\":{}}");

    @Override
    public void write(ChatRequest request, SendTerms terms, Omissions omissions, ByteBuf out) {
        JsonWriter json = new JsonWriter(out);
        json.beginObject();
        json.name("model").string(terms.model());
        Thinking thinking = Thinking.of(request, terms);
        json.number("max_tokens", thinking.maxTokens());
        MessagesBlockWriter blocks = new MessagesBlockWriter(json, omissions);
        writeSystem(request, blocks, json);
        json.name("messages").beginArray();
        blocks.writeConversation(request.messages());
        json.endArray();
        if (request.stream()) {
            json.name("stream").bool(true);
        }
        if (!request.stop().isEmpty()) {
            json.name("stop_sequences").beginArray();
            request.stop().forEach(json::string);
            json.endArray();
        }
        writeTools(request, omissions, json);
        thinking.write(request, omissions, json);
        writeFormat(request, omissions, json);
        request.settings().forEach((setting, field) -> write(setting, field, omissions, json));
        for (Field extra : request.extras()) {
            json.anyName(extra.name()).json(extra.value());
        }
        json.endObject();
    }

    private static void writeSystem(
            ChatRequest request, MessagesBlockWriter blocks, JsonWriter json) {
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

    private static void writeTools(ChatRequest request, Omissions omissions, JsonWriter json) {
        ToolChoice choice = request.toolChoice();
        List<JsonText> only = choice == null || isNamed(choice) ? List.of() : choice.names();
        boolean begun = false;
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    if (only.isEmpty() || only.contains(function.name())) {
                        if (!begun) {
                            json.name("tools").beginArray();
                            begun = true;
                        }
                        writeFunction(function, json);
                    }
                }
                case Tool.Foreign foreign ->
                        omissions.refuse(
                                "tools[].type=" + foreign.type(), Dialect.ANTHROPIC_MESSAGES);
            }
        }
        if (begun) {
            json.endArray();
            writeChoice(choice, request.parallelToolCalls(), json);
        }
    }

    /** Whether it is the one tool that must be called. */
    private static boolean isNamed(ToolChoice choice) {
        return choice.names().size() == 1 && choice.mode() == ToolChoice.Mode.REQUIRED;
    }

    private static void writeFunction(Tool.Function function, JsonWriter json) {
        json.beginObject().name("name").string(function.name());
        JsonText description = function.description();
        if (description != null) {
            json.name("description").string(description);
        }
        JsonText schema = function.schema();
        json.name("input_schema").json(schema == null ? ANY_OBJECT : schema);
        Boolean strict = function.strict();
        if (strict != null && strict) {
            json.name("strict").bool(true);
        }
        JsonText cacheControl = function.cacheControl();
        if (cacheControl != null) {
            json.name("cache_control").json(cacheControl);
        }
        json.endObject();
    }

    private static void writeChoice(
            @Nullable ToolChoice choice, @Nullable Boolean parallel, JsonWriter json) {
        boolean oneAtATime = parallel != null && !parallel;
        if (choice == null && !oneAtATime) {
            return;
        }
        ToolChoice.Mode mode = choice == null ? ToolChoice.Mode.AUTO : choice.mode();
        boolean named = choice != null && isNamed(choice);
        json.name("tool_choice").beginObject();
        switch (mode) {
            case NONE -> json.word("type", "none");
            case AUTO -> json.word("type", "auto");
            case REQUIRED -> json.word("type", named ? "tool" : "any");
        }
        if (choice != null && named) {
            json.name("name").string(choice.names().getFirst());
        }
        if (parallel != null && mode != ToolChoice.Mode.NONE) {
            json.name("disable_parallel_tool_use").bool(oneAtATime);
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
            omissions.refuse("response_format", Dialect.ANTHROPIC_MESSAGES);
            return;
        }
        json.name("output_config").beginObject().name("format").beginObject();
        json.word("type", "json_schema").name("schema").json(schema);
        json.endObject().endObject();
    }

    private static void write(Setting setting, Field field, Omissions omissions, JsonWriter json) {
        JsonText value = field.value();
        switch (setting) {
            case USER -> {
                json.name("metadata").beginObject().name("user_id").json(value).endObject();
            }
            case SERVICE_TIER -> {
                if (value.is("\"auto\"") || value.is("\"standard_only\"")) {
                    json.name("service_tier").json(value);
                } else if (value.is("\"default\"") || value.is("\"standard\"")) {
                    json.word("service_tier", "standard_only");
                } else {
                    omissions.refuse(field.name(), Dialect.ANTHROPIC_MESSAGES);
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
            case METADATA,
                    STORE,
                    PROMPT_CACHE_KEY,
                    PROMPT_CACHE_RETENTION,
                    SAFETY_IDENTIFIER,
                    PREDICTION,
                    INCLUDE,
                    MEDIA_RESOLUTION ->
                    omissions.drop(field.name());
            default -> {
                String name = MessagesFields.SETTINGS.name(setting);
                if (name == null) {
                    omissions.refuse(field.name(), Dialect.ANTHROPIC_MESSAGES);
                } else {
                    json.name(name).json(value);
                }
            }
        }
    }

    /** What says no more than what happens anyway is left out without a word. */
    private static void unless(boolean isDefault, Field field, Omissions omissions) {
        if (!isDefault) {
            omissions.refuse(field.name(), Dialect.ANTHROPIC_MESSAGES);
        }
    }

    /**
     * How much is thought, and how much may be said in all: thoughts count as output, and their
     * budget must be less than the bound.
     */
    private record Thinking(long maxTokens, long budget) {

        static Thinking of(ChatRequest request, SendTerms terms) {
            Reasoning reasoning = request.reasoning();
            long budget = reasoning == null ? Reasoning.UNSAID : reasoning.budget();
            long asked = terms.outputTokens(request.maxOutputTokens());
            if (request.maxOutputTokens() < 0) {
                long wanted = terms.defaultOutputTokens() + Math.max(0, budget);
                asked = Math.min(wanted, terms.outputBound());
            }
            if (budget > 0) {
                budget = Math.min(Math.max(budget, LEAST_BUDGET), asked - 1);
            }
            return new Thinking(asked, budget);
        }

        void write(ChatRequest request, Omissions omissions, JsonWriter json) {
            Reasoning reasoning = request.reasoning();
            if (reasoning == null) {
                return;
            }
            if (budget > 0 && budget < LEAST_BUDGET) {
                omissions.drop("reasoning_effort");
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
            Boolean visible = reasoning.visible();
            if (visible != null && budget != 0) {
                json.word("display", visible ? "summarized" : "omitted");
            }
            json.endObject();
        }
    }
}
