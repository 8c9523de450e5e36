package io.sluice.sse;

import io.netty.buffer.ByteBuf;
import io.sluice.json.ByteWindows;
import io.sluice.json.Swar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Splits a stream of bytes into server-sent events (WHATWG HTML, section 9.2.6).
 *
 * <p>A push scanner: it is fed pieces, cut anywhere, and hands the data of an event on as it comes,
 * so that an event of any length costs no memory. Lines end with LF, CRLF or CR. Reused through
 * {@link #reset}; allocates nothing. Not safe for threads.
 */
public final class EventScanner implements ByteWindows.Reader {

    /*
     * An event begins at its first line that is not a comment and ends behind its blank line. A CR
     * ends its line at once, so that the last event of a stream is not held up by the wait for an
     * LF that may never come; an LF right after it is skipped.
     */

    /** Receives what a stream says. */
    public interface Listener {

        /**
         * Receives the next bytes of the current event's data, lines joined by LF. They are valid
         * only during the call.
         */
        void onData(byte[] bytes, int from, int to);

        /**
         * Ends an event that had data. Its name can be asked for until this returns.
         *
         * @param start offset of its first byte from the start of the stream
         * @param end offset behind its blank line, not counting the LF behind a CR
         */
        void onEventEnd(long start, long end);
    }

    private static final int STREAM_START = 0;
    private static final int MARK_SECOND = 1;
    private static final int MARK_THIRD = 2;
    private static final int LINE_START = 3;
    private static final int NAME = 4;
    private static final int VALUE_START = 5;
    private static final int VALUE = 6;

    private static final int IGNORED = 0;
    private static final int DATA = 1;
    private static final int EVENT = 2;

    private static final byte[][] FIELDS = {
        {}, "data".getBytes(StandardCharsets.US_ASCII), "event".getBytes(StandardCharsets.US_ASCII)
    };

    private static final long DATA_PREFIX =
            Swar.word("data: \0\0".getBytes(StandardCharsets.US_ASCII), 0);
    private static final int DATA_PREFIX_BYTES = 6;
    private static final long DATA_PREFIX_MASK = (1L << (8 * DATA_PREFIX_BYTES)) - 1;

    private static final byte[] LINE_FEED = {'\n'};
    private static final int NONE = -1;
    private static final int MAX_NAME_BYTES = 64;

    private final Listener listener;
    private final byte[] name = new byte[MAX_NAME_BYTES];

    private int state;
    private int field;
    private int fieldRead;
    private int nameLength;
    private boolean hasData;
    private boolean afterCr;
    private boolean endsWithCr;
    private long eventStart;
    private long base;
    private long offset;

    public EventScanner(Listener listener) {
        this.listener = listener;
        reset();
    }

    /** Forgets the stream; another may follow. */
    public void reset() {
        state = STREAM_START;
        afterCr = false;
        endsWithCr = false;
        offset = 0;
        resetEvent();
    }

    /**
     * Reads {@code length} bytes of {@code piece} from {@code index} on.
     *
     * @param piece borrowed; its indices do not move
     */
    public void read(ByteBuf piece, int index, int length) {
        ByteWindows.read(piece, index, length, this);
    }

    @Override
    public boolean read(byte[] bytes, int from, int to) {
        base = offset - from;
        int i = from;
        while (i < to) {
            i =
                    switch (state) {
                        case LINE_START -> readLineStart(bytes, i, to);
                        case NAME -> readName(bytes[i], i);
                        case VALUE_START -> readValueStart(bytes[i], i);
                        case VALUE -> readValue(bytes, i, to);
                        default -> readMark(bytes[i], i);
                    };
        }
        offset = base + to;
        return true;
    }

    /** How many bytes were read. */
    public long offset() {
        return offset;
    }

    /** Offset of the first byte of the event that is not complete, or -1 where there is none. */
    public long eventStart() {
        return eventStart;
    }

    /** Whether the event that is not complete has data. */
    public boolean hasData() {
        return hasData;
    }

    /** Whether the current event is called {@code ascii}. */
    public boolean isNamed(byte[] ascii) {
        return Arrays.equals(name, 0, nameLength, ascii, 0, ascii.length);
    }

    /**
     * Whether something of our own may be put in here: no event is begun, and no line end is cut.
     * Behind a CR that is known only where lines are seen to end with a CR alone.
     */
    public boolean isAtBoundary() {
        return eventStart == NONE
                && (state == LINE_START || state == STREAM_START)
                && (!afterCr || endsWithCr);
    }

    private int readMark(byte b, int i) {
        switch (state) {
            case STREAM_START -> {
                if (b != (byte) 0xEF) {
                    state = LINE_START;
                    return i;
                }
                eventStart = base + i;
                state = MARK_SECOND;
            }
            case MARK_SECOND -> {
                if (b != (byte) 0xBB) {
                    return ignoreName(i);
                }
                state = MARK_THIRD;
            }
            default -> {
                if (b != (byte) 0xBF) {
                    return ignoreName(i);
                }
                eventStart = NONE;
                state = LINE_START;
            }
        }
        return i + 1;
    }

    private int ignoreName(int i) {
        field = IGNORED;
        state = NAME;
        return i;
    }

    private int readLineStart(byte[] bytes, int i, int to) {
        byte b = bytes[i];
        if (isLineEnd(b)) {
            return readBlankLine(b, i);
        }
        afterCr = false;
        if (b == ':') {
            field = IGNORED;
            state = VALUE;
            return i + 1;
        }
        if (eventStart == NONE) {
            eventStart = base + i;
        }
        if (i <= to - Long.BYTES && (Swar.word(bytes, i) & DATA_PREFIX_MASK) == DATA_PREFIX) {
            field = DATA;
            beginValue();
            state = VALUE;
            return i + DATA_PREFIX_BYTES;
        }
        field = b == 'd' ? DATA : b == 'e' ? EVENT : IGNORED;
        fieldRead = 1;
        state = NAME;
        return i + 1;
    }

    private int readBlankLine(byte b, int i) {
        if (b == '\n' && afterCr) {
            afterCr = false;
            return i + 1;
        }
        endsWithCr = b == '\r' && afterCr;
        afterCr = b == '\r';
        if (hasData) {
            listener.onEventEnd(eventStart, base + i + 1);
        }
        resetEvent();
        return i + 1;
    }

    private int readName(byte b, int i) {
        if (b != ':' && !isLineEnd(b)) {
            byte[] expected = FIELDS[field];
            if (fieldRead >= expected.length || expected[fieldRead] != b) {
                field = IGNORED;
            }
            fieldRead++;
            return i + 1;
        }
        if (fieldRead != FIELDS[field].length) {
            field = IGNORED;
        }
        beginValue();
        if (b == ':') {
            state = VALUE_START;
        } else {
            endLine(b);
        }
        return i + 1;
    }

    private void beginValue() {
        if (field == EVENT) {
            nameLength = 0;
        } else if (field == DATA) {
            if (hasData) {
                listener.onData(LINE_FEED, 0, 1);
            }
            hasData = true;
        }
    }

    private int readValueStart(byte b, int i) {
        state = VALUE;
        return b == ' ' ? i + 1 : i;
    }

    private int readValue(byte[] bytes, int from, int to) {
        int i = lineEnd(bytes, from, to);
        if (i > from) {
            if (field == DATA) {
                listener.onData(bytes, from, i);
            } else if (field == EVENT) {
                int count = Math.min(i - from, MAX_NAME_BYTES - nameLength);
                System.arraycopy(bytes, from, name, nameLength, count);
                nameLength += count;
            }
        }
        if (i == to) {
            return i;
        }
        endLine(bytes[i]);
        return i + 1;
    }

    private void endLine(byte b) {
        afterCr = b == '\r';
        endsWithCr = false;
        state = LINE_START;
    }

    private void resetEvent() {
        eventStart = NONE;
        hasData = false;
        nameLength = 0;
    }

    private static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r';
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        int i = from;
        while (i <= to - Long.BYTES) {
            long ends = Swar.lineEnds(Swar.word(bytes, i));
            if (ends != 0) {
                return i + Swar.first(ends);
            }
            i += Long.BYTES;
        }
        while (i < to && !isLineEnd(bytes[i])) {
            i++;
        }
        return i;
    }
}
