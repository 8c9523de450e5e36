package io.sluice.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.message.Dialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a caller makes of an answer that it was sent: an independent reading, by trees. */
final class Told {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    final StringBuilder text = new StringBuilder();
    final StringBuilder thought = new StringBuilder();
    final StringBuilder refusal = new StringBuilder();
    final List<String> signatures = new ArrayList<>();
    final Map<Integer, String[]> calls = new TreeMap<>();
    final List<JsonNode> documents = new ArrayList<>();
    String stop = "";
    String error = "";
    long input = -1;
    long output = -1;
    long cached;
    long reasoning;
    boolean ended;

    /** Reads what was sent: a stream of events, or one body. */
    static Told of(Dialect dialect, boolean stream, String sent) {
        Told told = new Told();
        if (stream) {
            for (String event : sent.split("\n\n", -1)) {
                String data = "";
                for (String line : event.split("\n", -1)) {
                    if (line.startsWith("data: ")) {
                        data = line.substring("data: ".length());
                    }
                }
                if (data.equals("[DONE]")) {
                    told.ended = true;
                } else if (!data.isEmpty()) {
                    told.read(dialect, true, data);
                }
            }
        } else {
            told.read(dialect, false, sent);
            told.ended = true;
        }
        return told;
    }

    /** The tool calls: name, and the arguments as a JSON value. */
    List<List<Object>> toolCalls() {
        List<List<Object>> list = new ArrayList<>();
        for (String[] call : calls.values()) {
            list.add(List.of(call[1], arguments(call[2])));
        }
        return list;
    }

