package io.sluice.json;

import java.util.List;

/** Names of the top-level fields a {@link TopLevelScanner} looks for. Immutable. */
public final class FieldNames {

    private final List<String> names;
    private final JsonPaths paths;

    private FieldNames(List<String> names, JsonPaths paths) {
        this.names = names;
        this.paths = paths;
    }

    /**
     * The names in the order that numbers them, from 0 on.
     *
     * @throws IllegalArgumentException if one stands there twice
     */
    public static FieldNames of(String... names) {
        JsonPaths.Builder paths = JsonPaths.builder();
        for (int i = 0; i < names.length; i++) {
            if (paths.add(names[i]) != i + 1) {
                throw new IllegalArgumentException("field named twice: " + names[i]);
            }
        }
        return new FieldNames(List.of(names), paths.build());
    }

    public int size() {
        return names.size();
    }

    public String name(int field) {
        return names.get(field);
    }

    /** The place of a field is its number plus one. */
    JsonPaths paths() {
        return paths;
    }
}
