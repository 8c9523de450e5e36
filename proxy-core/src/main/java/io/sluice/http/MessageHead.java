package io.sluice.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;

/**
 * One message head: its bytes, and where its parts stand in them.
 *
 * <p>Filled by a parser and filled again by the next message of the connection, so nothing read
 * from it outlives the message. Indexes of headers count from 0 in the order received. Texts come
 * out as ISO-8859-1, one character for each byte. Confined to the connection's event loop.
 */
public abstract sealed class MessageHead permits RequestHead, ResponseHead {

    /*
     * A head is copied once, out of the read buffer into an array of its own, and taken apart
     * there: the read buffer can go, and looking at the array costs no bounds arithmetic. A header
     * is four numbers (name from, name to, value from, value to; the value without the white space
     * around it) and a constant of HeaderName. Nothing is allocated for a message unless it is
     * larger than those before it; what a large one left behind goes with clear() or the next
     * message.
     *
     * After the head the array has one more byte, a slash: the path of "http://host", which has
     * none of its own.
     */

    private static final int INITIAL_BYTES = 1024;
    private static final int KEPT_BYTES = 8 * 1024;
    private static final int INITIAL_HEADERS = 32;
    private static final int KEPT_HEADERS = 128;
    private static final int MAX_CONNECTION_OPTIONS = 32;
    private static final int SPAN = 4;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int byteLength;

    private int[] spans = new int[INITIAL_HEADERS * SPAN];
    private HeaderName[] names = new HeaderName[INITIAL_HEADERS];
    private int headerCount;

    /** The names that occur, so that looking for an absent one costs no search. */
    private final EnumSet<HeaderName> present = EnumSet.noneOf(HeaderName.class);

    private int[] options = new int[4];
    private int optionCount;

    private boolean http10;
    private boolean keepAlive;
    private BodyFraming framing = BodyFraming.NONE;
    private long contentLength = -1;

    MessageHead() {}

    public final int headerCount() {
        return headerCount;
    }

    public final HeaderName name(int i) {
        return names[check(i)];
    }

    /** Whether header {@code i} has this name, however either is spelt. */
    public final boolean nameIs(int i, String lowerCaseName) {
        return Ascii.equalsIgnoreCase(bytes, nameFrom(i), nameTo(i), lowerCaseName);
    }

    public final boolean nameStartsWith(int i, String lowerCasePrefix) {
        return Ascii.startsWithIgnoreCase(bytes, nameFrom(i), nameTo(i), lowerCasePrefix);
    }

    /** The index of the first header of that name, or -1. */
    public final int find(HeaderName name) {
        return findNext(name, -1);
    }

    /** The index of the first header of that name behind header {@code after}, or -1. */
    public final int findNext(HeaderName name, int after) {
        if (!has(name)) {
            return -1;
        }
        for (int i = after + 1; i < headerCount; i++) {
            if (names[i] == name) {
                return i;
            }
        }
        return -1;
    }

