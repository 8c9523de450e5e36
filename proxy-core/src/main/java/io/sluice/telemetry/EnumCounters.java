package io.sluice.telemetry;

/** One counter for each constant of an enum, with one writer. Read by any thread. */
// A row indexed by ordinal lives as long as the enum it was made from, and is never stored.
@SuppressWarnings("EnumOrdinal")
final class EnumCounters<E extends Enum<E>> {

    private final Counters counters;

    EnumCounters(Class<E> type) {
        this.counters = new Counters(type.getEnumConstants().length);
    }

    /** Writer only. */
    void add(E constant, long delta) {
        counters.add(constant.ordinal(), delta);
    }

    long value(E constant) {
        return counters.value(constant.ordinal());
    }
}
