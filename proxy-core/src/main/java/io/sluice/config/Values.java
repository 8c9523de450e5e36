package io.sluice.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says, by path and with the type of each key.
 *
 * <p>Confined to one load.
 */
final class Values {

    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Map<String, Fault> faults = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Integer> sizes = new HashMap<>();

    /**
     * A value that was said.
     *
     * @param isPrivate whether it came from outside the file and is not shown
     */
    record Value(KeySpec key, Object value, String origin, boolean isPrivate) {}

    /** Why a value that was meant to be there is not. */
    record Fault(String reason, boolean isUnset) {}

    void put(String path, Value value, Place place) {
        values.put(path, value);
        places.put(path, place);
    }

    /** Sets {@code path} to what another key says. */
    void derive(String path, Object value, String origin) {
        KeySpec key = KeyTable.instance().keyOf(path);
        values.put(path, new Value(key, value, origin, /* isPrivate= */ false));
    }

    void fault(String path, Fault fault, Place place) {
        faults.put(path, fault);
        places.put(path, place);
    }

    void list(String path, int size) {
        sizes.put(path, size);
    }

    void place(String path, Place place) {
        places.put(path, place);
    }

    boolean has(String path) {
        return values.containsKey(path);
    }

    @Nullable Value find(String path) {
        return values.get(path);
    }

    @Nullable Fault findFault(String path) {
        return faults.get(path);
    }

    /** The fault of a key, or of one below it. */
    @Nullable Fault firstFault(String path) {
        Fault own = faults.get(path);
        if (own != null) {
            return own;
        }
        String below = path + '.';
        return faults.entrySet().stream()
                .filter(fault -> fault.getKey().startsWith(below))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    int size(String path) {
        return sizes.getOrDefault(path, 0);
    }

    Place placeOf(String path) {
        return places.getOrDefault(path, Place.outside(path));
    }

    Map<String, Value> all() {
        return values;
    }

    /** The concrete paths below {@code path}, in order. */
    List<String> below(String path) {
        List<String> below = new ArrayList<>();
        for (String candidate : values.keySet()) {
            if (candidate.startsWith(path)) {
                below.add(candidate);
            }
        }
        return below;
    }

    @Nullable String text(String path) {
        return (String) value(path);
    }

    @Nullable Secret secret(String path) {
        return (Secret) value(path);
    }

    @Nullable Long number(String path) {
        return (Long) value(path);
    }

    @Nullable Duration time(String path) {
        return (Duration) value(path);
    }

    boolean isTrue(String path) {
        return Boolean.TRUE.equals(value(path));
    }

    double decimal(String path) {
        return value(path) instanceof BigDecimal decimal ? decimal.doubleValue() : 0;
    }

    /** The list at {@code path}; empty where there is none. */
    List<String> texts(String path) {
        return value(path) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** The mapping at {@code path}; empty where there is none. */
    Map<String, String> map(String path) {
        Map<String, String> map = new LinkedHashMap<>();
        if (value(path) instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> map.put(String.valueOf(key), String.valueOf(value)));
        }
        return map;
    }

    /** The mapping of mappings at {@code path}; empty where there is none. */
    Map<String, Map<String, String>> maps(String path) {
        Map<String, Map<String, String>> maps = new LinkedHashMap<>();
        if (value(path) instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> {
                Map<String, String> inner = new LinkedHashMap<>();
                if (value instanceof Map<?, ?> fields) {
                    fields.forEach(
                            (name, text) -> inner.put(String.valueOf(name), String.valueOf(text)));
                }
                maps.put(String.valueOf(key), inner);
            });
        }
        return maps;
    }

    /** The mapping of lists at {@code path}; empty where there is none. */
    Map<String, List<String>> lists(String path) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        if (value(path) instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> {
                if (value instanceof List<?> list) {
                    lists.put(String.valueOf(key), list.stream().map(String::valueOf).toList());
                }
            });
        }
        return lists;
    }

    /** Like {@link #text}, for a key that has a default. */
    String requiredText(String path) {
        return required(text(path), path);
    }

    /** Like {@link #number}, for a key that has a default. */
    long requiredNumber(String path) {
        return required(number(path), path);
    }

    /** Like {@link #time}, for a key that has a default. */
    Duration requiredTime(String path) {
        return required(time(path), path);
    }

    private static <T> T required(@Nullable T value, String path) {
        if (value == null) {
            throw new IllegalStateException("a key without a default: " + path);
        }
        return value;
    }

    private @Nullable Object value(String path) {
        Value value = values.get(path);
        return value == null
                ? ValueParser.fallback(KeyTable.instance().keyOf(path))
                : value.value();
    }
}
