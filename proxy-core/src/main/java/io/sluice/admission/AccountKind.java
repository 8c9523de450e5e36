package io.sluice.admission;

/** Whom or what limits and budgets are for, the widest first. */
public enum AccountKind {
    GATEWAY("gateway"),
    ORGANIZATION("organization"),
    TEAM("team"),
    PROJECT("project"),
    USER("user"),
    KEY("key"),
    /** Whoever a caller acts for, by the name the caller gives. */
    END_USER("end-user"),
    MODEL("model"),
    DEPLOYMENT("deployment"),
    PROVIDER("provider"),
    TAG("tag");

    private final String word;

    AccountKind(String word) {
        this.word = word;
    }

    /** Its name in messages. */
    public String word() {
        return word;
    }
}
