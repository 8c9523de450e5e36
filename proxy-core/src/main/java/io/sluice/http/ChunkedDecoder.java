package io.sluice.http;

import io.netty.buffer.ByteBuf;

/**
 * Takes chunked framing apart (RFC 9112, 7.1). Extensions and trailers are checked and dropped.
 *
 * <p>One for each connection, confined to its event loop. After an exception the connection is of
 * no further use.
 */
public final class ChunkedDecoder {

    /*
     * Every byte moves the state, so nothing is looked at twice and a caller need not keep what is
     * left over: unless the body is finished, a call that returns false has consumed everything.
     *
     * A chunk whose size line began in the buffer of this very call and whose closing CRLF is there
     * too is a whole one. Its bytes, line and all, may be forwarded as they are.
     */

    private static final int MAX_LINE_BYTES = 4096;
    private static final int MAX_DIGITS = 16;

    private enum State {
        /** Before the first digit of a size. */
        LINE_START,
        SIZE,
        EXTENSIONS,
        LINE_LF,
        PAYLOAD,
        CHUNK_CR,
        CHUNK_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        FINISHED
    }

    private final int maxTrailerBytes;
    private final ChunkExtensions extensions = new ChunkExtensions();

    private State state = State.LINE_START;
    private int digits;
    private int lineBytes;
    private int trailerBytes;
    private int remaining;
    private boolean extended;

    private int frameIndex;
    private int frameEnd;
    private int pieceIndex;
    private int pieceLength;
    private boolean wholeChunk;

    /**
     * A decoder at the beginning of a body.
     *
     * @param maxTrailerBytes bounds the trailer lines of one body together
     */
    public ChunkedDecoder(int maxTrailerBytes) {
        this.maxTrailerBytes = maxTrailerBytes;
    }

    /** Begins another body. */
    public void reset() {
        state = State.LINE_START;
        trailerBytes = 0;
        remaining = 0;
        wholeChunk = false;
        pieceLength = 0;
    }

    /** Whether the body has ended. What is left in the buffer then belongs to the next message. */
    public boolean isFinished() {
        return state == State.FINISHED;
    }

    /**
     * Advances to the next piece of payload.
     *
     * @param in borrowed; its reader index moves behind what was consumed
     * @return true if there is a piece; false if the body is finished or more bytes are needed
     * @throws MalformedHttpException if the framing breaks a rule
     */
    public boolean next(ByteBuf in) {
        wholeChunk = false;
        frameIndex = -1;
        while (in.isReadable() && state != State.FINISHED) {
            if (state == State.PAYLOAD) {
                takePayload(in);
                return true;
            }
            if (state == State.LINE_START) {
                frameIndex = in.readerIndex();
            }
            state = after(in.readByte());
        }
        return false;
    }

    /** Where the piece begins, absolute in the buffer of the last call. */
    public int pieceIndex() {
        return pieceIndex;
    }

    /** The length of the piece in bytes, never zero. */
    public int pieceLength() {
        return pieceLength;
    }

    /**
     * Whether the piece is an entire chunk whose size line and closing CRLF stand around it in the
     * buffer, without an extension.
     */
    public boolean isWholeChunk() {
        return wholeChunk;
    }

    /** Where a whole chunk's size line begins, absolute in the buffer of the last call. */
    public int frameIndex() {
        return frameIndex;
    }

    /** The index behind a whole chunk's closing CRLF. */
    public int frameEnd() {
        return frameEnd;
    }

    private void takePayload(ByteBuf in) {
        pieceIndex = in.readerIndex();
        pieceLength = Math.min(remaining, in.readableBytes());
        in.skipBytes(pieceLength);
        remaining -= pieceLength;
        if (remaining > 0) {
            frameIndex = -1;
            return;
        }
        state = State.CHUNK_CR;
        int end = in.readerIndex();
        if (frameIndex >= 0 && !extended && isCrlf(in, end)) {
            in.skipBytes(2);
            state = State.LINE_START;
            frameEnd = end + 2;
            wholeChunk = true;
        }
    }

