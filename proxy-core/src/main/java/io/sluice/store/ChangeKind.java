package io.sluice.store;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

    /** The kind of that name, or {@code null} for one that a newer program has. */
    static @Nullable ChangeKind find(String code) {
        for (ChangeKind kind : values()) {
            if (kind.code.equals(code)) {
                return kind;
            }
        }
        return null;
    }

    /** Its name in the database. */
    public String code() {
        return code;
    }
}