    /** The index of the first header of that name, or -1. */
    public final int find(String lowerCaseName) {
        for (int i = 0; i < headerCount; i++) {
            if (nameIs(i, lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    public final boolean has(HeaderName name) {
        return present.contains(name);
    }

    /** The name as received. Allocates. */
    public final String nameText(int i) {
        return text(nameFrom(i), nameTo(i));
    }

    /** The value without the white space around it. Allocates. */
    public final String value(int i) {
        return text(valueFrom(i), valueTo(i));
    }

    /** Whether the value is {@code text}, however either is spelt. */
    public final boolean valueIs(int i, String text) {
        return Ascii.equalsIgnoreCase(bytes, valueFrom(i), valueTo(i), text);
    }

    public final boolean valueStartsWith(int i, String prefix) {
        return Ascii.startsWithIgnoreCase(bytes, valueFrom(i), valueTo(i), prefix);
    }

    public final int valueLength(int i) {
        return valueTo(i) - valueFrom(i);
    }

    /**
     * The byte at offset {@code at} of the value.
     *
     * @throws IndexOutOfBoundsException if the value is shorter
     */
    public final byte valueByte(int i, int at) {
        if (at < 0 || at >= valueLength(i)) {
            throw new IndexOutOfBoundsException(at);
        }
        return bytes[valueFrom(i) + at];
    }

    /**
     * Writes {@code Name: value} and CRLF, the name as received.
     *
     * @param out borrowed
     */
    public final void writeHeader(int i, ByteBuf out) {
        out.writeBytes(bytes, nameFrom(i), nameTo(i) - nameFrom(i));
        out.writeShort(':' << 8 | Ascii.SP);
        writeValue(i, out);
        out.writeShort(Ascii.CR << 8 | Ascii.LF);
    }

    /**
     * Writes the value without the white space around it.
     *
     * @param out borrowed
     */
    public final void writeValue(int i, ByteBuf out) {
        out.writeBytes(bytes, valueFrom(i), valueLength(i));
    }

    /**
     * Whether the connection may carry another message after this one, by version, {@code
     * connection} and framing (RFC 9112, 9.3).
     */
    public final boolean isKeepAlive() {
        return keepAlive && framing != BodyFraming.UNTIL_CLOSE;
    }

    public final boolean isHttp10() {
        return http10;
    }

    public final BodyFraming framing() {
        return framing;
    }

    /** The length of the body in bytes for {@link BodyFraming#LENGTH}, else -1. */
    public final long contentLength() {
        return framing == BodyFraming.LENGTH ? contentLength : -1;
    }

    /** Whether {@code connection} names header {@code i}. */
    public final boolean isConnectionOption(int i) {
        int from = nameFrom(i);
        int to = nameTo(i);
        for (int at = 0; at < optionCount; at++) {
            if (Ascii.equalsIgnoreCase(bytes, from, to, options[2 * at], options[2 * at + 1])) {
                return true;
            }
        }
        return false;
    }

    /** Whether header {@code i} belongs to this connection and is not forwarded. */
    public final boolean isHopByHop(int i) {
        return name(i).isHopByHop() || isConnectionOption(i);
    }

    /** The length of the head in bytes as received, its empty line included. */
    public final int byteLength() {
        return byteLength;
    }

    /** Forgets the message and lets go of what a large one left behind. */
    public void clear() {
        byteLength = 0;
        headerCount = 0;
        present.clear();
        optionCount = 0;
        http10 = false;
        keepAlive = false;
        framing = BodyFraming.NONE;
        contentLength = -1;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        if (names.length > KEPT_HEADERS) {
            spans = new int[INITIAL_HEADERS * SPAN];
            names = new HeaderName[INITIAL_HEADERS];
        }
    }

    /** Takes the next {@code length} bytes of {@code in} and forgets what was before. */
    final void take(ByteBuf in, int length) {
        clear();
        if (bytes.length <= length) {
            bytes = new byte[Math.max(INITIAL_BYTES, Integer.highestOneBit(length) << 1)];
        }
        in.readBytes(bytes, 0, length);
        bytes[length] = '/';
        byteLength = length;
    }

    /** The bytes of the head, and a slash behind them. Not to be changed. */
    final byte[] bytes() {
        return bytes;
    }

    final String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    final int valueFrom(int i) {
        return spans[check(i) * SPAN + 2];
    }

    final int valueTo(int i) {
        return spans[check(i) * SPAN + 3];
    }

    final void addHeader(int nameFrom, int nameTo, int valueFrom, int valueTo) {
        if (headerCount == names.length) {
            names = Arrays.copyOf(names, 2 * headerCount);
            spans = Arrays.copyOf(spans, 2 * headerCount * SPAN);
        }
        HeaderName name = HeaderName.of(bytes, nameFrom, nameTo);
        names[headerCount] = name;
        present.add(name);
        int span = headerCount * SPAN;
        spans[span] = nameFrom;
        spans[span + 1] = nameTo;
        spans[span + 2] = valueFrom;
        spans[span + 3] = valueTo;
        headerCount++;
    }

    /**
     * Takes the version that stands at {@code at}.
     *
     * @return the index behind it
     */
    final int parseVersion(int at) {
        if (!Ascii.startsWith(bytes, at, byteLength, "HTTP/")
                || !Ascii.isDigit(bytes[at + 5])
                || bytes[at + 6] != '.'
                || !Ascii.isDigit(bytes[at + 7])) {
            throw Fault.BAD_VERSION.exception();
        }
        int end = at + 8;
        if (bytes[end] != Ascii.CR && bytes[end] != Ascii.SP) {
            throw Fault.BAD_VERSION.exception();
        }
        if (bytes[at + 5] != '1' || bytes[at + 7] > '1') {
            throw Fault.VERSION.exception();
        }
        http10 = bytes[at + 7] == '0';
        return end;
    }

    /** Reads the {@code connection} headers, once all headers are known. */
    final void parseConnection() {
        boolean close = false;
        boolean persist = false;
        int i = find(HeaderName.CONNECTION);
        while (i >= 0) {
            parseOptions(valueFrom(i), valueTo(i));
            i = findNext(HeaderName.CONNECTION, i);
        }
        for (int at = 0; at < optionCount; at++) {
            int from = options[2 * at];
            int to = options[2 * at + 1];
            close |= Ascii.equalsIgnoreCase(bytes, from, to, "close");
            persist |= Ascii.equalsIgnoreCase(bytes, from, to, "keep-alive");
        }
        keepAlive = !close && (!http10 || persist);
    }

    final void setFraming(BodyFraming framing, long contentLength) {
        this.framing = framing;
        this.contentLength = contentLength;
    }

    private void parseOptions(int from, int to) {
        int at = from;
        while (at < to) {
            int start = at;
            while (at < to && Ascii.isToken(bytes[at])) {
                at++;
            }
            if (at > start) {
                addOption(start, at);
            }
            while (at < to && Ascii.isBlank(bytes[at])) {
                at++;
            }
            if (at < to && bytes[at] != ',') {
                throw Fault.BAD_CONNECTION.exception();
            }
            at++;
            while (at < to && Ascii.isBlank(bytes[at])) {
                at++;
            }
        }
    }

    private void addOption(int from, int to) {
        if (optionCount == MAX_CONNECTION_OPTIONS) {
            throw Fault.BAD_CONNECTION.exception();
        }
        if (2 * optionCount == options.length) {
            options = Arrays.copyOf(options, 2 * options.length);
        }
        options[2 * optionCount] = from;
        options[2 * optionCount + 1] = to;
        optionCount++;
    }

    private int nameFrom(int i) {
        return spans[check(i) * SPAN];
    }

    private int nameTo(int i) {
        return spans[check(i) * SPAN + 1];
    }

    private int check(int i) {
        if (i < 0 || i >= headerCount) {
            throw new IndexOutOfBoundsException(i);
        }
        return i;
    }
}
