package io.sluice.message;

import java.util.Locale;

/** The field that bounds a call's output; which one it is depends on endpoint and model. */
public enum OutputField {
    MAX_TOKENS,
    MAX_COMPLETION_TOKENS,
    MAX_OUTPUT_TOKENS;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** Its name in a body. */
    public String wireName() {
        return wireName;
    }
}
