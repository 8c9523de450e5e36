package io.sluice.json;

/** Reads one JSON number (RFC 8259, section 6), however it is cut. */
final class JsonNumber {

    /*
     * Digits are gathered until a long is nearly full; those behind it only move the point. What is
     * asked for are counts of tokens, so the fraction of the value is cut off and a value too large
     * saturates.
     */

    private static final int START = 0;
    private static final int MINUS = 1;
    private static final int ZERO = 2;
    private static final int INTEGER = 3;
    private static final int POINT = 4;
    private static final int FRACTION = 5;
    private static final int EXPONENT = 6;
    private static final int EXPONENT_SIGN = 7;
    private static final int EXPONENT_DIGITS = 8;

    private static final long MANTISSA_LIMIT = 100_000_000_000_000_000L;
    private static final int EXPONENT_LIMIT = 100_000;

    private int state;
    private boolean wanted;
    private boolean negative;
    private boolean negativeExponent;
    private long mantissa;
    private int shift;
    private int exponent;

    /** Begins a number, whose value may not be wanted. */
    void start(boolean wanted) {
        this.wanted = wanted;
        state = START;
        negative = false;
        negativeExponent = false;
        mantissa = 0;
        shift = 0;
        exponent = 0;
    }

    /** Reads on; returns the index of the first byte that is not of the number. */
    int read(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int end = digitsEnd(bytes, i, to);
            if (end > i) {
                end = readDigits(bytes, i, end);
                if (end == i) {
                    return i;
                }
            } else {
                int next = afterSign(bytes[i]);
                if (next < 0) {
                    return i;
                }
                state = next;
                end = i + 1;
            }
            i = end;
        }
        return i;
    }

    /** Whether what was read is a number. */
    boolean isComplete() {
        return state == ZERO || state == INTEGER || state == FRACTION || state == EXPONENT_DIGITS;
    }

    /** The value towards zero, saturating. */
    long value() {
        int scale = shift + (negativeExponent ? -exponent : exponent);
        long value = mantissa;
        while (scale < 0 && value != 0) {
            value /= 10;
            scale++;
        }
        while (scale > 0 && value != 0) {
            if (value > Long.MAX_VALUE / 10) {
                value = Long.MAX_VALUE;
                break;
            }
            value *= 10;
            scale--;
        }
        return negative ? -value : value;
    }

    private static int digitsEnd(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        return i;
    }

    /** Reads a run of digits; returns the index of the first that cannot stand there. */
    private int readDigits(byte[] bytes, int from, int to) {
        switch (state) {
            case START, MINUS -> {
                if (bytes[from] == '0') {
                    state = ZERO;
                    return from + 1;
                }
                state = INTEGER;
            }
            case POINT -> state = FRACTION;
            case EXPONENT, EXPONENT_SIGN -> state = EXPONENT_DIGITS;
            case ZERO -> {
                return from;
            }
            default -> {}
        }
        if (wanted) {
            gather(bytes, from, to);
        }
        return to;
    }

    private void gather(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (state == EXPONENT_DIGITS) {
                exponent = Math.min(exponent * 10 + digit, EXPONENT_LIMIT);
            } else if (mantissa < MANTISSA_LIMIT) {
                mantissa = mantissa * 10 + digit;
                shift -= state == FRACTION ? 1 : 0;
            } else {
                shift += state == FRACTION ? 0 : 1;
            }
        }
    }

    /** The state behind a byte that is no digit, or -1 where it cannot stand. */
    private int afterSign(byte b) {
        return switch (b) {
            case '-' -> {
                if (state == START) {
                    negative = true;
                    yield MINUS;
                }
                yield exponentSign(true);
            }
            case '+' -> exponentSign(false);
            case '.' -> state == ZERO || state == INTEGER ? POINT : -1;
            case 'e', 'E' -> state == ZERO || state == INTEGER || state == FRACTION ? EXPONENT : -1;
            default -> -1;
        };
    }

    private int exponentSign(boolean minus) {
        if (state != EXPONENT) {
            return -1;
        }
        negativeExponent = minus;
        return EXPONENT_SIGN;
    }
}
