package io.sluice.translate;

import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites {@code <thought>} tags in text to {@code <think>}, also where a tag is cut.
 *
 * <p>A piece that may turn out to be a tag is held back, nine characters at most. Makes strings, so
 * it is there only for answers that are known to hold such tags. Not safe for threads.
 */
final class ThoughtTags {

    private static final String OPEN = "<thought>";
    private static final String CLOSE = "</thought>";

    private final List<String> held = new ArrayList<>();

    /** The text so far that is no tag begun. */
    String rewrite(int choice, String fragment) {
        String text = rest(choice) + fragment;
        int kept = text.lastIndexOf('<');
        boolean isOpen = kept >= 0 && isBegun(text.substring(kept));
        String whole = isOpen ? text.substring(0, kept) : text;
        if (isOpen) {
            held.set(choice, text.substring(kept));
        }
        return whole.replace(OPEN, "<think>").replace(CLOSE, "</think>");
    }

    /** What was held back: it has turned out to be text. */
    String rest(int choice) {
        while (held.size() <= choice) {
            held.add("");
        }
        return held.set(choice, "");
    }

    /** For how many choices something was ever said. */
    int choices() {
        return held.size();
    }

    private static boolean isBegun(String end) {
        return (OPEN.startsWith(end) && end.length() < OPEN.length())
                || (CLOSE.startsWith(end) && end.length() < CLOSE.length());
    }
}
