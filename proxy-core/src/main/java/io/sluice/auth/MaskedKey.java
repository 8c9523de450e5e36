package io.sluice.auth;

/** How a secret is shown: enough to tell it from others, too little to use it. */
public final class MaskedKey {

    private static final int SHOWN_AT_ENDS = 4;
    private static final int SHOWN_AT_START = 8;
    private static final int SHORT = 4;
    private static final int MEDIUM = 12;
    private static final String STARS = "****";

    private MaskedKey() {}

    /**
     * The form that is shown of {@code secret}. Keys of the gateway's own form show four characters
     * at each end, others more at the start and nothing where they are short.
     */
    public static String of(String secret) {
        int length = secret.length();
        if (length <= SHORT) {
            return "*".repeat(length);
        }
        if (length <= MEDIUM) {
            return secret.substring(0, 2) + "*".repeat(length - 2);
        }
        String end = secret.substring(length - SHOWN_AT_ENDS);
        return secret.startsWith("sk-")
                ? secret.substring(0, SHOWN_AT_ENDS) + STARS + end
                : secret.substring(0, SHOWN_AT_START) + "..." + end;
    }

    /** Whether {@code text} is such a form and not a secret. */
    public static boolean isMasked(String text) {
        return text.contains(STARS) || text.contains("...");
    }
}
