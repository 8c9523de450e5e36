package io.sluice.routing;

/** Sets of up to 64 numbers in one word. */
final class Bits {

    private Bits() {}

    /** The {@code n}th member, counted from 0. */
    static int nth(long bits, int n) {
        long left = bits;
        for (int i = 0; i < n; i++) {
            left &= left - 1;
        }
        return Long.numberOfTrailingZeros(left);
    }

    /** All of the first {@code count} numbers. */
    static long first(int count) {
        return count == Long.SIZE ? -1 : (1L << count) - 1;
    }
}
