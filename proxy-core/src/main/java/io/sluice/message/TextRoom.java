package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonText;
import java.util.Arrays;

/**
 * Text that is gathered piece by piece, kept as the inside of a JSON string.
 *
 * <p>Its room grows and is used again. Not safe for threads.
 */
public final class TextRoom {

    private final JsonText view = new JsonText();
    private byte[] bytes = new byte[0];
    private int length;

    /** Forgets the text. */
    public void clear() {
        length = 0;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Adds {@code fragment}, which must be the inside of a JSON string. */
    public void append(JsonText fragment) {
        if (fragment.form() != JsonText.Form.STRING) {
            append(JsonText.of(fragment.string()));
            return;
        }
        int count = fragment.length();
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, Math.max(64, bytes.length * 2)));
        }
        System.arraycopy(fragment.bytes(), fragment.from(), bytes, length, count);
        length += count;
    }

    /** What was gathered; valid until more is added. */
    public JsonText text() {
        return view.set(bytes, 0, length, JsonText.Form.STRING);
    }

    /** Writes it as a JSON string. */
    public void writeQuoted(ByteBuf out) {
        text().writeQuoted(out);
    }
}
