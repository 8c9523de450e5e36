package io.sluice.translate;

import io.sluice.json.JsonText;
import io.sluice.message.ChatRequest;
import io.sluice.message.ChatRequest.Field;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.OutputFormat;
import io.sluice.message.Part;
import io.sluice.message.Reasoning;
import io.sluice.message.Setting;
import io.sluice.message.Tool;
import io.sluice.message.ToolChoice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A conversation made up of what one dialect can carry. */
final class RandomRequest {

    private final Random random;
    private final Dialect dialect;
    private int calls;

    RandomRequest(Random random, Dialect dialect) {
        this.random = random;
        this.dialect = dialect;
    }

    ChatRequest next() {
        List<Message> messages = new ArrayList<>();
        if (random.nextBoolean()) {
            messages.add(new Message(Role.SYSTEM, List.of(text()), null));
        }
        int turns = 1 + random.nextInt(3);
        for (int i = 0; i < turns; i++) {
            messages.add(new Message(Role.USER, said(), null));
            messages.add(new Message(Role.ASSISTANT, answered(), null));
            addResults(messages);
        }
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            tools.add(tool(i));
        }
        boolean isFree = tools.isEmpty() || random.nextBoolean();
        ToolChoice choice = isFree ? null : new ToolChoice(ToolChoice.Mode.REQUIRED, names(tools));
        return new ChatRequest(
                random.nextBoolean(),
                true,
                messages,
                tools,
                choice,
                null,
                format(),
                reasoning(),
                5000 + random.nextInt(1000),
                dialect != Dialect.OPENAI_RESPONSES && random.nextBoolean()
                        ? List.of(JsonText.of("stop"), string())
                        : List.of(),
                settings(),
                List.of());
    }

    private List<JsonText> names(List<Tool> tools) {
        return random.nextBoolean() && tools.getFirst() instanceof Tool.Function function
                ? List.of(function.name())
                : List.of();
    }

    private Tool tool(int index) {
        JsonText schema =
                JsonText.json("{\"type\":\"object\",\"properties\":{\"é\":{\"type\":\"string\"}}}");
        return new Tool.Function(JsonText.of("tool_" + index), string(), schema, strict(), cache());
    }

    private @Nullable OutputFormat format() {
        if (random.nextBoolean()) {
            return null;
        }
        JsonText schema = JsonText.json("{\"type\":\"object\",\"additionalProperties\":false}");
        JsonText name = dialect.isOpenAi() ? JsonText.of("answer") : null;
        Boolean strict = dialect == Dialect.GEMINI ? null : Boolean.TRUE;
        return new OutputFormat(OutputFormat.Kind.SCHEMA, name, null, schema, strict);
    }

    private @Nullable Reasoning reasoning() {
        if (random.nextBoolean()) {
            return null;
        }
        return switch (dialect) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    new Reasoning("medium", Reasoning.UNSAID, null);
            case ANTHROPIC_MESSAGES -> new Reasoning(null, 1024 + random.nextInt(2000), null);
            case GEMINI -> new Reasoning(null, random.nextInt(2000), random.nextBoolean());
        };
    }

    /** Responses say it of every tool, and of every answer whether it is kept. */
    private @Nullable Boolean strict() {
        return dialect == Dialect.OPENAI_RESPONSES ? Boolean.FALSE : null;
    }

    private Map<Setting, Field> settings() {
        Map<Setting, Field> settings = new EnumMap<>(Setting.class);
        if (dialect == Dialect.OPENAI_RESPONSES) {
            settings.put(Setting.STORE, new Field("store", JsonText.json("true")));
        }
        String before = dialect == Dialect.GEMINI ? "generationConfig." : "";
        if (random.nextBoolean()) {
            settings.put(
                    Setting.TEMPERATURE, new Field(before + "temperature", JsonText.json("0.70")));
        }
        if (random.nextBoolean()) {
            String name = dialect == Dialect.GEMINI ? "topP" : "top_p";
            settings.put(Setting.TOP_P, new Field(before + name, JsonText.json("1e-1")));
        }
        return settings;
    }

    private List<Part> said() {
        List<Part> parts = new ArrayList<>(List.of(text()));
        if (random.nextBoolean()) {
            parts.add(
                    new Part.Media(
                            Part.Media.Kind.IMAGE,
                            Part.Media.Source.BASE64,
                            "image/jpeg",
                            JsonText.of("QUJD/+=="),
                            null,
                            dialect == Dialect.OPENAI_RESPONSES ? JsonText.of("auto") : null,
                            null));
            parts.add(text());
        }
        return parts;
    }

    private List<Part> answered() {
        List<Part> parts = new ArrayList<>();
        int count = random.nextInt(3);
        boolean isSigned = dialect == Dialect.ANTHROPIC_MESSAGES || count == 0;
        if (dialect != Dialect.OPENAI_CHAT && isSigned && random.nextBoolean()) {
            parts.add(new Part.Thought(string(), JsonText.of("c2ln" + random.nextInt() + "=")));
        }
        parts.add(dialect == Dialect.OPENAI_CHAT ? new Part.Text(string(), null, null) : text());
        for (int i = 0; i < count; i++) {
            JsonText arguments =
                    JsonText.json("{\"n\":" + random.nextInt() + ",\"s\":\"\\u00e9\\n\"}");
            parts.add(
                    new Part.ToolUse(
                            JsonText.of("call_" + calls++),
                            JsonText.of("tool_0"),
                            arguments,
                            null,
                            null));
        }
        return parts;
    }

    private void addResults(List<Message> messages) {
        for (Part part : messages.getLast().parts()) {
            if (part instanceof Part.ToolUse call) {
                JsonText content = JsonText.json("{\"ok\":" + random.nextBoolean() + "}");
                JsonText name = dialect == Dialect.GEMINI ? call.name() : null;
                Part result =
                        new Part.ToolResult(
                                call.id(),
                                name,
                                List.of(new Part.Text(content, null, null)),
                                false,
                                null);
                messages.add(new Message(Role.TOOL, List.of(result), null));
            }
        }
    }

    private Part text() {
        return new Part.Text(string(), null, cache());
    }

    private @Nullable JsonText cache() {
        return dialect == Dialect.ANTHROPIC_MESSAGES && random.nextInt(4) == 0
                ? JsonText.json("{\"type\":\"ephemeral\"}")
                : null;
    }

    private JsonText string() {
        StringBuilder text = new StringBuilder("t");
        for (int i = 0; i < random.nextInt(12); i++) {
            text.appendCodePoint(
                    switch (random.nextInt(5)) {
                        case 0 -> '"';
                        case 1 -> '\n';
                        case 2 -> 0x1F600 + random.nextInt(40);
                        case 3 -> '\\';
                        default -> 'a' + random.nextInt(26);
                    });
        }
        return JsonText.of(text.toString());
    }
}
