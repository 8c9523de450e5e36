package io.sluice.usage;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hides the usage event from a caller that did not ask for it, and nothing else.
 *
 * <p>The hidden event is the one whose {@code choices} is an empty array and whose {@code usage} is
 * an object, wherever it stands; its bytes are left out with its blank line. Feeds the meter it is
 * started with: whoever feeds the filter does not feed the meter. Confined to one event loop.
 */
public final class UsageEventFilter {

    /*
     * Most reads end where an event ends, and nearly every event shows a choice long before its
     * end, so the common piece passes as it is. Only the bytes of an event that is cut and could
     * still be the hidden one are held, as a copy: a slice would keep a whole read buffer alive for
     * a few bytes. What is held always begins at that event's first byte, hence it is decided as a
     * whole. The decision looks only at what the event says and at its length, never at the cut.
     */

    /** An event longer than this is not held, and hence not hidden. */
    public static final int MAX_HELD_BYTES = 64 * 1024;

    /** What is to be done with a piece. */
    public enum Verdict {
        /** Nothing was held, and all of this piece may go as it stands. */
        PASS,
        /** The filter has taken what it needs; {@link UsageEventFilter#drain} gives what may go. */
        TAKEN
    }

    /** Receives payload in order. */
    @FunctionalInterface
    public interface Sink {

        /**
         * Takes the next payload.
         *
         * @param payload owned
         */
        void onPayload(ByteBuf payload);
    }

    private final Queue<ByteBuf> ready = new ArrayDeque<>();
    private final AnswerMeter.EventEnd onEventEnd = this::onEventEnd;

    private @Nullable AnswerMeter meter;
    private @Nullable ByteBuf held;
    private @Nullable ByteBuf piece;

    /** The index in {@code piece} of the byte at offset 0 of the stream. */
    private long pieceBase;

    private long pieceStart;
    private long pieceEnd;

    /** Offset behind the last byte that is passed, held or hidden. */
    private long settled;

    /** Whether a CR was hidden whose LF may follow. */
    private boolean hideLf;

    /** Begins another answer; the meter has been started just before. */
    public void start(AnswerMeter meter) {
        release();
        this.meter = meter;
        pieceEnd = 0;
        hideLf = false;
        meter.listen(onEventEnd);
    }

    /**
     * Examines the next {@code length} bytes of payload, which stand at {@code index}, and shows
     * them to the meter.
     *
     * @param buf borrowed; its indices do not move; what is needed of it later is retained or
     *     copied
     */
    public Verdict scan(ByteBuf buf, int index, int length) {
        if (length == 0) {
            return ready.isEmpty() ? Verdict.PASS : Verdict.TAKEN;
        }
        AnswerMeter source = source();
        enter(buf, index, length);
        source.scan(buf, index, length);
        long holdFrom = holdFrom(source);
        boolean passes =
                ready.isEmpty() && held == null && settled == pieceStart && holdFrom == pieceEnd;
        if (!passes) {
            take(buf, holdFrom);
        }
        piece = null;
        return passes ? Verdict.PASS : Verdict.TAKEN;
    }

    /** Hands what may go to {@code sink}. */
    public void drain(Sink sink) {
        while (!ready.isEmpty()) {
            sink.onPayload(ready.remove());
        }
    }

    /** Ends the stream and the meter: what is held goes too, unless it is the hidden event. */
    public void finish(Sink sink) {
        pieceStart = pieceEnd;
        settled = pieceEnd;
        source().finish();
        passHeld();
        drain(sink);
    }

    /** Releases what is held. May be called at any time, and twice. */
    public void release() {
        dropHeld();
        ready.forEach(ReferenceCountUtil::release);
        ready.clear();
    }

    private AnswerMeter source() {
        if (meter == null) {
            throw new IllegalStateException("not started");
        }
        return meter;
    }

    private void enter(ByteBuf buf, int index, int length) {
        piece = buf;
        pieceStart = pieceEnd;
        pieceEnd = pieceStart + length;
        pieceBase = index - pieceStart;
        settled = pieceStart;
        if (hideLf) {
            hideLf = false;
            skipLf();
        }
    }

    private void onEventEnd(long start, long end, boolean usageOnly) {
        if (!usageOnly || end - start > MAX_HELD_BYTES) {
            passHeld();
            return;
        }
        if (start < pieceStart) {
            dropHeld();
        } else {
            passHeld();
            pass(start);
        }
        settled = end;
        if (piece != null && piece.getByte((int) (pieceBase + end - 1)) == '\r') {
            hideLf = settled == pieceEnd;
            skipLf();
        }
    }

    private void skipLf() {
        if (piece != null
                && settled < pieceEnd
                && piece.getByte((int) (pieceBase + settled)) == '\n') {
            settled++;
        }
    }

    /** Offset of the first byte that must wait. */
    private long holdFrom(AnswerMeter source) {
        long start = source.eventStart();
        boolean waits = start >= 0 && pieceEnd - start <= MAX_HELD_BYTES && source.mayBeUsageOnly();
        return waits ? Math.max(start, pieceStart) : pieceEnd;
    }

    private void take(ByteBuf buf, long holdFrom) {
        if (holdFrom > pieceStart) {
            passHeld();
        }
        pass(holdFrom);
        if (settled < pieceEnd) {
            int count = (int) (pieceEnd - settled);
            if (held == null) {
                held = buf.alloc().buffer(Math.max(count, 256), MAX_HELD_BYTES);
            }
            held.writeBytes(buf, (int) (pieceBase + settled), count);
            settled = pieceEnd;
        }
    }

    private void dropHeld() {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    private void passHeld() {
        if (held != null) {
            ready.add(held);
            held = null;
        }
    }

    private void pass(long end) {
        if (piece != null && settled < end) {
            ready.add(piece.retainedSlice((int) (pieceBase + settled), (int) (end - settled)));
            settled = end;
        }
    }
}
