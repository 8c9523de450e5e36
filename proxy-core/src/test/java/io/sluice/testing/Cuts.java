package io.sluice.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Bytes cut into pieces, as a connection may deliver them.
 *
 * <p>A cut is the rising list of the offsets at which a new piece begins. Pieces stand in a buffer
 * with other bytes around them, so that reading past an end is noticed.
 */
public final class Cuts {

    private static final int MARGIN = 3;

    private Cuts() {}

    /** Receives pieces in order. */
    @FunctionalInterface
    public interface Feeder {

        /**
         * Takes the next piece, {@code length} bytes from {@code index} on.
         *
         * @param buf borrowed
         */
        void feed(ByteBuf buf, int index, int length);
    }

    /** {@code bytes} in a direct buffer with other bytes around them; to be released. */
    public static ByteBuf bedded(byte[] bytes) {
        ByteBuf buf = ByteBufAllocator.DEFAULT.directBuffer(bytes.length + 2 * MARGIN);
        buf.writeZero(MARGIN).writeBytes(bytes).writeZero(MARGIN);
        return buf.readerIndex(MARGIN).writerIndex(MARGIN + bytes.length);
    }

    /** Feeds {@code bytes} cut at {@code offsets}. */
    public static void feed(byte[] bytes, int[] offsets, Feeder feeder) {
        ByteBuf buf = bedded(bytes);
        try {
            feed(buf, offsets, feeder);
        } finally {
            buf.release();
        }
    }

    /** Feeds the readable bytes of {@code buf}, which is borrowed, cut at {@code offsets}. */
    public static void feed(ByteBuf buf, int[] offsets, Feeder feeder) {
        int from = 0;
        for (int offset : offsets) {
            feeder.feed(buf, buf.readerIndex() + from, offset - from);
            from = offset;
        }
        feeder.feed(buf, buf.readerIndex() + from, buf.readableBytes() - from);
    }

    /** No cut at all. */
    public static int[] none() {
        return new int[0];
    }

    /** Pieces of one byte. */
    public static int[] everywhere(int length) {
        return IntStream.range(1, length).toArray();
    }

    /** Between one and {@code most} random cuts. */
    public static int[] random(Random random, int length, int most) {
        int[] offsets = new int[1 + random.nextInt(most)];
        Arrays.setAll(offsets, _ -> random.nextInt(length + 1));
        Arrays.sort(offsets);
        return offsets;
    }
}
