package io.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the provider's answer once the client has gone. Immutable.
 *
 * @param drains whether it is read on, so that its usage becomes known; else it is cut at once
 * @param longest how long it is read on; {@code null} for no bound in time
 * @param mostTokens how many more tokens are read; {@code null} for no bound in tokens
 */
public record OnDisconnect(boolean drains, @Nullable Duration longest, @Nullable Long mostTokens) {

    public static final OnDisconnect CANCEL = new OnDisconnect(false, null, null);
    public static final OnDisconnect DRAIN = new OnDisconnect(true, null, null);

    private static final String CAPPED = "drain:";

    /**
     * The rule that {@code text} says, or {@code null} if it says none: {@code cancel}, {@code
     * drain}, or {@code drain:} and a time with its unit or a number of tokens.
     */
    public static @Nullable OnDisconnect parse(String text) {
        if (text.equals("cancel")) {
            return CANCEL;
        }
        if (text.equals("drain")) {
            return DRAIN;
        }
        if (!text.startsWith(CAPPED)) {
            return null;
        }
        String cap = text.substring(CAPPED.length());
        if (cap.matches("[0-9]{1,15}")) {
            return new OnDisconnect(true, null, Long.valueOf(cap));
        }
        Duration longest = Units.duration(cap, null);
        return longest == null ? null : new OnDisconnect(true, longest, null);
    }

    /** The rule as {@link #parse} reads it. */
    @Override
    public String toString() {
        if (!drains) {
            return "cancel";
        }
        if (longest != null) {
            return CAPPED + Units.write(longest);
        }
        return mostTokens == null ? "drain" : CAPPED + mostTokens;
    }
}
