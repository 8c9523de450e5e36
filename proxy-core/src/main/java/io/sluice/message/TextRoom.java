package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonText;

/**
 * Text that is gathered piece by piece, kept as the inside of a JSON string.
 *
 * <p>Its room counts in the memory of its call; it grows and is used again. Not safe for threads.
 */
public final class TextRoom {

    private final JsonText view = new JsonText();
    private final CallMemory memory;
    private byte[] bytes = new byte[0];
    private int length;

    public TextRoom(CallMemory memory) {
        this.memory = memory;
    }

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
        bytes = memory.grow(bytes, length, count);
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
