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
    private boolean negative;
    private boolean negativeExponent;
    private long mantissa;
    private int shift;
    private int exponent;

    void reset() {
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
            int digit = bytes[i] - '0';
            int next = digit >= 0 && digit <= 9 ? onDigit(digit) : onOther(bytes[i]);
            if (next < 0) {
                return i;
            }
            state = next;
            i++;
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

    private int onDigit(int digit) {
        return switch (state) {
            case START, MINUS, INTEGER -> {
                int next = state != INTEGER && digit == 0 ? ZERO : INTEGER;
                if (mantissa < MANTISSA_LIMIT) {
                    mantissa = mantissa * 10 + digit;
                } else {
                    shift++;
                }
                yield next;
            }
            case POINT, FRACTION -> {
                if (mantissa < MANTISSA_LIMIT) {
                    mantissa = mantissa * 10 + digit;
                    shift--;
                }
                yield FRACTION;
            }
            case EXPONENT, EXPONENT_SIGN, EXPONENT_DIGITS -> {
                exponent = Math.min(exponent * 10 + digit, EXPONENT_LIMIT);
                yield EXPONENT_DIGITS;
            }
            default -> -1;
        };
    }

    private int onOther(byte b) {
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
