package io.sluice.store;

import java.util.Locale;

/** What counts as spent of a lease. The codes are stored. */
enum LeaseState {
    /** Its owner may spend it, or may have spent it: all of it counts. */
    OPEN,
    /** All that its owner spent has been booked: that counts. */
    SETTLED,
    /** An operator has said that what is booked is all that will be: that counts. */
    WRITTEN_OFF;

    private final String code = name().toLowerCase(Locale.ROOT);

    String code() {
        return code;
    }

    static LeaseState of(String code) {
        for (LeaseState state : values()) {
            if (state.code.equals(code)) {
                return state;
            }
        }
        return OPEN;
    }
}
