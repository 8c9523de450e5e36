package io.sluice.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.bench.canned.AnswerCheck;
import io.sluice.bench.canned.CannedAnswer;
import io.sluice.bench.canned.CannedSpec;
import org.jspecify.annotations.Nullable;

/** One connection of a load and the call it has in flight. Confined to its event loop. */
final class LoadConnection extends ChannelInboundHandlerAdapter {

    private static final CannedAnswer NOTHING = CannedAnswer.of(CannedSpec.plain(0), false);

    private enum State {
        IDLE,
        CALLING,
        CLOSED
    }

    /**
     * A call that has ended. Times count from the intended start.
     *
     * @param tpotNanos -1 where there was no second event
     * @param failure what was wrong; empty for a call that was served
     */
    record Ended(
            Outcome outcome,
            long intendedNanos,
            long ttftNanos,
            long tpotNanos,
            long endToEndNanos,
            String failure) {}

    private final LoadRun run;
    private final AnswerReader reader = new AnswerReader(this::onPayload);
    private final AnswerCheck check = new AnswerCheck(NOTHING, this::onEvent);
    private final byte[] idScratch = new byte[CannedSpec.ID_BYTES];

    private @Nullable ChannelHandlerContext ctx;
    private State state = State.IDLE;
    private @Nullable CannedAnswer expected;
    private long intendedNanos;
    private long readNanos;
    private long firstByteNanos;
    private long firstEventNanos;
    private long lastEventNanos;
    private int events;

    LoadConnection(LoadRun run) {
        this.run = run;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext own) {
        ctx = own;
    }

    private ChannelHandlerContext ctx() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    void startCall(PreparedCall call, long id, long intended) {
        state = State.CALLING;
        intendedNanos = intended;
        expected = call.answer();
        events = 0;
        firstByteNanos = 0;
        reader.begin();
        check.begin(expected == null ? NOTHING : expected, id);
        ChannelHandlerContext own = ctx();
        own.write(call.front(own.alloc(), id, idScratch), own.voidPromise());
        if (call.hasRest()) {
            own.write(call.rest(), own.voidPromise());
        }
        own.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        try {
            readNanos = System.nanoTime();
            byte[] scratch = run.scratch();
            while (in.isReadable() && state != State.CLOSED) {
                int count = Math.min(in.readableBytes(), scratch.length);
                in.readBytes(scratch, 0, count);
                read(scratch, count);
            }
        } finally {
            in.release();
        }
    }

    private void read(byte[] bytes, int count) {
        if (state != State.CALLING) {
            close();
            return;
        }
        int read = reader.read(bytes, 0, count);
        switch (reader.state()) {
            case COMPLETE -> complete(read == count);
            case MALFORMED -> fail(Outcome.WRONG_BYTES, "an answer with malformed framing");
            default -> {}
        }
    }

    private void onPayload(byte[] bytes, int from, int to) {
        if (firstByteNanos == 0) {
            firstByteNanos = readNanos;
        }
        run.measured().onBytes(to - from);
        if (expected != null && reader.status() == 200) {
            check.read(bytes, from, to);
        }
    }

    private void onEvent(int number, long sentNanos) {
        run.measured().onEvent();
        if (sentNanos >= 0) {
            run.measured().record(Measure.TRANSIT, readNanos - sentNanos);
        }
        if (number == 0) {
            firstEventNanos = readNanos;
        } else {
            run.measured().record(Measure.GAP, readNanos - lastEventNanos);
        }
        lastEventNanos = readNanos;
        events++;
    }

    private void complete(boolean nothingBehind) {
        if (reader.status() != 200) {
            fail(Outcome.WRONG_STATUS, "an answer with the status " + reader.status());
        } else if (!nothingBehind) {
            fail(Outcome.WRONG_BYTES, "bytes behind the end of an answer");
        } else if (expected != null && check.state() != AnswerCheck.State.COMPLETE) {
            fail(Outcome.WRONG_BYTES, wrong());
        } else {
            end(Outcome.SERVED, "");
            if (reader.closes()) {
                close();
            } else {
                run.onIdle(this);
            }
        }
    }

    private String wrong() {
        return check.state() == AnswerCheck.State.WRONG
                ? "a wrong byte at offset " + check.offset() + " of an answer"
                : "an answer that ends at offset " + check.offset();
    }

    private void fail(Outcome outcome, String what) {
        end(outcome, what);
        close();
    }

    private void end(Outcome outcome, String failure) {
        state = State.IDLE;
        long now = System.nanoTime();
        long tpot = events > 1 ? (lastEventNanos - firstEventNanos) / (events - 1) : -1;
        long first = firstByteNanos == 0 ? now : firstByteNanos;
        run.onEnd(
                new Ended(
                        outcome,
                        intendedNanos,
                        first - intendedNanos,
                        tpot,
                        (outcome == Outcome.SERVED ? readNanos : now) - intendedNanos,
                        failure));
    }

    void endIfOlderThan(long timeoutNanos, long nowNanos) {
        if (state == State.CALLING && nowNanos - intendedNanos > timeoutNanos) {
            fail(Outcome.TIMED_OUT, "no complete answer in time");
        }
    }

    /** Closes without counting what is in flight. */
    void abandon() {
        state = State.CLOSED;
        ctx().close();
    }

    private void close() {
        state = State.CLOSED;
        ctx().close();
        run.onClosed(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext own) {
        if (state == State.CALLING) {
            fail(Outcome.CUT, "a connection that ended in the middle of a call");
        } else if (state == State.IDLE) {
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
        if (state == State.CALLING) {
            fail(Outcome.CUT, "a connection that failed: " + cause);
        } else if (state == State.IDLE) {
            close();
        }
    }
}