    private static boolean isCrlf(ByteBuf in, int at) {
        return in.writerIndex() - at >= 2
                && in.getByte(at) == Ascii.CR
                && in.getByte(at + 1) == Ascii.LF;
    }

    private State after(byte b) {
        return switch (state) {
            case LINE_START -> afterLineStart(b);
            case SIZE -> afterDigit(b);
            case EXTENSIONS -> inExtensions(b);
            case LINE_LF -> afterLine(b);
            case CHUNK_CR -> expect(b, Ascii.CR, State.CHUNK_LF);
            case CHUNK_LF -> expect(b, Ascii.LF, State.LINE_START);
            case TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, END_LF -> inTrailer(b);
            case PAYLOAD, FINISHED -> throw new IllegalStateException(state.name());
        };
    }

    private State afterLineStart(byte b) {
        digits = 0;
        remaining = 0;
        extended = false;
        lineBytes = 0;
        if (!Ascii.isHex(b)) {
            throw Fault.BAD_CHUNK_SIZE.exception();
        }
        return afterDigit(b);
    }

    private State afterDigit(byte b) {
        countLine();
        int digit = Ascii.hexValue(b);
        if (digit < 0) {
            return behindSize(b);
        }
        digits++;
        if (digits > MAX_DIGITS || remaining > Integer.MAX_VALUE >> 4) {
            throw Fault.BAD_CHUNK_SIZE.exception();
        }
        remaining = remaining << 4 | digit;
        return State.SIZE;
    }

    private State behindSize(byte b) {
        if (b == Ascii.CR) {
            return State.LINE_LF;
        }
        if (b != ';') {
            throw Fault.BAD_CHUNK_SIZE.exception();
        }
        extended = true;
        extensions.begin();
        return State.EXTENSIONS;
    }

    private State inExtensions(byte b) {
        countLine();
        return extensions.endsAt(b) ? State.LINE_LF : State.EXTENSIONS;
    }

    private State afterLine(byte b) {
        return expect(b, Ascii.LF, remaining == 0 ? State.TRAILER_START : State.PAYLOAD);
    }

    private void countLine() {
        lineBytes++;
        if (lineBytes > MAX_LINE_BYTES) {
            throw Fault.CHUNK_LINE_TOO_LONG.exception();
        }
    }

    private State inTrailer(byte b) {
        trailerBytes++;
        if (trailerBytes > maxTrailerBytes && state != State.END_LF) {
            throw Fault.TRAILER_TOO_LARGE.exception();
        }
        return switch (state) {
            case TRAILER_START -> b == Ascii.CR ? State.END_LF : afterTrailerName(b, true);
            case TRAILER_NAME -> afterTrailerName(b, false);
            case TRAILER_VALUE -> afterTrailerValue(b);
            case TRAILER_LF -> expect(b, Ascii.LF, State.TRAILER_START);
            default -> expect(b, Ascii.LF, State.FINISHED);
        };
    }

    private static State afterTrailerName(byte b, boolean first) {
        if (b == ':' && !first) {
            return State.TRAILER_VALUE;
        }
        if (!Ascii.isToken(b)) {
            throw Fault.BAD_TRAILER.exception();
        }
        return State.TRAILER_NAME;
    }

    private static State afterTrailerValue(byte b) {
        if (b == Ascii.CR) {
            return State.TRAILER_LF;
        }
        if (!Ascii.isField(b)) {
            throw Fault.BAD_TRAILER.exception();
        }
        return State.TRAILER_VALUE;
    }

    private State expect(byte b, byte expected, State next) {
        if (b != expected) {
            throw switch (state) {
                case CHUNK_CR, CHUNK_LF -> Fault.BAD_CHUNK_END.exception();
                case TRAILER_LF, END_LF -> Fault.BAD_TRAILER.exception();
                default -> Fault.BAD_CHUNK_EXTENSION.exception();
            };
        }
        return next;
    }
}
