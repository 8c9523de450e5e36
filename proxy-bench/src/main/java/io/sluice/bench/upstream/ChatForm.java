package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.message.Endpoint;

/**
 * What a body of Anthropic's or Gemini's dialect asks, said as chat completions say it: so much of
 * it as the simulated model looks at.
 */
final class ChatForm {

    private ChatForm() {}

    static ObjectNode of(Endpoint endpoint, JsonNode body) {
        return switch (endpoint) {
            case MESSAGES, MESSAGE_TOKENS -> ofMessages(body);
            default -> ofContents(endpoint, body);
        };
    }

    private static ObjectNode ofMessages(JsonNode body) {
        ObjectNode chat = JsonNodeFactory.instance.objectNode();
        ArrayNode messages = chat.putArray("messages");
        if (body.has("system")) {
            messages.addObject().put("role", "system").set("content", body.get("system"));
        }
        for (JsonNode message : body.path("messages")) {
            boolean isResult = false;
            for (JsonNode block : message.path("content")) {
                isResult |= block.path("type").asText("").equals("tool_result");
            }
            messages.addObject()
                    .put("role", isResult ? "tool" : message.path("role").asText())
                    .set("content", message.path("content"));
        }
        copy(body, "max_tokens", chat, "max_tokens");
        copy(body, "stream", chat, "stream");
        ArrayNode tools = chat.putArray("tools");
        for (JsonNode tool : body.path("tools")) {
            tools.addObject()
                    .putObject("function")
                    .put("name", tool.path("name").asText())
                    .set("parameters", tool.path("input_schema"));
        }
        switch (body.path("tool_choice").path("type").asText("")) {
            case "any" -> chat.put("tool_choice", "required");
            case "tool" -> chat.set("tool_choice", body.get("tool_choice"));
            default -> {}
        }
        return chat;
    }

    private static ObjectNode ofContents(Endpoint endpoint, JsonNode body) {
        ObjectNode chat = JsonNodeFactory.instance.objectNode();
        ArrayNode messages = chat.putArray("messages");
        for (JsonNode content : body.path("contents")) {
            StringBuilder text = new StringBuilder();
            boolean isResult = false;
            for (JsonNode part : content.path("parts")) {
                text.append(part.path("text").asText(""));
                isResult |= part.has("functionResponse");
            }
            String role =
                    content.path("role").asText("user").equals("model") ? "assistant" : "user";
            messages.addObject()
                    .put("role", isResult ? "tool" : role)
                    .put("content", text.toString());
        }
        JsonNode config = body.path("generationConfig");
        copy(config, "maxOutputTokens", chat, "max_tokens");
        chat.put("stream", endpoint == Endpoint.STREAM_GENERATE_CONTENT);
        copy(config, "candidateCount", chat, "n");
        ArrayNode tools = chat.putArray("tools");
        for (JsonNode tool : body.path("tools")) {
            for (JsonNode function : tool.path("functionDeclarations")) {
                JsonNode json = function.path("parametersJsonSchema");
                tools.addObject()
                        .putObject("function")
                        .put("name", function.path("name").asText())
                        .set("parameters", json.isMissingNode() ? schema(function) : json);
            }
        }
        JsonNode calling = body.path("toolConfig").path("functionCallingConfig");
        if (calling.path("mode").asText("").equals("ANY")) {
            chat.put("tool_choice", "required");
        }
        return chat;
    }

    /** Gemini writes the names of types in upper case. */
    private static JsonNode schema(JsonNode function) {
        JsonNode schema = function.path("parameters").deepCopy();
        lowerTypes(schema);
        return schema;
    }

    private static void lowerTypes(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("type").isTextual()) {
            object.put("type", object.get("type").asText().toLowerCase(java.util.Locale.ROOT));
        }
        schema.forEach(ChatForm::lowerTypes);
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String as) {
        if (from.has(name)) {
            to.set(as, from.get(name));
        }
    }
}
