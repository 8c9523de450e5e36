package io.sluice.http;

import io.netty.buffer.ByteBuf;

/** The head of a response (RFC 9112, 4). Confined to its connection's event loop. */
public final class ResponseHead extends MessageHead {

    private int status;
    private int reasonFrom;
    private int reasonTo;

    /** The status code, 100 to 599. */
    public int status() {
        return status;
    }

    /** Whether another head follows for the same request. Never 101, which is refused. */
    public boolean isInformational() {
        return status < 200;
    }

    /**
     * Writes the reason phrase, which may be empty.
     *
     * @param out borrowed
     */
    public void writeReason(ByteBuf out) {
        out.writeBytes(bytes(), reasonFrom, reasonTo - reasonFrom);
    }

    /** The reason phrase. Allocates. */
    public String reason() {
        return text(reasonFrom, reasonTo);
    }

    @Override
    public void clear() {
        super.clear();
        status = 0;
        reasonFrom = 0;
        reasonTo = 0;
    }

    /** Takes apart the bytes taken last. */
    void parse(int maxHeaders, boolean answersHead) {
        int headers = parseStatusLine();
        FieldLines.parse(this, headers, maxHeaders);
        parseConnection();
        Framing.ofResponse(this, answersHead);
    }

    /* The blank behind the code is missing in many answers without a reason, and is not missed. */
    private int parseStatusLine() {
        byte[] bytes = bytes();
        int at = parseVersion(0);
        if (bytes[at] != Ascii.SP) {
            throw Fault.BAD_STATUS_LINE.exception();
        }
        at = parseStatus(bytes, at + 1);
        if (bytes[at] == Ascii.SP) {
            at++;
        } else if (bytes[at] != Ascii.CR) {
            throw Fault.BAD_STATUS.exception();
        }
        reasonFrom = at;
        while (Ascii.isField(bytes[at])) {
            at++;
        }
        reasonTo = at;
        if (bytes[at] != Ascii.CR || bytes[at + 1] != Ascii.LF) {
            throw Fault.BAD_STATUS_LINE.exception();
        }
        return at + 2;
    }

    private int parseStatus(byte[] bytes, int from) {
        int at = from;
        while (at < from + 3) {
            if (!Ascii.isDigit(bytes[at])) {
                throw Fault.BAD_STATUS.exception();
            }
            status = 10 * status + bytes[at] - '0';
            at++;
        }
        if (status < 100 || status > 599) {
            throw Fault.BAD_STATUS.exception();
        }
        if (status == 101) {
            throw Fault.UNASKED_UPGRADE.exception();
        }
        return at;
    }
}
