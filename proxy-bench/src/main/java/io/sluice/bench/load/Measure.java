package io.sluice.bench.load;

/** What is measured of each call. Values are nanoseconds. */
public enum Measure {
    /** From the start that was intended to the first byte of the answer's payload. */
    TTFT("ttft"),
    /** Between two events of a stream. */
    GAP("gap"),
    /** Time per event after the first, the mean of one call. */
    TPOT("tpot"),
    /** From the start that was intended to the last byte. */
    END_TO_END("e2e"),
    /** From an event's sending, as the provider has written into it, to its arrival. */
    TRANSIT("transit");

    private final String word;

    Measure(String word) {
        this.word = word;
    }

    /** Its name in options and reports. */
    public String word() {
        return word;
    }

    /**
     * The measure of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Measure of(String word) {
        for (Measure measure : values()) {
            if (measure.word.equals(word)) {
                return measure;
            }
        }
        throw new IllegalArgumentException("no such measure: " + word);
    }
}
