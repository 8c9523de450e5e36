package io.sluice.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a {@link PathScanner} found at each place of one document. */
final class PathValues {

    /*
     * Forgetting costs what was found, not what could have been: an event of a stream has a handful
     * of the places that its scanner knows.
     */

    private static final int FILLED = 1 << 6;
    private static final byte[] NO_TEXT = new byte[0];

    private final int[] seen;
    private final JsonType[] types;
    private final long[] starts;
    private final long[] ends;
    private final long[] numbers;
    private final byte[][] texts;
    private final int[] textLengths;
    private final int[] touched;
    private int touchedCount;

    PathValues(JsonPaths paths) {
        int size = paths.size();
        seen = new int[size];
        types = new JsonType[size];
        Arrays.fill(types, JsonType.NULL);
        starts = new long[size];
        ends = new long[size];
        numbers = new long[size];
        texts = new byte[size][];
        textLengths = new int[size];
        touched = new int[size];
        for (int place = 0; place < size; place++) {
            int bytes = paths.textBytes(place);
            texts[place] = bytes == 0 ? NO_TEXT : new byte[bytes];
        }
    }

    void clear() {
        for (int i = 0; i < touchedCount; i++) {
            seen[touched[i]] = 0;
        }
        touchedCount = 0;
    }

    /** From here on nothing is whole at {@code place}. */
    void forget(int place) {
        ends[place] = -1;
    }

    void begin(int place, JsonType type, long start) {
        if (seen[place] == 0) {
            touched[touchedCount++] = place;
        }
        seen[place] |= type.bit();
        types[place] = type;
        starts[place] = start;
        ends[place] = -1;
        numbers[place] = 0;
        textLengths[place] = -1;
    }

    void fill(int place) {
        seen[place] |= FILLED;
    }

    void end(int place, long end) {
        ends[place] = end;
    }

    void number(int place, long value) {
        numbers[place] = value;
    }

    /** The array that keeps the text of {@code place}; empty where none is kept. */
    byte[] text(int place) {
        return texts[place];
    }

    void textLength(int place, int length) {
        textLengths[place] = length <= texts[place].length ? length : -1;
    }

    boolean isSeen(int place) {
        return seen[place] != 0;
    }

    boolean isFilled(int place) {
        return (seen[place] & FILLED) != 0;
    }

    boolean isComplete(int place) {
        return seen[place] != 0 && ends[place] >= 0;
    }

    boolean isOnly(int place, JsonType type) {
        return (seen[place] & ~FILLED) == type.bit();
    }

    JsonType type(int place) {
        return types[place];
    }

    long start(int place) {
        return starts[place];
    }

    long end(int place) {
        return ends[place];
    }

    long number(int place) {
        return numbers[place];
    }

    boolean hasText(int place) {
        return isComplete(place) && textLengths[place] >= 0;
    }

    boolean textEquals(int place, byte[] expected) {
        return hasText(place)
                && Arrays.equals(texts[place], 0, textLengths[place], expected, 0, expected.length);
    }

    int copyText(int place, byte[] out) {
        System.arraycopy(texts[place], 0, out, 0, textLengths[place]);
        return textLengths[place];
    }

    String textString(int place) {
        return new String(texts[place], 0, textLengths[place], StandardCharsets.UTF_8);
    }
}
