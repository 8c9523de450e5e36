package io.sluice.store;

import java.util.Locale;

/** What calls are summed by. The codes are stored. */
public enum Dimension {
    /** All calls together; its only id is empty. */
    GATEWAY,
    /** The model that was asked for, by the name that was used. */
    MODEL,
    PROVIDER,
    TARGET,
    KEY,
    USER,
    TEAM,
    ORGANIZATION,
    PROJECT,
    END_USER,
    TAG;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Its name in the database. */
    public String code() {
        return code;
    }
}
