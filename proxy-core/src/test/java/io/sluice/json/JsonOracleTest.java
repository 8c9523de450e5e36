package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.sluice.testing.Cuts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The scanner against Jackson's parser, over random documents and random damage to them. */
class JsonOracleTest {

    private static final long SEED = 20_260_711;
    private static final int DOCUMENTS = 3_000;
    private static final int DAMAGED_FOR_EACH = 6;
    private static final List<String> FIELDS =
            List.of("model", "stream", "messages", "n", "\u00e9");
    private static final JsonFactory JACKSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNumberLength(100_000).build())
                    .build();

    private final Random random = new Random(SEED);
    private final TopLevelScanner scanner =
            new TopLevelScanner(FieldNames.of(FIELDS.toArray(String[]::new)), 64);

    @Test
    void agreesWithJackson_howeverCut() {
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] body = new RandomJson(random).document().getBytes(StandardCharsets.UTF_8);
            check(body);
            for (int k = 0; k < DAMAGED_FOR_EACH; k++) {
                if (check(damaged(body))) {
                    accepted++;
                } else {
                    refused++;
                }
            }
        }

        assertThat(accepted).as("seed %s", SEED).isGreaterThan(DOCUMENTS / 4);
        assertThat(refused).as("seed %s", SEED).isGreaterThan(DOCUMENTS);
    }

    private boolean check(byte[] body) {
        Map<String, String> expected = jackson(body);
        Map<String, String> whole = sluice(body, Cuts.none());
        String text = new String(body, StandardCharsets.UTF_8);
        if (expected == null) {
            assertThat(whole).as("seed %s: %s", SEED, text).containsOnlyKeys("fault");
        } else {
            assertThat(whole).as("seed %s: %s", SEED, text).isEqualTo(expected);
        }
        assertThat(sluice(body, Cuts.everywhere(body.length))).as(text).isEqualTo(whole);
        assertThat(sluice(body, Cuts.random(random, body.length, 6))).as(text).isEqualTo(whole);
        return expected != null;
    }

    /** Type, start and end for each field, or only the offset of the fault. */
    private Map<String, String> sluice(byte[] body, int[] cut) {
        Map<String, String> found = new HashMap<>();
        scanner.reset();
        try {
            Cuts.feed(body, cut, scanner::feed);
            scanner.finish();
        } catch (MalformedJsonException e) {
            return Map.of("fault", String.valueOf(e.byteOffset()));
        }
        for (int i = 0; i < FIELDS.size(); i++) {
            if (scanner.has(i)) {
                found.put(
                        FIELDS.get(i),
                        place(scanner.type(i), scanner.valueStart(i), scanner.valueEnd(i)));
            }
        }
        return found;
    }

    /** As {@link #sluice}; null where the document is refused. */
    private static @Nullable Map<String, String> jackson(byte[] body) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(body);
            return jackson(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Map<String, String> jackson(String text) throws IOException {
        Map<String, String> found = new HashMap<>();
        try (JsonParser parser = JACKSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                JsonType type = type(parser.currentToken());
                int start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                parser.finishToken();
                if (FIELDS.contains(name)) {
                    int end = end(parser, type, start, text);
                    found.put(name, place(type, utf8Length(text, start), utf8Length(text, end)));
                }
            }
            return parser.nextToken() == null ? found : null;
        }
    }

    private static int end(JsonParser parser, JsonType type, int start, String text) {
        if (type != JsonType.NUMBER) {
            return (int) parser.currentLocation().getCharOffset();
        }
        int end = start;
        while (end < text.length() && "+-.eE0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private static long utf8Length(String text, int end) {
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    }

    private static JsonType type(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> JsonType.OBJECT;
            case START_ARRAY -> JsonType.ARRAY;
            case VALUE_STRING -> JsonType.STRING;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonType.NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> JsonType.BOOLEAN;
            case VALUE_NULL -> JsonType.NULL;
            default -> throw new IllegalArgumentException(token.name());
        };
    }

    private static String place(JsonType type, long start, long end) {
        return type + " " + start + " " + end;
    }

    private byte[] damaged(byte[] body) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : body) {
            bytes.add(b);
        }
        String likely = "{}[]\",:\\ \n0123456789-+.eEtrufalsn/x\u0001";
        int times = 1 + random.nextInt(2);
        for (int i = 0; i < times && !bytes.isEmpty(); i++) {
            int at = random.nextInt(bytes.size());
            byte b =
                    random.nextInt(5) == 0
                            ? (byte) random.nextInt(256)
                            : (byte) likely.charAt(random.nextInt(likely.length()));
            switch (random.nextInt(4)) {
                case 0 -> bytes.remove(at);
                case 1 -> bytes.add(at, b);
                case 2 -> bytes.set(at, b);
                default -> bytes.subList(at, bytes.size()).clear();
            }
        }
        byte[] damaged = new byte[bytes.size()];
        for (int i = 0; i < damaged.length; i++) {
            damaged[i] = bytes.get(i);
        }
        return damaged;
    }
}
