package io.sluice.usage;

import io.sluice.json.PathScanner;
import java.nio.charset.StandardCharsets;

/** The first text an answer gave for something, as bytes until it is asked for. */
final class KeptText {

    private static final int NONE = -1;

    private final byte[] bytes;
    private int length = NONE;

    KeptText(int maxBytes) {
        bytes = new byte[maxBytes];
    }

    void clear() {
        length = NONE;
    }

    /** Keeps the text at {@code place}, unless there is none, it is empty, or one is kept. */
    void keepFirst(PathScanner json, int place) {
        if (length == NONE && json.hasText(place)) {
            int count = json.copyText(place, bytes);
            length = count == 0 ? NONE : count;
        }
    }

    boolean isPresent() {
        return length != NONE;
    }

    String text() {
        return new String(bytes, 0, Math.max(length, 0), StandardCharsets.UTF_8);
    }
}
