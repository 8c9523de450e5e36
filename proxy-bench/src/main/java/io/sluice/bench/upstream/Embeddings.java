package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Vectors and verdicts: embeddings and moderations, after OpenAI's API reference. */
final class Embeddings {

    private static final int DEFAULT_DIMENSIONS = 1536;
    private static final int MAX_DIMENSIONS = 8192;

    private Embeddings() {}

    static Script embeddings(ProviderCall call) {
        JsonNode input = call.body().path("input");
        int asked = call.body().path("dimensions").asInt(DEFAULT_DIMENSIONS);
        int dimensions = Math.clamp(asked, 1, MAX_DIMENSIONS);
        boolean base64 = call.body().path("encoding_format").asText("float").equals("base64");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "list");
        ArrayNode data = answer.putArray("data");
        boolean several = input.isArray() && !input.isEmpty() && !input.get(0).isNumber();
        int count = several ? input.size() : 1;
        for (int i = 0; i < count; i++) {
            long seed = Seeds.of(0, (several ? input.get(i) : input).toString());
            ObjectNode item = data.addObject().put("object", "embedding").put("index", i);
            byte[] vector = vector(seed, dimensions);
            if (base64) {
                item.put("embedding", Base64.getEncoder().encodeToString(vector));
            } else {
                addFloats(item.putArray("embedding"), ByteBuffer.wrap(vector));
            }
        }
        answer.put("model", call.model());
        long tokens = call.knobs().count(Knob.INPUT, (int) Prompts.tokens(input));
        answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return Scripts.plain(call, new Reply.Tokens(tokens, 0, 0, 0), answer);
    }

    static Script moderations(ProviderCall call) {
        JsonNode input = call.body().path("input");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", call.id("modr-"));
        answer.put("model", call.model());
        ArrayNode results = answer.putArray("results");
        int count = input.isArray() ? input.size() : 1;
        for (int i = 0; i < count; i++) {
            boolean violence =
                    (input.isArray() ? input.get(i) : input).toString().contains("violence");
            ObjectNode result = results.addObject().put("flagged", violence);
            result.putObject("categories")
                    .put("sexual", false)
                    .put("hate", false)
                    .put("harassment", false)
                    .put("self-harm", false)
                    .put("violence", violence);
            result.putObject("category_scores")
                    .put("sexual", 0.00001)
                    .put("hate", 0.00001)
                    .put("harassment", 0.00001)
                    .put("self-harm", 0.00001)
                    .put("violence", violence ? 0.98 : 0.00001);
        }
        return Scripts.plain(call, Reply.Tokens.ZERO, answer);
    }

    /** A vector of length one, as 32-bit floats in little-endian order. */
    private static byte[] vector(long seed, int dimensions) {
        double[] values = new double[dimensions];
        double square = 0;
        for (int i = 0; i < dimensions; i++) {
            values[i] = Seeds.fraction(Seeds.mix(seed, i)) - 0.5;
            square += values[i] * values[i];
        }
        double length = Math.sqrt(square);
        byte[] bytes = new byte[dimensions * Float.BYTES];
        ByteBuffer vector = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            vector.putFloat((float) (value / length));
        }
        return bytes;
    }

    private static void addFloats(ArrayNode array, ByteBuffer vector) {
        vector.order(ByteOrder.LITTLE_ENDIAN);
        while (vector.hasRemaining()) {
            array.add(vector.getFloat());
        }
    }
}
