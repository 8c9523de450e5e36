package io.sluice.http;

/** The character classes of RFC 9110 (5.5, 5.6.2) and RFC 3986, and comparison without case. */
final class Ascii {

    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte HTAB = '\t';

    private static final byte TOKEN = 1;
    private static final byte FIELD = 1 << 1;
    private static final byte PATH = 1 << 2;
    private static final byte QUERY = 1 << 3;
    private static final byte HOST = 1 << 4;
    private static final byte DIGIT = 1 << 5;
    private static final byte HEX = 1 << 6;

    private static final byte[] CLASSES = classes();

    private Ascii() {}

    /** A character of methods and header names. */
    static boolean isToken(byte b) {
        return is(b, TOKEN);
    }

    /** A character of header values and reason phrases: no control but the tabulator. */
    static boolean isField(byte b) {
        return is(b, FIELD);
    }

    /** A character of a path, the percent sign included. */
    static boolean isPath(byte b) {
        return is(b, PATH);
    }

    /** A character of a query. Square brackets pass, since clients send them as they are. */
    static boolean isQuery(byte b) {
        return is(b, QUERY);
    }

    /** A character of a registered name or an IPv4 address as they occur. */
    static boolean isHost(byte b) {
        return is(b, HOST);
    }

    static boolean isDigit(byte b) {
        return is(b, DIGIT);
    }

    static boolean isHex(byte b) {
        return is(b, HEX);
    }

    static boolean isBlank(byte b) {
        return b == SP || b == HTAB;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hexValue(byte b) {
        return is(b, HEX) ? (b & 0xF) + (b > '9' ? 9 : 0) : -1;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, CharSequence text) {
        return to - from == text.length() && startsWithIgnoreCase(bytes, from, to, text);
    }

    static boolean startsWithIgnoreCase(byte[] bytes, int from, int to, CharSequence prefix) {
        if (to - from < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (toLowerCase(bytes[from + i] & 0xFF) != toLowerCase(prefix.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = from, j = otherFrom; i < to; i++, j++) {
            if (toLowerCase(bytes[i] & 0xFF) != toLowerCase(bytes[j] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    static boolean startsWith(byte[] bytes, int from, int to, String prefix) {
        if (to - from < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if ((bytes[from + i] & 0xFF) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean equals(byte[] bytes, int from, int to, String text) {
        return to - from == text.length() && startsWith(bytes, from, to, text);
    }

    private static int toLowerCase(int c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }

    private static boolean is(byte b, byte wanted) {
        return (CLASSES[b & 0xFF] & wanted) != 0;
    }

    private static byte[] classes() {
        byte[] table = new byte[256];
        for (int c = 0; c < 256; c++) {
            if (c == HTAB || (c >= SP && c != 0x7F)) {
                table[c] |= FIELD;
            }
        }
        mark(table, "0123456789", TOKEN | PATH | QUERY | HOST | DIGIT | HEX);
        mark(table, "ABCDEFabcdef", HEX);
        for (int c = 'a'; c <= 'z'; c++) {
            table[c] |= TOKEN | PATH | QUERY | HOST;
            table[c - 0x20] |= TOKEN | PATH | QUERY | HOST;
        }
        mark(table, "!#$%&'*+-.^_`|~", TOKEN);
        mark(table, "-._~", PATH | QUERY | HOST);
        mark(table, "%!$&'()*+,;=:@/", PATH | QUERY);
        mark(table, "?[]", QUERY);
        return table;
    }

    private static void mark(byte[] table, String chars, int classes) {
        for (int i = 0; i < chars.length(); i++) {
            table[chars.charAt(i)] |= (byte) classes;
        }
    }
}
