package io.sluice.admission;

/** What a rate limit counts. */
public enum LimitUnit {
    REQUESTS("requests"),
    /** Input and output together. */
    TOKENS("tokens"),
    /** In 10^-9 dollars, rounded up for each call. */
    COST("nano-dollars");

    private final String word;

    LimitUnit(String word) {
        this.word = word;
    }

    /** Its name in messages. */
    public String word() {
        return word;
    }
}
