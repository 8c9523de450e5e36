package io.sluice.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows in the text format of PostgreSQL's COPY. Confined to one thread. */
final class CopyText {

    private final StringBuilder text = new StringBuilder();

    /** Adds a row of numbers, truths, texts or ids, and nulls. */
    void add(List<? extends @Nullable Object> row) {
        char before = 0;
        for (Object value : row) {
            if (before != 0) {
                text.append(before);
            }
            before = '\t';
            if (value == null) {
                text.append("\\N");
            } else if (value instanceof String string) {
                escape(string);
            } else {
                text.append(value);
            }
        }
        text.append('\n');
    }

    byte[] bytes() {
        return text.toString().getBytes(UTF_8);
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char one = value.charAt(i);
            switch (one) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(one);
            }
        }
    }
}
