package io.sluice.config;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file as they may be shown: without secrets and of bounded length.
 *
 * <p>Confined to one load.
 */
final class SourceText {

    /*
     * In a file that was understood, the secrets are the places that the reader of the tree names.
     * In one that was not, any word may be a secret: what looks like a key is shown, and the marks
     * that YAML is made of, and nothing else.
     *
     * Comments are never shown; a key that was taken out of use often ends in one.
     */

    private static final int MAX_CHARACTERS = 120;
    private static final String MASK = "***";
    private static final Pattern KEY =
            Pattern.compile(
                    "(?:^|[{,])\\s*(?:- +)*[\"']?([A-Za-z][A-Za-z0-9_.-]*)[\"']?\\s*:(?=\\s|$)");
    private static final Pattern MARKS = Pattern.compile("[\\s\\[\\]{},:\"'&*|>!%@`-]+");
    private static final Pattern SECRET_SHAPE =
            Pattern.compile("(?<=://)[^/\\s@]{1,512}(?=@)|\\bsk-[A-Za-z0-9_-]{4,512}");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#.*$");

    private final List<String> lines;
    private final Map<Integer, BitSet> hidden = new HashMap<>();
    private boolean everythingHidden;

    SourceText(String text) {
        lines = List.of(text.split("\\r\\n|[\\n\\r]", -1));
    }

    /**
     * A line to show.
     *
     * @param caret offset of what is meant
     */
    record Line(String text, int caret) {}

    void hideEverything() {
        everythingHidden = true;
    }

    void hide(Place place) {
        int lastLine = Math.min(place.endLine(), lines.size());
        for (int line = Math.max(1, place.line()); line <= lastLine; line++) {
            int from = line == place.line() ? offset(line, place.column()) : 0;
            int to =
                    line == place.endLine()
                            ? offset(line, place.endColumn())
                            : lines.get(line - 1).length();
            if (from < to) {
                hidden.computeIfAbsent(line, _ -> new BitSet()).set(from, to);
            }
        }
    }

    /** The line with the given number, or {@code null} if there is none. */
    @Nullable Line line(int number, int column) {
        if (number < 1 || number > lines.size()) {
            return null;
        }
        String line = lines.get(number - 1);
        BitSet mask = everythingHidden ? allButKeys(line) : new BitSet();
        mask.or(hidden.getOrDefault(number, new BitSet()));
        for (Matcher secrets = SECRET_SHAPE.matcher(line); secrets.find(); ) {
            mask.set(secrets.start(), secrets.end());
        }
        return cut(masked(line, mask, offset(number, column)));
    }

    private int offset(int number, int column) {
        String line = lines.get(number - 1);
        int points = Math.max(0, Math.min(column - 1, line.codePointCount(0, line.length())));
        return line.offsetByCodePoints(0, points);
    }

    private static BitSet allButKeys(String line) {
        BitSet mask = new BitSet();
        mask.set(0, line.length());
        for (Matcher marks = MARKS.matcher(line); marks.find(); ) {
            mask.clear(marks.start(), marks.end());
        }
        for (Matcher keys = KEY.matcher(line); keys.find(); ) {
            mask.clear(keys.start(), keys.end());
        }
        return mask;
    }

    private static Line masked(String line, BitSet mask, int column) {
        Matcher comment = COMMENT.matcher(line);
        int end = comment.find() ? comment.start() : line.length();
        StringBuilder shown = new StringBuilder();
        int caret = -1;
        int i = 0;
        while (i < end) {
            int next = mask.get(i) ? Math.min(end, mask.nextClearBit(i)) : i + 1;
            if (caret < 0 && column < next) {
                caret = shown.length();
            }
            shown.append(mask.get(i) ? MASK : shownAs(line.charAt(i)));
            i = next;
        }
        return new Line(shown.toString(), caret < 0 ? shown.length() : caret);
    }

    private static String shownAs(char c) {
        return Character.isISOControl(c) ? " " : String.valueOf(c);
    }

    private static Line cut(Line line) {
        if (line.text().length() <= MAX_CHARACTERS) {
            return line;
        }
        int from =
                Math.max(
                        0,
                        Math.min(
                                line.caret() - MAX_CHARACTERS / 2,
                                line.text().length() - MAX_CHARACTERS));
        return new Line(line.text().substring(from, from + MAX_CHARACTERS), line.caret() - from);
    }
}
