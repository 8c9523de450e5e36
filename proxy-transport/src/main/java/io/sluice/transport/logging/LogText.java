package io.sluice.transport.logging;

/** Text that others chose, made fit for a log line. */
final class LogText {

    static final int MAX_LENGTH = 256;

    private LogText() {}

    /** {@code text}, cut to {@link #MAX_LENGTH} characters, its unpaired surrogates replaced. */
    static String clean(String text) {
        return clean(text, MAX_LENGTH);
    }

    /** {@code text}, cut to {@code maxLength} characters, its unpaired surrogates replaced. */
    static String clean(String text, int maxLength) {
        String shown = text.length() <= maxLength ? text : text.substring(0, maxLength);
        return isPaired(shown) ? shown : paired(shown);
    }

    private static boolean isPaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && isUnpaired(text, i)) {
                return false;
            }
        }
        return true;
    }

    private static String paired(String text) {
        StringBuilder paired = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            paired.append(isUnpaired(text, i) ? '\uFFFD' : text.charAt(i));
        }
        return paired.toString();
    }

    private static boolean isUnpaired(String text, int index) {
        char at = text.charAt(index);
        if (Character.isHighSurrogate(at)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(at)
                && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}
