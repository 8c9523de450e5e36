package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.json.ByteWindows;
import io.sluice.json.JsonCursor;
import io.sluice.json.MalformedJsonException;
import io.sluice.sse.EventScanner;
import java.util.Arrays;

/**
 * Gathers the bytes of an answer into whole JSON documents, one for each event or one for the body.
 *
 * <p>An event is copied once, into room that is used again; what is larger than its bound breaks
 * the answer off. Confined to the event loop of its call.
 */
public final class AnswerFeed implements AnswerReader, EventScanner.Listener, ByteWindows.Reader {

    private static final int FIRST_ROOM = 1024;
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    /** Reads one dialect's documents. */
    public interface Parser {

        /** Reads the data of one event of a stream. */
        void readEvent(JsonCursor json);

        /** Reads a plain answer. */
        void readBody(JsonCursor json);

        /** Ends the answer, unless that was said already. */
        void end();

        /** Breaks the answer off, unless it has ended. */
        void fail(AnswerError error);

        /** Whether the listener was told of the end or of an error. */
        boolean isEnded();
    }

    private final Parser parser;
    private final boolean eventStream;
    private final int maxBytes;
    private final EventScanner events = new EventScanner(this);
    private final JsonCursor json = new JsonCursor();
    private final CallMemory memory;
    private byte[] gathered;
    private int length;

    /** An answer that {@code parser} reads. */
    public AnswerFeed(Parser parser, AnswerTerms terms, boolean eventStream) {
        this.parser = parser;
        this.eventStream = eventStream;
        memory = terms.memory();
        gathered = memory.grow(new byte[0], 0, FIRST_ROOM);
        maxBytes = eventStream ? terms.maxEventBytes() : terms.maxBodyBytes();
    }

    @Override
    public void read(ByteBuf piece, int index, int count) {
        if (eventStream) {
            events.read(piece, index, count);
        } else {
            ByteWindows.read(piece, index, count, this);
        }
    }

    @Override
    public boolean read(byte[] bytes, int from, int to) {
        onData(bytes, from, to);
        return !parser.isEnded();
    }

    @Override
    public void finish() {
        if (!eventStream && !parser.isEnded()) {
            readDocument();
        } else if (eventStream && events.hasData()) {
            onEventEnd(0, 0);
        }
        if (!parser.isEnded()) {
            parser.end();
        }
    }

    @Override
    public boolean isEnded() {
        return parser.isEnded();
    }

    @Override
    public void onData(byte[] bytes, int from, int to) {
        int count = to - from;
        if (parser.isEnded()) {
            return;
        }
        if (count > maxBytes - length) {
            parser.fail(fault("the provider sent more than " + maxBytes + " bytes at once"));
            return;
        }
        gathered = memory.grow(gathered, length, count);
        System.arraycopy(bytes, from, gathered, length, count);
        length += count;
    }

    @Override
    public void onEventEnd(long start, long end) {
        if (!parser.isEnded()) {
            if (Arrays.equals(gathered, 0, length, DONE, 0, DONE.length)) {
                parser.end();
            } else {
                readDocument();
            }
        }
        length = 0;
    }

    private void readDocument() {
        try {
            json.on(gathered, 0, length);
            if (eventStream) {
                if (json.isDone()) {
                    return;
                }
                parser.readEvent(json);
            } else {
                parser.readBody(json);
            }
            if (!json.isDone()) {
                parser.fail(fault("the provider sent more than one JSON value at once"));
            }
        } catch (MalformedJsonException e) {
            parser.fail(fault("the provider sent malformed JSON: " + e.getMessage()));
        }
    }

    private static AnswerError fault(String message) {
        return new AnswerError(
                ErrorCode.UPSTREAM_CLOSED.status(),
                ErrorCode.UPSTREAM_CLOSED.type(),
                message,
                null,
                ErrorCode.UPSTREAM_CLOSED.wireName());
    }
}
