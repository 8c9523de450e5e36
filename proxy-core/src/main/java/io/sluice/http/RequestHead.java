package io.sluice.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The head of a request (RFC 9112, 3). Confined to its connection's event loop. */
public final class RequestHead extends MessageHead {

    private Method method = Method.OTHER;
    private int methodTo;
    private int targetFrom;
    private int targetTo;
    private int pathFrom;
    private int pathTo;

    /** Where the query begins, or -1 if there is none. */
    private int queryFrom = -1;

    public Method method() {
        return method;
    }

    /** The method as received. Allocates. */
    public String methodText() {
        return text(0, methodTo);
    }

    /** Whether the target as received is {@code text}. */
    public boolean targetIs(String text) {
        return Ascii.equals(bytes(), targetFrom, targetTo, text);
    }

    /** The target as received. Allocates. */
    public String target() {
        return text(targetFrom, targetTo);
    }

    /**
     * Writes the target as received.
     *
     * @param out borrowed
     */
    public void writeTarget(ByteBuf out) {
        out.writeBytes(bytes(), targetFrom, targetTo - targetFrom);
    }

    public int pathLength() {
        return pathTo - pathFrom;
    }

    /**
     * The byte at offset {@code at} of the path.
     *
     * @throws IndexOutOfBoundsException if the path is shorter
     */
    public byte pathByte(int at) {
        if (at < 0 || at >= pathLength()) {
            throw new IndexOutOfBoundsException(at);
        }
        return bytes()[pathFrom + at];
    }

    /**
     * The path as received: without query, and in the absolute form without scheme and host. {@code
     * *} for {@code OPTIONS *}. Percent signs are not decoded. Allocates.
     */
    public String path() {
        return text(pathFrom, pathTo);
    }

    public boolean pathIs(String text) {
        return Ascii.equals(bytes(), pathFrom, pathTo, text);
    }

    public boolean pathStartsWith(String prefix) {
        return Ascii.startsWith(bytes(), pathFrom, pathTo, prefix);
    }

    /** What stands behind the first question mark, or {@code null} without one. Allocates. */
    public @Nullable String query() {
        return queryFrom < 0 ? null : text(queryFrom, targetTo);
    }

    /** Whether the client waits for {@code 100 Continue} (RFC 9110, 10.1.1). */
    public boolean expectsContinue() {
        int i = find(HeaderName.EXPECT);
        return i >= 0 && !isHttp10() && valueIs(i, "100-continue");
    }

    @Override
    public void clear() {
        super.clear();
        method = Method.OTHER;
        methodTo = 0;
        targetFrom = 0;
        targetTo = 0;
        pathFrom = 0;
        pathTo = 0;
        queryFrom = -1;
    }

    /** Takes apart the bytes taken last. */
    void parse(int maxHeaders) {
        int headers = parseRequestLine();
        FieldLines.parse(this, headers, maxHeaders);
        parseTarget();
        checkHost();
        parseConnection();
        Framing.ofRequest(this);
    }

    private int parseRequestLine() {
        byte[] bytes = bytes();
        int at = 0;
        while (Ascii.isToken(bytes[at])) {
            at++;
        }
        methodTo = at;
        if (at == 0 || bytes[at] != Ascii.SP) {
            throw Fault.BAD_METHOD.exception();
        }
        targetFrom = at + 1;
        at = targetFrom;
        while (bytes[at] > Ascii.SP && bytes[at] != 0x7F) {
            at++;
        }
        targetTo = at;
        if (at == targetFrom) {
            throw Fault.BAD_TARGET.exception();
        }
        if (bytes[at] != Ascii.SP) {
            throw bytes[at] == Ascii.CR
                    ? Fault.BAD_REQUEST_LINE.exception()
                    : Fault.BAD_TARGET.exception();
        }
        at = parseVersion(at + 1);
        if (bytes[at] != Ascii.CR || bytes[at + 1] != Ascii.LF) {
            throw Fault.BAD_REQUEST_LINE.exception();
        }
        method = Method.of(bytes, 0, methodTo);
        if (Ascii.equals(bytes, 0, methodTo, "CONNECT")) {
            throw Fault.CONNECT.exception();
        }
        return at + 2;
    }

    private void parseTarget() {
        byte[] bytes = bytes();
        if (bytes[targetFrom] == '/') {
            parsePath(targetFrom);
        } else if (targetIs("*") && method == Method.OPTIONS) {
            pathFrom = targetFrom;
            pathTo = targetTo;
        } else {
            parsePath(authorityTo());
        }
    }

    /** The index behind scheme and authority of an absolute target. */
    private int authorityTo() {
        byte[] bytes = bytes();
        int from = targetFrom;
        if (Ascii.startsWithIgnoreCase(bytes, from, targetTo, "http://")) {
            from += 7;
        } else if (Ascii.startsWithIgnoreCase(bytes, from, targetTo, "https://")) {
            from += 8;
        } else {
            throw Fault.BAD_TARGET.exception();
        }
        int to = from;
        while (to < targetTo && bytes[to] != '/' && bytes[to] != '?') {
            to++;
        }
        if (!Authority.isValid(bytes, from, to)) {
            throw Fault.BAD_HOST.exception();
        }
        int host = find(HeaderName.HOST);
        if (host >= 0 && !Ascii.equalsIgnoreCase(bytes, from, to, valueFrom(host), valueTo(host))) {
            throw Fault.HOST_MISMATCH.exception();
        }
        return to;
    }

    private void parsePath(int from) {
        byte[] bytes = bytes();
        int at = from;
        while (at < targetTo && Ascii.isPath(bytes[at])) {
            at = behindCharacter(bytes, at);
        }
        pathFrom = from;
        pathTo = at;
        if (at == from) {
            pathFrom = byteLength();
            pathTo = byteLength() + 1;
        }
        if (at < targetTo && bytes[at] == '?') {
            queryFrom = at + 1;
            at = queryFrom;
            while (at < targetTo && Ascii.isQuery(bytes[at])) {
                at = behindCharacter(bytes, at);
            }
        }
        if (at != targetTo) {
            throw Fault.BAD_TARGET.exception();
        }
    }

    /** The index behind the character at {@code at}, which may be percent-encoded. */
    private static int behindCharacter(byte[] bytes, int at) {
        if (bytes[at] != '%') {
            return at + 1;
        }
        if (!Ascii.isHex(bytes[at + 1]) || !Ascii.isHex(bytes[at + 2])) {
            throw Fault.BAD_TARGET.exception();
        }
        return at + 3;
    }

    private void checkHost() {
        int host = find(HeaderName.HOST);
        if (host < 0) {
            if (!isHttp10()) {
                throw Fault.MISSING_HOST.exception();
            }
            return;
        }
        if (findNext(HeaderName.HOST, host) >= 0) {
            throw Fault.SEVERAL_HOSTS.exception();
        }
        if (!Authority.isValid(bytes(), valueFrom(host), valueTo(host))) {
            throw Fault.BAD_HOST.exception();
        }
    }
}
