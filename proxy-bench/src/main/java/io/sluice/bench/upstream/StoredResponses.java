package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The responses that can be asked for again, the latest ones. Safe for any thread. */
final class StoredResponses {

    private static final int MAX_STORED = 10_000;

    private final SequencedMap<String, Stored> byId = new LinkedHashMap<>();

    private static final class Stored {

        private final ObjectNode response;
        private final JsonNode input;
        private boolean isUnderWay;

        Stored(ObjectNode response, JsonNode input) {
            this.response = response;
            this.input = input;
            isUnderWay = response.path("background").asBoolean();
        }
    }

    /** Keeps a response; both nodes are owned. */
    synchronized void keep(ObjectNode response, JsonNode input) {
        byId.put(response.path("id").asText(), new Stored(response, input));
        if (byId.size() > MAX_STORED) {
            byId.pollFirstEntry();
        }
    }

    synchronized boolean has(String id) {
        return byId.containsKey(id);
    }

    /** What is made in the background is under way when it is asked for first. */
    synchronized Script read(String id) {
        Stored stored = byId.get(id);
        if (stored == null) {
            return missing(id);
        }
        if (stored.isUnderWay) {
            stored.isUnderWay = false;
            ObjectNode early = stored.response.deepCopy();
            early.put("status", "in_progress").putNull("usage").putArray("output");
            return Scripts.other(200, early.toString());
        }
        return Scripts.other(200, stored.response.toString());
    }

    synchronized Script delete(String id) {
        if (byId.remove(id) == null) {
            return missing(id);
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id).put("object", "response").put("deleted", true);
        return Scripts.other(200, json.toString());
    }

    synchronized Script cancel(String id) {
        Stored stored = byId.get(id);
        if (stored == null) {
            return missing(id);
        }
        if (!stored.response.path("background").asBoolean()) {
            return Scripts.error(
                    400,
                    "Only responses created with background=true can be cancelled.",
                    null,
                    "invalid_request");
        }
        stored.response.put("status", "cancelled");
        return Scripts.other(200, stored.response.toString());
    }

    synchronized Script inputItems(String id) {
        Stored stored = byId.get(id);
        if (stored == null) {
            return missing(id);
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        if (stored.input.isArray()) {
            int number = 0;
            for (JsonNode item : stored.input) {
                data.add(item(id, number++, item));
            }
        } else {
            ObjectNode item = JsonNodeFactory.instance.objectNode().put("role", "user");
            item.set("content", stored.input);
            data.add(item(id, 0, item));
        }
        list.set("first_id", idOf(data, 0));
        list.set("last_id", idOf(data, data.size() - 1));
        return Scripts.other(200, list.put("has_more", false).toString());
    }

    private static ObjectNode item(String response, int number, JsonNode asked) {
        ObjectNode item = asked.deepCopy();
        if (!item.has("id")) {
            item.put("id", "item_" + number + "_" + response);
        }
        if (!item.has("type")) {
            item.put("type", "message").put("status", "completed");
        }
        JsonNode content = item.path("content");
        if (content.isTextual()) {
            item.putArray("content").addObject().put("type", "input_text").set("text", content);
        }
        return item;
    }

    private static @Nullable JsonNode idOf(ArrayNode items, int index) {
        return items.isEmpty() ? null : items.get(index).get("id");
    }

    private static Script missing(String id) {
        return Scripts.error(
                404, "Response with id '" + id + "' not found.", "response_id", "not_found");
    }
}
