package io.sluice.bench.canned;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.Arrays;

/** One script being played to one connection. Confined to the event loop of its channel. */
final class LeanAnswer {

    /*
     * Each event is written by itself, as a provider writes tokens, and after a few the loop is
     * left to others. Paced streams wait in a wheel of one-millisecond ticks: a timer for each
     * event would cost more than the event.
     */

    private static final int EVENTS_IN_A_ROW = 8;

    private enum State {
        PLAYING,
        /** For its time or its turn. */
        WAITING,
        /** For the reader. */
        BLOCKED,
        ENDED
    }

    private final ChannelHandlerContext ctx;
    private final LeanScript script;
    private final LeanBooks books;
    private final byte[] id;
    private final byte[] time = new byte[CannedSpec.ID_BYTES];

    private State state = State.WAITING;
    private int event;
    private long dueNanos;

    LeanAnswer(
            ChannelHandlerContext ctx,
            LeanScript script,
            byte[] request,
            int idAt,
            LeanBooks books) {
        this.ctx = ctx;
        this.script = script;
        this.books = books;
        id = Arrays.copyOfRange(request, idAt, idAt + CannedSpec.ID_BYTES);
    }

    void start() {
        if (script.spec().stream()) {
            books.onStreams(1);
        }
        dueNanos = System.nanoTime() + script.spec().firstMicros() * 1000;
        if (script.spec().firstMicros() > 0) {
            LeanWheel.ofThisLoop(ctx.executor()).add(this, dueNanos);
        } else {
            play();
        }
    }

    /** Goes on when its time has come. */
    void onDue() {
        if (state == State.WAITING) {
            play();
        }
    }

    void onWritable() {
        if (state == State.BLOCKED) {
            play();
        }
    }

    void onClientLeft() {
        if (state != State.ENDED) {
            books.onClientLeft();
            end();
        }
    }

    private void play() {
        state = State.PLAYING;
        for (int i = 0; state == State.PLAYING; i++) {
            if (!ctx.channel().isWritable()) {
                state = State.BLOCKED;
            } else if (i == EVENTS_IN_A_ROW) {
                state = State.WAITING;
                ctx.executor().execute(this::onDue);
            } else {
                writeNext();
            }
        }
    }

    private void writeNext() {
        ByteBuf out = ctx.alloc().directBuffer(script.capacity(event));
        script.write(out, event, id, time);
        event++;
        boolean last = event == script.events();
        if (last) {
            books.onCompleted();
            end();
        }
        ctx.writeAndFlush(out, ctx.voidPromise());
        long gapMicros = script.spec().gapMicros();
        if (!last && gapMicros > 0 && event < script.spec().chunks()) {
            state = State.WAITING;
            dueNanos += gapMicros * 1000;
            LeanWheel.ofThisLoop(ctx.executor()).add(this, dueNanos);
        }
    }

    private void end() {
        state = State.ENDED;
        if (script.spec().stream()) {
            books.onStreams(-1);
        }
    }
}
