package io.sluice.transport.management;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.transport.admin.AdminRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object of a request. Each question names a field and the type it must have; a field of
 * another type, and {@link #has} of none, is the caller's mistake.
 *
 * <p>Remembers what it was asked for, so that what nobody asked for can be named. Confined to one
 * request.
 */
final class Body {

    private static final int MAX_TEXT = 1024;
    private static final int MAX_LIST = 10_000;

    private final Map<String, @Nullable Object> fields;
    private final Set<String> asked = new LinkedHashSet<>();

    private Body(Map<String, @Nullable Object> fields) {
        this.fields = fields;
    }

    /**
     * The object in the body of {@code request}; one without fields if there is no body.
     *
     * @throws GatewayException if it is no JSON object
     */
    static Body of(AdminRequest request) {
        if (request.body().length == 0) {
            return new Body(Map.of());
        }
        Object read;
        try {
            read = JsonTree.read(request.body());
        } catch (IOException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_JSON, "the body is not valid JSON, or names a field twice");
        }
        if (read instanceof Map<?, ?> map) {
            return new Body(copy(map));
        }
        throw new GatewayException(ErrorCode.INVALID_PARAMETER, "the body must be a JSON object");
    }

    /** A body with these fields. */
    static Body of(Map<String, ?> fields) {
        return new Body(copy(fields));
    }

    /** Whether the field is there, be it {@code null}. */
    boolean has(String name) {
        asked.add(name);
        return fields.containsKey(name);
    }

    /** A text; {@code null} where there is none. */
    @Nullable String text(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && text.length() <= MAX_TEXT) {
            return text;
        }
        throw wrong(name, "a text of at most " + MAX_TEXT + " characters");
    }

    /** The text of the first of these names that is there. */
    @Nullable String firstText(String... names) {
        String found = null;
        for (String name : names) {
            String text = text(name);
            found = found == null ? text : found;
        }
        return found;
    }

    /**
     * A text that must be there.
     *
     * @throws GatewayException if it is not
     */
    String needText(String name) {
        String text = text(name);
        if (text == null || text.isBlank()) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "the field " + name + " is missing", name);
        }
        return text;
    }

    /** A number without decimals, at least 0; {@code null} where there is none. */
    @Nullable Long count(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof BigDecimal number && number.signum() >= 0) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException _) {
                throw wrong(name, "a whole number");
            }
        }
        throw wrong(name, "a whole number, not negative");
    }

    /** An amount of money, at least 0; {@code null} where there is none. */
    @Nullable BigDecimal amount(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof BigDecimal number && number.signum() >= 0) {
            return number;
        }
        throw wrong(name, "a number, not negative");
    }

    /** A truth; {@code null} where there is none. */
    @Nullable Boolean flag(String name) {
        Object value = value(name);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw wrong(name, "true or false");
    }

    /** A list of texts, empty where there is none. A single text counts as a list of one. */
    List<String> texts(String name) {
        Object value = value(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof String text) {
            return List.of(text);
        }
        if (!(value instanceof List<?> list) || list.size() > MAX_LIST) {
            throw wrong(name, "a list of at most " + MAX_LIST + " texts");
        }
        List<String> texts = new ArrayList<>();
        for (Object entry : list) {
            if (!(entry instanceof String text) || text.length() > MAX_TEXT) {
                throw wrong(name, "a list of texts of at most " + MAX_TEXT + " characters");
            }
            texts.add(text);
        }
        return texts;
    }

    /**
     * A list of texts that has at least one.
     *
     * @throws GatewayException if it has none
     */
    List<String> needTexts(String name) {
        List<String> texts = texts(name);
        if (texts.isEmpty()) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "the field " + name + " is missing", name);
        }
        return texts;
    }

    /** An object, as a body of its own; {@code null} where there is none. */
    @Nullable Body object(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return new Body(copy(map));
        }
        throw wrong(name, "an object");
    }

    /** The text of an object; {@code null} where there is none. */
    @Nullable String objectText(String name) {
        Body object = object(name);
        return object == null ? null : JsonTree.text(object.fields);
    }

    /** Any value. */
    @Nullable Object value(String name) {
        asked.add(name);
        return fields.get(name);
    }

    /** The same without one of its fields. */
    Body without(String name) {
        Map<String, @Nullable Object> less = new LinkedHashMap<>(fields);
        less.remove(name);
        return new Body(less);
    }

    /** The fields that nobody has asked for. */
    List<String> ignored() {
        List<String> ignored = new ArrayList<>(fields.keySet());
        ignored.removeAll(asked);
        return ignored;
    }

    /** What is said of a field that has a wrong value. */
    static GatewayException wrong(String name, String expected) {
        return new GatewayException(
                ErrorCode.INVALID_PARAMETER, "the field " + name + " must be " + expected, name);
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(name.toString(), value));
        return copy;
    }
}
