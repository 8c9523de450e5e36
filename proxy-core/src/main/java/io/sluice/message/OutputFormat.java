package io.sluice.message;

import io.sluice.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * The form that an answer must have. Immutable.
 *
 * @param schema what its JSON must follow; {@code null} for any JSON
 */
public record OutputFormat(
        Kind kind,
        @Nullable JsonText name,
        @Nullable JsonText description,
        @Nullable JsonText schema,
        @Nullable Boolean strict) {

    /** What it is. */
    public enum Kind {
        TEXT,
        JSON,
        SCHEMA
    }
}
