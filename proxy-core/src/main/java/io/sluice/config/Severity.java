package io.sluice.config;

import java.util.Locale;

/** How much a {@link Finding} matters. */
public enum Severity {
    /** The configuration cannot be used. */
    ERROR,
    /** Part of the configuration has no effect, or will fail when it is used. */
    WARNING,
    /** Something that is as it should be, and worth knowing. */
    NOTE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
