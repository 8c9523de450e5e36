package io.sluice.json;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Reads values out of a body by the offsets that a scanner found.
 *
 * <p>Offsets count bytes from the body's reader index. Bodies are borrowed; their indices do not
 * move.
 */
public final class JsonValues {

    private static final int MAX_NUMBER_BYTES = 64;
    private static final int MAX_EXPONENT = 40;

    private JsonValues() {}

    /**
     * The string whose quotes stand at {@code start} and before {@code end}, its escapes decoded.
     *
     * @throws MalformedJsonException if it is no JSON string, or an escape is half a surrogate pair
     */
    public static String string(ByteBuf body, long start, long end) {
        int from = Math.toIntExact(start);
        int to = Math.toIntExact(end);
        int first = body.readerIndex();
        boolean quoted =
                to - from >= 2
                        && body.getByte(first + from) == '"'
                        && body.getByte(first + to - 1) == '"';
        if (!quoted) {
            throw new MalformedJsonException(start, "not a JSON string");
        }
        String raw = body.toString(first + from + 1, to - from - 2, StandardCharsets.UTF_8);
        return raw.indexOf('\\') < 0 ? raw : decoded(raw, start);
    }

    /**
     * The integer at {@code start}; a fraction of zeros and an exponent are accepted.
     *
     * @throws MalformedJsonException if it is no integer or does not fit
     */
    public static long integer(ByteBuf body, long start, long end) {
        int length = Math.toIntExact(end - start);
        try {
            if (length > 0 && length <= MAX_NUMBER_BYTES) {
                BigDecimal number = new BigDecimal(ascii(body, start, length));
                if (Math.abs((long) number.scale()) <= MAX_EXPONENT + MAX_NUMBER_BYTES) {
                    return number.longValueExact();
                }
            }
        } catch (NumberFormatException e) {
            throw new MalformedJsonException(start, "not a JSON number");
        } catch (ArithmeticException e) {
            throw new MalformedJsonException(start, "not an integer of 64 bits");
        }
        throw new MalformedJsonException(start, "not an integer of 64 bits");
    }

    /**
     * The literal at {@code start}.
     *
     * @throws MalformedJsonException if it is neither true nor false
     */
    public static boolean bool(ByteBuf body, long start, long end) {
        int length = Math.toIntExact(end - start);
        return switch (length > 5 ? "" : ascii(body, start, length)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new MalformedJsonException(start, "not a JSON boolean");
        };
    }

    /** The inside of a JSON string, its escapes decoded; a lone surrogate is kept. */
    static String unescaped(String inside) {
        return unescaped(inside, 0);
    }

    private static String ascii(ByteBuf body, long start, int length) {
        return body.toString(
                body.readerIndex() + Math.toIntExact(start), length, StandardCharsets.US_ASCII);
    }

    private static String decoded(String raw, long start) {
        String text = unescaped(raw, start);
        checkSurrogates(text, start);
        return text;
    }

    private static String unescaped(String raw, long start) {
        StringBuilder out = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = i < raw.length() ? raw.charAt(i++) : 0;
            if (escape == 'u') {
                out.append(unit(raw, i, start));
                i += 4;
            } else {
                out.append(simple(escape, start));
            }
        }
        return out.toString();
    }

    private static char simple(char escape, long start) {
        return switch (escape) {
            case '"', '\\', '/' -> escape;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw new MalformedJsonException(start, "not a JSON escape");
        };
    }

    private static char unit(String raw, int from, long start) {
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
            if (digit < 0) {
                throw new MalformedJsonException(start, "not a JSON escape");
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    private static void checkSurrogates(CharSequence text, long start) {
        int i = 0;
        while (i < text.length()) {
            int codePoint = Character.codePointAt(text, i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new MalformedJsonException(start, "half a surrogate pair");
            }
            i += Character.charCount(codePoint);
        }
    }
}
