package io.sluice.http;

/** Takes the header lines of a head apart (RFC 9112, 5). */
final class FieldLines {

    /*
     * HeadEnd has seen that every LF follows a CR and that the head ends in an empty line. So a
     * scan needs no bounds: each one stops at a character outside its class, at the latest at the
     * CR of the line it is in. What is left to refuse here is a CR that stands alone.
     */

    private FieldLines() {}

    /** Parses the lines from {@code from} to the empty line into the headers of {@code head}. */
    static void parse(MessageHead head, int from, int maxHeaders) {
        byte[] bytes = head.bytes();
        int at = from;
        while (bytes[at] != Ascii.CR) {
            if (head.headerCount() == maxHeaders) {
                throw Fault.TOO_MANY_HEADERS.exception();
            }
            at = parseLine(head, bytes, at);
        }
        if (at != head.byteLength() - 2) {
            throw Fault.BARE_CR.exception();
        }
    }

    private static int parseLine(MessageHead head, byte[] bytes, int from) {
        int nameTo = from;
        while (Ascii.isToken(bytes[nameTo])) {
            nameTo++;
        }
        if (nameTo == from || bytes[nameTo] != ':') {
            throw badName(bytes, from, nameTo);
        }
        int valueFrom = nameTo + 1;
        while (Ascii.isBlank(bytes[valueFrom])) {
            valueFrom++;
        }
        int end = valueFrom;
        while (Ascii.isField(bytes[end])) {
            end++;
        }
        int next = lineEnd(bytes, end);
        int valueTo = end;
        while (valueTo > valueFrom && Ascii.isBlank(bytes[valueTo - 1])) {
            valueTo--;
        }
        head.addHeader(from, nameTo, valueFrom, valueTo);
        return next;
    }

    /** The index behind the CRLF at {@code at}. */
    static int lineEnd(byte[] bytes, int at) {
        if (bytes[at] != Ascii.CR) {
            throw Fault.BAD_VALUE.exception();
        }
        if (bytes[at + 1] != Ascii.LF) {
            throw Fault.BARE_CR.exception();
        }
        return at + 2;
    }

    private static MalformedHttpException badName(byte[] bytes, int from, int nameTo) {
        if (!Ascii.isBlank(bytes[nameTo])) {
            return Fault.BAD_NAME.exception();
        }
        return nameTo == from
                ? Fault.LEADING_BLANK.exception()
                : Fault.BLANK_BEFORE_COLON.exception();
    }
}
