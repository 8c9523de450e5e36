package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;

/** Writes numbers that are not negative as ASCII, without a text between. */
final class Digits {

    private static final int NANOS_PER_MICRO = 1_000;
    private static final int MICROS_PER_MILLI = 1_000;

    private Digits() {}

    /** Writes a whole number. */
    static void write(ByteBuf out, long number) {
        long step = 1;
        while (number / step >= 10) {
            step *= 10;
        }
        for (; step > 0; step /= 10) {
            put(out, number / step % 10);
        }
    }

    /** Writes {@code nanos} in milliseconds with three decimals, cut. */
    static void writeMillis(ByteBuf out, long nanos) {
        long micros = nanos / NANOS_PER_MICRO;
        write(out, micros / MICROS_PER_MILLI);
        out.writeByte('.');
        for (int step = MICROS_PER_MILLI / 10; step > 0; step /= 10) {
            put(out, micros / step % 10);
        }
    }

    /**
     * Writes {@code number} divided by 10^{@code decimals}, without an exponent and without zeros
     * behind its last digit.
     *
     * @param decimals at most 18
     */
    static void writeFraction(ByteBuf out, long number, int decimals) {
        long unit = 1;
        for (int i = 0; i < decimals; i++) {
            unit *= 10;
        }
        write(out, number / unit);
        long rest = number % unit;
        if (rest == 0) {
            return;
        }
        out.writeByte('.');
        for (long step = unit / 10; rest > 0; step /= 10) {
            put(out, rest / step);
            rest %= step;
        }
    }

    private static void put(ByteBuf out, long digit) {
        out.writeByte((int) ('0' + digit));
    }
}
