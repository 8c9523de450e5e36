package io.sluice.transport.management;

import io.sluice.health.AttemptResult;
import io.sluice.health.Breaker;
import io.sluice.health.SavedHealth;
import io.sluice.health.SavedHealth.SavedBreaker;
import io.sluice.health.SavedHealth.SavedKey;
import io.sluice.health.SavedHealth.SavedSwitch;
import io.sluice.health.TargetSwitch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The health of targets as a JSON document, which holds no key of any provider. */
public final class HealthDocument {

    private static final int VERSION = 1;

    private HealthDocument() {}

    /** The document. */
    public static byte[] write(List<SavedHealth> saved, long nowMillis) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("version", VERSION);
        out.put("saved_at_ms", nowMillis);
        out.put("targets", saved.stream().map(HealthDocument::target).toList());
        return (JsonTree.text(out) + '\n').getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, @Nullable Object> target(SavedHealth one) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", one.id());
        out.put("breaker", breaker(one.breaker()));
        out.put("served", one.served());
        out.put("failed", one.failed());
        out.put("traffic", set(one.traffic()));
        out.put("weight", set(one.weight()));
        out.put("keys", one.keys().stream().map(HealthDocument::key).toList());
        return out;
    }

    private static Map<String, @Nullable Object> key(SavedKey one) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", one.id());
        out.put("breaker", breaker(one.breaker()));
        out.put("disabled", one.isDisabled());
        out.put("served", one.served());
        out.put("failed", one.failed());
        return out;
    }

    private static Map<String, @Nullable Object> breaker(SavedBreaker one) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("state", word(one.state()));
        out.put("failures", one.failures());
        out.put("until_ms", one.untilMillis());
        out.put("for_good", one.isForGood());
        out.put("cause", one.cause() == null ? null : word(one.cause()));
        out.put("since_ms", one.sinceMillis());
        return out;
    }

    private static @Nullable Map<String, @Nullable Object> set(@Nullable SavedSwitch one) {
        if (one == null) {
            return null;
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("kind", word(one.kind()));
        out.put("weight", BigDecimal.valueOf(one.weight()));
        out.put("until_ms", one.untilMillis() == TargetSwitch.FOR_GOOD ? null : one.untilMillis());
        out.put("reason", one.reason());
        out.put("by", one.by());
        out.put("since_ms", one.sinceMillis());
        return out;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * What a document says.
     *
     * @throws IOException if it is none
     */
    public static List<SavedHealth> read(byte[] document) throws IOException {
        try {
            Object root = JsonTree.read(document);
            List<SavedHealth> saved = new ArrayList<>();
            for (Object target : list(field(root, "targets"))) {
                saved.add(target(target));
            }
            return saved;
        } catch (IllegalArgumentException | ArithmeticException | ClassCastException e) {
            throw new IOException("this does not hold the health of targets: " + e.getMessage(), e);
        }
    }

    /** When a document was written, in milliseconds of the epoch; -1 where it does not say. */
    public static long savedAtMillis(byte[] document) {
        try {
            return number(JsonTree.read(document), "saved_at_ms");
        } catch (IOException | IllegalArgumentException | ArithmeticException _) {
            return -1;
        }
    }

    private static SavedHealth target(@Nullable Object one) {
        List<SavedKey> keys = new ArrayList<>();
        for (Object key : list(field(one, "keys"))) {
            keys.add(
                    new SavedKey(
                            text(key, "id"),
                            breaker(field(key, "breaker")),
                            Boolean.TRUE.equals(field(key, "disabled")),
                            number(key, "served"),
                            number(key, "failed")));
        }
        return new SavedHealth(
                text(one, "id"),
                breaker(field(one, "breaker")),
                number(one, "served"),
                number(one, "failed"),
                keys,
                set(field(one, "traffic")),
                set(field(one, "weight")));
    }

    private static SavedBreaker breaker(@Nullable Object one) {
        Object cause = field(one, "cause");
        return new SavedBreaker(
                Breaker.State.valueOf(text(one, "state").toUpperCase(Locale.ROOT)),
                Math.toIntExact(number(one, "failures")),
                number(one, "until_ms"),
                Boolean.TRUE.equals(field(one, "for_good")),
                cause == null
                        ? null
                        : AttemptResult.valueOf(cause.toString().toUpperCase(Locale.ROOT)),
                number(one, "since_ms"));
    }

    private static @Nullable SavedSwitch set(@Nullable Object one) {
        if (one == null) {
            return null;
        }
        Object weight = field(one, "weight");
        return new SavedSwitch(
                TargetSwitch.Kind.valueOf(text(one, "kind").toUpperCase(Locale.ROOT)),
                weight instanceof BigDecimal number ? number.doubleValue() : 0,
                field(one, "until_ms") == null ? TargetSwitch.FOR_GOOD : number(one, "until_ms"),
                text(one, "reason"),
                text(one, "by"),
                number(one, "since_ms"));
    }

    private static @Nullable Object field(@Nullable Object object, String name) {
        if (object instanceof Map<?, ?> map) {
            return map.get(name);
        }
        throw new IllegalArgumentException(name + " is not where it should be");
    }

    private static List<?> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("a list is missing");
    }

    private static String text(@Nullable Object object, String name) {
        if (field(object, name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " must be a text");
    }

    private static long number(@Nullable Object object, String name) {
        if (field(object, name) instanceof BigDecimal number) {
            return number.longValueExact();
        }
        throw new IllegalArgumentException(name + " must be a whole number");
    }
}
