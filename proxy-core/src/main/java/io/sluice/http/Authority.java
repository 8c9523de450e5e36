package io.sluice.http;

/**
 * Checks a host with an optional port, as {@code host} and absolute targets have it (RFC 9110,
 * 4.2.3 and 7.2).
 *
 * <p>Of what RFC 3986 allows in names, only what occurs: letters, digits, hyphen, dot, underscore
 * and tilde, or an address in brackets. User information, percent signs and commas are refused.
 */
final class Authority {

    private static final int MAX_PORT = 65_535;

    private Authority() {}

    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from < to && bytes[from] == '[' ? literalEnd(bytes, from, to) : from;
        if (at == from) {
            while (at < to && Ascii.isHost(bytes[at])) {
                at++;
            }
        }
        return at > from && (at == to || (bytes[at] == ':' && isPort(bytes, at + 1, to)));
    }

    /** The index behind the bracket that closes an address, or {@code from} if it is none. */
    private static int literalEnd(byte[] bytes, int from, int to) {
        int at = from + 1;
        while (at < to && (Ascii.isHex(bytes[at]) || bytes[at] == ':' || bytes[at] == '.')) {
            at++;
        }
        boolean closed = at < to && bytes[at] == ']' && at > from + 2;
        return closed ? at + 1 : from;
    }

    private static boolean isPort(byte[] bytes, int from, int to) {
        if (to - from > 5) {
            return false;
        }
        int port = 0;
        for (int at = from; at < to; at++) {
            if (!Ascii.isDigit(bytes[at])) {
                return false;
            }
            port = 10 * port + bytes[at] - '0';
        }
        return port <= MAX_PORT;
    }
}
