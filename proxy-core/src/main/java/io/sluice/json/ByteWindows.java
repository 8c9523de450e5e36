package io.sluice.json;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/** Shows the bytes of a buffer to a scanner as arrays. */
public final class ByteWindows {

    /*
     * A loop over a byte array is what the compiler likes best: one bounds check, no reference
     * count, no virtual call. Heap buffers show the array they stand on. All others are copied
     * through one window for each thread, small enough to stay in the first-level cache; the copy
     * costs a few per cent of what is scanned, and a scanner needs no array of its own.
     */

    private static final int WINDOW_BYTES = 8192;

    private static final FastThreadLocal<byte[]> WINDOW =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[WINDOW_BYTES];
                }
            };

    private ByteWindows() {}

    /** Reads bytes in order. */
    @FunctionalInterface
    public interface Reader {

        /**
         * Reads {@code bytes[from..to)}, which are valid only during the call.
         *
         * @return whether more is wanted
         */
        boolean read(byte[] bytes, int from, int to);
    }

    /**
     * Shows {@code length} bytes of {@code buf} from {@code index} on to {@code reader}, until it
     * wants no more. A reader must not show another buffer on the same thread meanwhile.
     *
     * @param buf borrowed; its indices do not move
     */
    public static void read(ByteBuf buf, int index, int length, Reader reader) {
        if (buf.hasArray()) {
            int from = buf.arrayOffset() + index;
            reader.read(buf.array(), from, from + length);
            return;
        }
        byte[] window = WINDOW.get();
        int end = index + length;
        int at = index;
        boolean wanted = true;
        while (wanted && at < end) {
            int count = Math.min(end - at, WINDOW_BYTES);
            buf.getBytes(at, window, 0, count);
            wanted = reader.read(window, 0, count);
            at += count;
        }
    }
}
