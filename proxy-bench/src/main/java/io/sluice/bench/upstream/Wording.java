package io.sluice.bench.upstream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The text of one choice, in the pieces it is generated in. Immutable.
 *
 * <p>Pieces are made when they are asked for, so that a long text takes no memory.
 */
final class Wording {

    private static final List<String> WORDS =
            List.of(
                    "the",
                    "a",
                    "river",
                    "gate",
                    "water",
                    "stream",
                    "opens",
                    "slowly",
                    "light",
                    "over",
                    "stone",
                    "café",
                    "naïve",
                    "Straße",
                    "日本語",
                    "данные",
                    "🙂",
                    "→",
                    "\"quoted\"",
                    "back\\slash",
                    "line\nbreak",
                    "tab\tstop",
                    "keeps",
                    "moving",
                    "toward",
                    "sea",
                    "every",
                    "drop",
                    "counted",
                    "once",
                    "and",
                    "again");

    private final List<String> given;
    private final long seed;
    private final int count;
    private final int size;

    private Wording(List<String> given, long seed, int count, int size) {
        this.given = given;
        this.seed = seed;
        this.count = count;
        this.size = size;
    }

    /** A text that is already known, in pieces of {@code size} characters. */
    static Wording of(String text, int size) {
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int end = at;
            for (int i = 0; i < size && end < text.length(); i++) {
                end += Character.charCount(text.codePointAt(end));
            }
            pieces.add(text.substring(at, end));
            at = end;
        }
        return new Wording(List.copyOf(pieces), 0, pieces.size(), size);
    }

    /** A text in pieces of one word each, its blank in front. */
    static Wording ofWords(String text) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf(' ', at + 1);
            end = end < 0 ? text.length() : end;
            pieces.add(text.substring(at, end));
            at = end;
        }
        return new Wording(List.copyOf(pieces), 0, pieces.size(), 0);
    }

    /** One word again and again, a blank in front of each. */
    static Wording repeated(String word, int count) {
        return new Wording(Collections.nCopies(count, " " + word), 0, count, 0);
    }

    /**
     * Words that follow from {@code seed}.
     *
     * @param size characters in each piece, 0 for one word
     */
    static Wording seeded(long seed, int count, int size) {
        return new Wording(List.of(), seed, count, size);
    }

    int count() {
        return count;
    }

    /** Piece {@code index}, counted from 0. */
    String piece(int index) {
        if (!given.isEmpty()) {
            return given.get(index);
        }
        long mixed = Seeds.mix(seed, index);
        if (size == 0) {
            return (index == 0 ? "" : " ") + WORDS.get(Seeds.below(mixed, WORDS.size()));
        }
        return filled(mixed);
    }

    /** Completion tokens of each piece: one for a word, else one for four characters. */
    int tokensPerPiece() {
        return size == 0 ? 1 : (size + 3) / 4;
    }

    /** The first pieces of this text, {@code count} at most. */
    Wording first(int count) {
        return count >= this.count ? this : new Wording(given, seed, count, size);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(piece(i));
        }
        return text.toString();
    }

    private String filled(long mixed) {
        StringBuilder text = new StringBuilder(size);
        for (int i = 0; text.length() < size; i++) {
            text.append(' ').append(WORDS.get(Seeds.below(Seeds.mix(mixed, i), WORDS.size())));
        }
        int end = Character.isHighSurrogate(text.charAt(size - 1)) ? size - 1 : size;
        return text.substring(0, end);
    }
}
