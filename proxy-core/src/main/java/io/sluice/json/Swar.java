package io.sluice.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Questions put to eight bytes at once.
 *
 * <p>Each answer is a word in which the lowest set bit stands in the first byte that is asked for;
 * bits above it may be false. See Warren, <i>Hacker's Delight</i>, section 6-1.
 */
public final class Swar {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';
    private static final long LFS = ONES * '\n';
    private static final long CRS = ONES * '\r';

    private Swar() {}

    /** Eight bytes, the first one lowest. */
    public static long word(byte[] bytes, int index) {
        return (long) LONGS.get(bytes, index);
    }

    /** Where a JSON string may need a second look: quote, backslash, control or not ASCII. */
    static long stringStops(long word) {
        long quote = word ^ QUOTES;
        long backslash = word ^ BACKSLASHES;
        long stops = zeros(quote) | zeros(backslash) | ((word - SPACES) & ~word) | word;
        return stops & HIGHS;
    }

    /** Where a line ends: LF or CR. */
    public static long lineEnds(long word) {
        long lf = word ^ LFS;
        long cr = word ^ CRS;
        return (zeros(lf) | zeros(cr)) & HIGHS;
    }

    /** The place, 0 to 7, of the first byte of an answer that is not zero. */
    public static int first(long answer) {
        return Long.numberOfTrailingZeros(answer) >>> 3;
    }

    /** In the highest bit of a byte whether it is zero; the other bits say nothing. */
    private static long zeros(long word) {
        return (word - ONES) & ~word;
    }
}
