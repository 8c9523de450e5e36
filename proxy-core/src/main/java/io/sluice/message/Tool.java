package io.sluice.message;

import io.sluice.json.JsonText;
import org.jspecify.annotations.Nullable;

/** Something that a model may call. Immutable. */
public sealed interface Tool {

    /**
     * A function that the caller runs.
     *
     * @param description what it does, or {@code null}
     * @param schema JSON Schema of its arguments, or {@code null}
     * @param strict whether arguments must follow the schema, or {@code null} where not said
     * @param cacheControl the cache breakpoint behind it, or {@code null}
     */
    record Function(
            JsonText name,
            @Nullable JsonText description,
            @Nullable JsonText schema,
            @Nullable Boolean strict,
            @Nullable JsonText cacheControl)
            implements Tool {}

    /**
     * A tool that only its own dialect knows: one that the provider runs, mostly.
     *
     * @param type its dialect's word for it
     * @param json as it was written
     */
    record Foreign(String type, JsonText json) implements Tool {}
}
