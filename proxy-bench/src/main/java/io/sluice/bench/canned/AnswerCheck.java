package io.sluice.bench.canned;

import java.util.Arrays;

/**
 * Compares an answer, as it comes, with what it must be, byte for byte.
 *
 * <p>Reused through {@link #begin}; allocates nothing. Not safe for threads.
 */
public final class AnswerCheck {

    /** Hears of the answer's progress. */
    public interface Listener {

        /**
         * Ends an event.
         *
         * @param number counts from 0
         * @param sentNanos when it says it was sent, or -1 where it does not say
         */
        void onEvent(int number, long sentNanos);
    }

    /** How an answer compares so far. */
    public enum State {
        /** All bytes are right; more are missing. */
        PARTIAL,
        /** All bytes are there and right. */
        COMPLETE,
        /** A byte is wrong, or there is one too many. */
        WRONG
    }

    private static final int PLACE_BYTES = CannedSpec.ID_BYTES;

    private final Listener listener;
    private final byte[] id = new byte[PLACE_BYTES];

    private CannedAnswer expected;
    private State state = State.WRONG;
    private int at;
    private int event;
    private long sent;

    public AnswerCheck(CannedAnswer expected, Listener listener) {
        this.expected = expected;
        this.listener = listener;
    }

    /** Begins with the answer of the call with the given id. */
    public void begin(CannedAnswer answer, long callId) {
        expected = answer;
        CannedAnswer.putHex(id, 0, callId);
        state = State.PARTIAL;
        at = 0;
        event = 0;
        sent = 0;
    }

    /** How the answer compares so far. */
    public State state() {
        return state;
    }

    /** How many bytes were right. */
    public int offset() {
        return at;
    }

    /**
     * Reads the next bytes of the payload.
     *
     * @param bytes borrowed
     */
    public void read(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && state == State.PARTIAL) {
            i = readPart(bytes, i, to);
        }
        if (i < to) {
            state = State.WRONG;
        }
    }

    /** Reads up to the next place or end of event. */
    private int readPart(byte[] bytes, int from, int to) {
        int idAt = expected.id(event);
        int timeAt = expected.time(event);
        if (isIn(idAt)) {
            return same(id, at - idAt, PLACE_BYTES, bytes, from, to);
        }
        if (isIn(timeAt)) {
            return time(bytes, from, to, timeAt + PLACE_BYTES);
        }
        int stop = expected.end(event);
        stop = at < idAt ? Math.min(stop, idAt) : stop;
        stop = at < timeAt ? Math.min(stop, timeAt) : stop;
        int read = same(expected.bytes(), at, stop, bytes, from, to);
        if (at == expected.end(event) && state == State.PARTIAL) {
            endEvent(timeAt);
        }
        return read;
    }

    private boolean isIn(int place) {
        return place >= 0 && at >= place && at < place + PLACE_BYTES;
    }

    private int same(byte[] wanted, int wantedFrom, int stop, byte[] bytes, int from, int to) {
        int count = Math.min(stop - wantedFrom, to - from);
        int mismatch =
                Arrays.mismatch(wanted, wantedFrom, wantedFrom + count, bytes, from, from + count);
        if (mismatch >= 0) {
            at += mismatch;
            state = State.WRONG;
            return from + mismatch;
        }
        at += count;
        return from + count;
    }

    private int time(byte[] bytes, int from, int to, int stop) {
        int i = from;
        while (i < to && at < stop) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                state = State.WRONG;
                return i;
            }
            sent = (sent << 4) | digit;
            at++;
            i++;
        }
        return i;
    }

    private void endEvent(int timeAt) {
        int ended = event;
        long sentNanos = timeAt < 0 ? -1 : sent;
        event++;
        sent = 0;
        if (event == expected.events()) {
            state = State.COMPLETE;
        }
        listener.onEvent(ended, sentNanos);
    }
}