    /** The JSON that arguments are, or the text itself. */
    static Object arguments(String text) {
        if (text.isBlank()) {
            return MAPPER.createObjectNode();
        }
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            return text;
        }
    }

    private void read(Dialect dialect, boolean stream, String json) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
        documents.add(node);
        if (node.has("error") && node.get("error").isObject()) {
            error = node.get("error").path("message").asText();
            return;
        }
        switch (dialect) {
            case OPENAI_CHAT -> readChat(node, stream ? "delta" : "message");
            case ANTHROPIC_MESSAGES -> readMessages(node);
            case GEMINI -> readGemini(node);
            case OPENAI_RESPONSES -> readResponses(node, stream);
            case BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    throw new AssertionError("no caller speaks " + dialect);
        }
    }

    private void readChat(JsonNode node, String where) {
        for (JsonNode choice : node.path("choices")) {
            if (choice.path("index").asInt() != 0) {
                continue;
            }
            JsonNode delta = choice.path(where);
            text.append(delta.path("content").asText(""));
            thought.append(delta.path("reasoning_content").asText(""));
            refusal.append(delta.path("refusal").asText(""));
            for (JsonNode block : delta.path("thinking_blocks")) {
                signatures.add(
                        block.has("data")
                                ? block.get("data").asText()
                                : block.path("signature").asText());
            }
            int n = 0;
            for (JsonNode call : delta.path("tool_calls")) {
                int index = call.path("index").asInt(n++);
                String[] one = calls.computeIfAbsent(index, _ -> new String[] {"", "", ""});
                JsonNode function = call.path("function");
                one[0] += call.path("id").asText("");
                one[1] += function.path("name").asText("");
                one[2] += function.path("arguments").asText("");
                String signature =
                        call.path("extra_content")
                                .path("google")
                                .path("thought_signature")
                                .asText("");
                if (!signature.isEmpty()) {
                    signatures.add(signature);
                }
            }
            if (!choice.path("finish_reason").isNull()) {
                stop = choice.path("finish_reason").asText("");
            }
        }
        JsonNode usage = node.path("usage");
        if (usage.isObject()) {
            input = usage.path("prompt_tokens").asLong();
            output = usage.path("completion_tokens").asLong();
            cached = usage.path("prompt_tokens_details").path("cached_tokens").asLong();
            reasoning = usage.path("completion_tokens_details").path("reasoning_tokens").asLong();
        }
    }

    private void readMessages(JsonNode node) {
        switch (node.path("type").asText()) {
            case "message" -> {
                int index = 0;
                for (JsonNode block : node.path("content")) {
                    block(index++, block);
                }
                readStop(node, node.path("usage"));
            }
            case "message_start" -> usage(node.path("message").path("usage"));
            case "content_block_start" ->
                    block(node.path("index").asInt(), node.path("content_block"));
            case "content_block_delta" -> delta(node.path("index").asInt(), node.path("delta"));
            case "message_delta" -> readStop(node.path("delta"), node.path("usage"));
            case "message_stop" -> ended = true;
            default -> {}
        }
    }

    private void block(int index, JsonNode block) {
        switch (block.path("type").asText()) {
            case "text" -> text.append(block.path("text").asText());
            case "thinking" -> {
                thought.append(block.path("thinking").asText());
                String signature = block.path("signature").asText("");
                if (!signature.isEmpty()) {
                    signatures.add(signature);
                }
            }
            case "redacted_thinking" -> signatures.add(block.path("data").asText());
            case "tool_use" -> {
                JsonNode input = block.path("input");
                String arguments = input.isEmpty() ? "" : input.toString();
                calls.put(
                        index,
                        new String[] {
                            block.path("id").asText(), block.path("name").asText(), arguments
                        });
            }
            default -> {}
        }
    }

    private void delta(int index, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> text.append(delta.path("text").asText());
            case "thinking_delta" -> thought.append(delta.path("thinking").asText());
            case "signature_delta" -> signatures.add(delta.path("signature").asText());
            case "input_json_delta" ->
                    calls.computeIfAbsent(index, _ -> new String[] {"", "", ""})[2] +=
                            delta.path("partial_json").asText();
            default -> {}
        }
    }

    private void readStop(JsonNode from, JsonNode usage) {
        stop = from.path("stop_reason").asText("");
        usage(usage);
    }

    private void usage(JsonNode usage) {
        cached = usage.path("cache_read_input_tokens").asLong();
        input =
                usage.path("input_tokens").asLong()
                        + cached
                        + usage.path("cache_creation_input_tokens").asLong();
        output = usage.path("output_tokens").asLong();
        reasoning = usage.path("output_tokens_details").path("thinking_tokens").asLong();
    }

    private void readGemini(JsonNode node) {
        for (JsonNode candidate : node.path("candidates")) {
            if (candidate.path("index").asInt() != 0) {
                continue;
            }
            for (JsonNode part : candidate.path("content").path("parts")) {
                if (part.has("functionCall")) {
                    JsonNode call = part.get("functionCall");
                    calls.put(
                            calls.size(),
                            new String[] {
                                call.path("id").asText(""),
                                call.path("name").asText(),
                                call.path("args").toString()
                            });
                } else if (part.path("thought").asBoolean()) {
                    thought.append(part.path("text").asText());
                } else {
                    text.append(part.path("text").asText(""));
                }
                if (part.has("thoughtSignature")) {
                    signatures.add(part.get("thoughtSignature").asText());
                }
            }
            if (candidate.has("finishReason")) {
                stop = candidate.get("finishReason").asText();
                ended = true;
            }
        }
        JsonNode usage = node.path("usageMetadata");
        if (usage.isObject()) {
            input = usage.path("promptTokenCount").asLong();
            reasoning = usage.path("thoughtsTokenCount").asLong();
            output = usage.path("candidatesTokenCount").asLong() + reasoning;
            cached = usage.path("cachedContentTokenCount").asLong();
        }
    }

    private void readResponses(JsonNode node, boolean stream) {
        if (stream) {
            switch (node.path("type").asText()) {
                case "error" -> error = node.path("message").asText();
                case "response.completed", "response.incomplete", "response.failed" -> {
                    ended = true;
                    error = node.path("response").path("error").path("message").asText("");
                    readResponses(node.path("response"), false);
                }
                default -> {}
            }
            return;
        }
        stop = node.path("status").asText();
        if (node.path("incomplete_details").isObject()) {
            stop = node.path("incomplete_details").path("reason").asText();
        }
        for (JsonNode item : node.path("output")) {
            switch (item.path("type").asText()) {
                case "message" -> {
                    for (JsonNode part : item.path("content")) {
                        text.append(part.path("text").asText(""));
                        refusal.append(part.path("refusal").asText(""));
                    }
                }
                case "reasoning" -> {
                    for (JsonNode part : item.path("summary")) {
                        thought.append(part.path("text").asText());
                    }
                    String sealed = item.path("encrypted_content").asText("");
                    if (!sealed.isEmpty()) {
                        signatures.add(sealed);
                    }
                }
                case "function_call" ->
                        calls.put(
                                calls.size(),
                                new String[] {
                                    item.path("call_id").asText(),
                                    item.path("name").asText(),
                                    item.path("arguments").asText()
                                });
                default -> {}
            }
        }
        JsonNode usage = node.path("usage");
        if (usage.isObject()) {
            input = usage.path("input_tokens").asLong();
            output = usage.path("output_tokens").asLong();
            cached = usage.path("input_tokens_details").path("cached_tokens").asLong();
            reasoning = usage.path("output_tokens_details").path("reasoning_tokens").asLong();
        }
    }
}
