package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Values that a JSON Schema allows, as far as the schemas of tools and answers go. */
final class SampleJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> WORDS = List.of("Paris", "Zürich", "東京", "Oslo", "Quito");
    private static final int MAX_DEPTH = 16;

    private SampleJson() {}

    static JsonNode of(JsonNode schema, long seed) {
        return of(schema, seed, 0);
    }

    private static JsonNode of(JsonNode schema, long seed, int depth) {
        JsonNode choices = schema.path("enum");
        if (!choices.isEmpty()) {
            return choices.get(Seeds.below(seed, choices.size()));
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        JsonNode type = schema.path("type");
        String name = (type.isArray() ? type.path(0) : type).asText("object");
        return switch (name) {
            case "string" -> JSON.textNode(WORDS.get(Seeds.below(seed, WORDS.size())));
            case "integer" -> JSON.numberNode(Seeds.below(seed, 100));
            case "number" -> JSON.numberNode(Seeds.below(seed, 1000) / 10.0);
            case "boolean" -> JSON.booleanNode((seed & 1) == 0);
            case "null" -> JSON.nullNode();
            case "array" -> array(schema, seed, depth);
            default -> object(schema, seed, depth);
        };
    }

    private static JsonNode array(JsonNode schema, long seed, int depth) {
        ArrayNode array = JSON.arrayNode();
        if (depth < MAX_DEPTH && schema.has("items")) {
            array.add(of(schema.get("items"), Seeds.mix(seed, 1), depth + 1));
        }
        return array;
    }

    private static JsonNode object(JsonNode schema, long seed, int depth) {
        ObjectNode object = JSON.objectNode();
        if (depth < MAX_DEPTH) {
            for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
                long own = Seeds.of(seed, property.getKey());
                object.set(property.getKey(), of(property.getValue(), own, depth + 1));
            }
        }
        return object;
    }
}
