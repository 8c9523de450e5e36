package io.sluice.store;

import java.util.Locale;

/** The kinds of objects whose changes others must hear of. Their codes are stored. */
public enum ChangeKind {
    KEY,
    USER,
    TEAM,
    ORGANIZATION,
    PROJECT,
    END_USER,
    TAG,
    BUDGET,
    CREDENTIAL,
    SETTING;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Its name in the database. */
    public String code() {
        return code;
    }
}
