package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model says to a call, before a dialect gives it a shape. Immutable.
 *
 * @param thoughts reasoning, the same for every choice
 * @param choices the text of each choice; empty texts where functions are called instead
 * @param finish why it ended, in the words of chat completions
 */
record Reply(
        Wording thoughts,
        List<Wording> choices,
        List<ToolCall> tools,
        String finish,
        Tokens tokens) {

    private static final int DEFAULT_SIZE = 4;
    private static final int STREAMED_SIZE = 1024;
    private static final int MAX_CHOICES = 128;

    /**
     * What the call is billed.
     *
     * @param input the prompt's, cached ones included
     * @param output reasoning included
     */
    record Tokens(long input, long cached, long output, long reasoning) {

        static final Tokens ZERO = new Tokens(0, 0, 0, 0);
    }

    /**
     * The reply to {@code call}.
     *
     * @param subject the messages, prompt or input
     */
    static Reply to(ProviderCall call, JsonNode subject) {
        Knobs knobs = call.knobs();
        JsonNode body = call.body();
        int limit = limit(body);
        Wording thoughts = Wording.seeded(~call.seed(), knobs.count(Knob.THINK, 0), 0);
        List<ToolCall> tools = tools(call, subject);
        int n = Math.clamp(body.path("n").asInt(1), 1, MAX_CHOICES);
        List<Wording> choices = new ArrayList<>();
        boolean cut = false;
        for (int i = 0; i < n; i++) {
            Wording whole = tools.isEmpty() ? wording(call, subject, i) : Wording.ofWords("");
            int room = Math.max(0, limit - thoughts.count()) / whole.tokensPerPiece();
            choices.add(whole.first(room));
            cut |= room < whole.count();
        }
        String finish = cut ? "length" : tools.isEmpty() ? "stop" : "tool_calls";
        return new Reply(
                thoughts,
                List.copyOf(choices),
                tools,
                knobs.word(Knob.FINISH, finish),
                tokens(call, subject, thoughts, choices, tools));
    }

    /** Completion tokens that no piece bills by itself, because a knob says another number. */
    long unbilledTokens() {
        long pieces = thoughts.count();
        for (Wording choice : choices) {
            pieces += (long) choice.count() * choice.tokensPerPiece();
        }
        for (ToolCall tool : tools) {
            pieces += tool.tokens();
        }
        return tokens.output - pieces;
    }

    private static Tokens tokens(
            ProviderCall call,
            JsonNode subject,
            Wording thoughts,
            List<Wording> choices,
            List<ToolCall> tools) {
        long output = thoughts.count();
        for (Wording choice : choices) {
            output += (long) choice.count() * choice.tokensPerPiece();
        }
        for (ToolCall tool : tools) {
            output += tool.tokens();
        }
        Knobs knobs = call.knobs();
        return new Tokens(
                knobs.count(Knob.INPUT, (int) Prompts.tokens(subject)),
                knobs.count(Knob.CACHED, 0),
                knobs.has(Knob.OUTPUT) ? knobs.count(Knob.OUTPUT, 0) : output,
                thoughts.count());
    }

    private static int limit(JsonNode body) {
        for (String field : List.of("max_completion_tokens", "max_tokens", "max_output_tokens")) {
            if (body.path(field).canConvertToInt()) {
                return body.get(field).asInt();
            }
        }
        return Integer.MAX_VALUE;
    }

    private static Wording wording(ProviderCall call, JsonNode subject, int choice) {
        Knobs knobs = call.knobs();
        long seed = Seeds.mix(call.seed(), choice);
        if (knobs.has(Knob.BYTES) && call.isStream()) {
            int size = knobs.count(Knob.SIZE, STREAMED_SIZE);
            return Wording.seeded(seed, (int) Math.ceilDiv(knobs.bytes(Knob.BYTES), size), size);
        }
        if (knobs.has(Knob.WORD)) {
            return Wording.repeated(knobs.word(Knob.WORD, ""), knobs.count(Knob.CHUNKS, 16));
        }
        if (knobs.has(Knob.CHUNKS) || knobs.has(Knob.SIZE)) {
            return Wording.seeded(seed, knobs.count(Knob.CHUNKS, 16), knobs.count(Knob.SIZE, 0));
        }
        JsonNode format = format(call.body());
        if (!format.isMissingNode()) {
            return Wording.of(SampleJson.of(format, seed).toString(), DEFAULT_SIZE);
        }
        return Wording.ofWords(spoken(subject, seed));
    }

    private static String spoken(JsonNode subject, long seed) {
        String asked = Knobs.withoutKnobs(Prompts.last(subject));
        int end =
                asked.offsetByCodePoints(0, Math.min(80, asked.codePointCount(0, asked.length())));
        String rest = Wording.seeded(seed, 8 + Seeds.below(seed, 16), 0).text();
        return "Hello from the built-in upstream. You said: \""
                + asked.substring(0, end)
                + "\". "
                + rest;
    }

    private static JsonNode format(JsonNode body) {
        JsonNode format =
                body.has("response_format")
                        ? body.path("response_format")
                        : body.path("text").path("format");
        return switch (format.path("type").asText("")) {
            case "json_object" -> format;
            case "json_schema" ->
                    format.has("schema")
                            ? format.get("schema")
                            : format.path("json_schema").path("schema");
            default -> format.path("none");
        };
    }

    private static List<ToolCall> tools(ProviderCall call, JsonNode subject) {
        JsonNode tools = call.body().path("tools");
        List<ToolCall> calls = new ArrayList<>();
        if (call.knobs().has(Knob.TOOL) && !Prompts.endsWithToolResult(subject)) {
            String names = call.knobs().word(Knob.TOOL, "");
            for (int at = 0; at < names.length(); ) {
                int comma = names.indexOf(',', at);
                int end = comma < 0 ? names.length() : comma;
                calls.add(tool(names.substring(at, end), tools, call, calls.size()));
                at = end + 1;
            }
            return List.copyOf(calls);
        }
        String chosen = chosen(call.body().path("tool_choice"), tools);
        return chosen == null ? List.of() : List.of(tool(chosen, tools, call, 0));
    }

    private static ToolCall tool(String name, JsonNode tools, ProviderCall call, int index) {
        return ToolCall.of(name, tools, Seeds.mix(call.seed(), index), call.ordinal());
    }

    private static @Nullable String chosen(JsonNode choice, JsonNode tools) {
        if (choice.isObject()) {
            return ToolCall.function(choice).path("name").asText("");
        }
        if (choice.asText("").equals("required") && !tools.isEmpty()) {
            return ToolCall.function(tools.get(0)).path("name").asText("");
        }
        return null;
    }
}
