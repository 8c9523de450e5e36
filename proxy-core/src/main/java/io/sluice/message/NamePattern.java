package io.sluice.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model name in which each {@code *} stands for any characters, also none.
 *
 * <p>Immutable. Matching takes time proportional to the name for each star, never more.
 */
public final class NamePattern {

    private final String text;
    private final List<String> pieces;

    private NamePattern(String text) {
        this.text = text;
        this.pieces = split(text);
    }

    public static NamePattern of(String text) {
        return new NamePattern(text);
    }

    /** The pattern as it was written. */
    public String text() {
        return text;
    }

    /** How many stars it has. */
    public int stars() {
        return pieces.size() - 1;
    }

    public boolean matches(String name) {
        return match(name, null);
    }

    /** What the stars stand for in {@code name}, left to right, or {@code null} if none match. */
    public @Nullable List<String> captures(String name) {
        List<String> captured = new ArrayList<>(stars());
        return match(name, captured) ? captured : null;
    }

    /** This pattern with its stars replaced by {@code captured}, left to right. */
    public String fill(List<String> captured) {
        StringBuilder filled = new StringBuilder(pieces.getFirst());
        for (int i = 1; i < pieces.size(); i++) {
            filled.append(i <= captured.size() ? captured.get(i - 1) : "*").append(pieces.get(i));
        }
        return filled.toString();
    }

    /*
     * Each piece between two stars is taken at its first place after the one before; the last piece
     * must end the name. Taking the first place is enough: whatever a later place would match, the
     * star behind an earlier one can swallow.
     */
    private boolean match(String name, @Nullable List<String> captured) {
        String first = pieces.getFirst();
        if (pieces.size() == 1) {
            return name.equals(first);
        }
        String last = pieces.getLast();
        if (name.length() < first.length() + last.length()
                || !name.startsWith(first)
                || !name.endsWith(last)) {
            return false;
        }
        int at = first.length();
        int end = name.length() - last.length();
        for (int i = 1; i < pieces.size() - 1; i++) {
            String piece = pieces.get(i);
            int found = name.indexOf(piece, at);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            add(captured, name, at, found);
            at = found + piece.length();
        }
        add(captured, name, at, end);
        return true;
    }

    private static void add(@Nullable List<String> captured, String name, int from, int to) {
        if (captured != null) {
            captured.add(name.substring(from, to));
        }
    }

    private static List<String> split(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int star = text.indexOf('*'); star >= 0; star = text.indexOf('*', from)) {
            pieces.add(text.substring(from, star));
            from = star + 1;
        }
        pieces.add(text.substring(from));
        return List.copyOf(pieces);
    }
}
