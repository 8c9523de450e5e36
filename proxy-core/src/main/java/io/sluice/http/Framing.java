package io.sluice.http;

/** Decides where a body ends (RFC 9112, 6.3), and refuses to where two readings are possible. */
final class Framing {

    private static final int MAX_LENGTH_DIGITS = 18;

    private Framing() {}

    static void ofRequest(RequestHead head) {
        if (isChunked(head)) {
            head.setFraming(BodyFraming.CHUNKED, -1);
            return;
        }
        long length = contentLength(head);
        head.setFraming(length < 0 ? BodyFraming.NONE : BodyFraming.LENGTH, length);
    }

    static void ofResponse(ResponseHead head, boolean answersHead) {
        boolean chunked = isChunked(head);
        long length = contentLength(head);
        if (head.isInformational() || head.status() == 204) {
            if (chunked || length > 0) {
                throw Fault.UNEXPECTED_BODY.exception();
            }
            head.setFraming(BodyFraming.NONE, -1);
        } else if (answersHead || head.status() == 304) {
            head.setFraming(BodyFraming.NONE, -1);
        } else if (chunked) {
            head.setFraming(BodyFraming.CHUNKED, -1);
        } else if (length >= 0) {
            head.setFraming(BodyFraming.LENGTH, length);
        } else {
            head.setFraming(BodyFraming.UNTIL_CLOSE, -1);
        }
    }

    private static boolean isChunked(MessageHead head) {
        int i = head.find(HeaderName.TRANSFER_ENCODING);
        if (i < 0) {
            return false;
        }
        if (head.has(HeaderName.CONTENT_LENGTH)) {
            throw Fault.LENGTH_AND_ENCODING.exception();
        }
        if (head.isHttp10()) {
            throw Fault.ENCODING_IN_HTTP_10.exception();
        }
        if (!head.valueIs(i, "chunked") || head.findNext(HeaderName.TRANSFER_ENCODING, i) >= 0) {
            throw Fault.BAD_ENCODING.exception();
        }
        return true;
    }

    /** The value of the one {@code content-length}, or -1 where there is none. */
    private static long contentLength(MessageHead head) {
        int i = head.find(HeaderName.CONTENT_LENGTH);
        if (i < 0) {
            return -1;
        }
        if (head.findNext(HeaderName.CONTENT_LENGTH, i) >= 0) {
            throw Fault.SEVERAL_LENGTHS.exception();
        }
        int digits = head.valueLength(i);
        if (digits == 0 || digits > MAX_LENGTH_DIGITS) {
            throw Fault.BAD_LENGTH.exception();
        }
        long length = 0;
        for (int at = 0; at < digits; at++) {
            byte b = head.valueByte(i, at);
            if (!Ascii.isDigit(b)) {
                throw Fault.BAD_LENGTH.exception();
            }
            length = 10 * length + b - '0';
        }
        return length;
    }
}
