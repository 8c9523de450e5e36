package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.config.FailureKind;
import io.sluice.http.ResponseHead;
import io.sluice.json.TextSample;
import io.sluice.usage.AnswerMeter;

/**
 * Holds back the beginning of an answer until it is known whether it is an error that another
 * attempt may better: for a bounded time and up to a bounded size.
 *
 * <p>Confined to the event loop of its call. Owns what it holds until {@link #release}.
 */
final class Gate {

    private final ResponseHead head;
    private final AnswerMeter meter = new AnswerMeter();
    private final ByteBuf held;
    private final int most;
    private final long untilNanos;

    /**
     * A closed gate.
     *
     * @param held empty; owned
     * @param most how many bytes may be held
     * @param untilNanos when it opens by itself, by the loop's clock
     */
    Gate(ResponseHead head, AnswerMeter.Kind kind, ByteBuf held, int most, long untilNanos) {
        this.head = head;
        this.held = held;
        this.most = most;
        this.untilNanos = untilNanos;
        meter.start(kind, new TextSample(1));
    }

    ResponseHead head() {
        return head;
    }

    /** Holds payload; without effect if it is too much, and then it returns false. */
    boolean hold(ByteBuf in, int index, int length) {
        if (held.readableBytes() + length > most) {
            return false;
        }
        held.writeBytes(in, index, length);
        meter.scan(in, index, length);
        return true;
    }

    /** Whether the answer says that it failed, now that all of it has come. */
    boolean isErrorAtEnd() {
        meter.finish();
        return head.status() >= 400 || meter.isErrorSeen();
    }

    /** Whether an error has been seen inside an answer that is going on. */
    boolean isErrorInside() {
        return meter.isErrorSeen();
    }

    /** Whether the answer has begun to say what was asked. */
    boolean hasSpoken() {
        return meter.spokenEvents() > 0 || (meter.isTerminalSeen() && !meter.isErrorSeen());
    }

    boolean isOver(long nowNanos) {
        return untilNanos - nowNanos <= 0;
    }

    /** What kind of failure its words tell. */
    FailureKind kind() {
        FailureKind ofStatus = Failures.ofStatus(head.status());
        return Failures.ofText(held, ofStatus == null ? FailureKind.INTERNAL : ofStatus);
    }

    /** Passes on what was held. */
    void replay(Answer answer) {
        if (held.isReadable()) {
            answer.payload(held, held.readerIndex(), held.readableBytes(), -1, -1);
        }
    }

    void release() {
        held.release();
    }
}
