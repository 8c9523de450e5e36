package io.sluice.bench.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The events of an answer as the knobs want them given: late, apart, together, or cut short. */
final class Staging implements Iterator<Step> {

    private final Knobs knobs;
    private final Iterator<Step.Send> events;
    private final Marks marks;
    private final boolean stream;
    private final boolean headFails;
    private final ArrayDeque<Step> next = new ArrayDeque<>();

    private Phase phase = Phase.HEAD;
    private long sent;

    private enum Phase {
        HEAD,
        BODY,
        OVER
    }

    /**
     * After how many events something happens; {@link Long#MAX_VALUE} is never.
     *
     * @param stallNanos how long the stall lasts
     */
    private record Marks(long cut, long error, long stall, long stallNanos) {

        static Marks of(Knobs knobs, boolean stream) {
            boolean cuts = knobs.has(Knob.CUT) || isInBody(knobs.word(Knob.CLOSE, "head"));
            String stall = knobs.word(Knob.STALL, "forever");
            int at = stall.indexOf('@');
            String length = at < 0 ? stall : stall.substring(0, at);
            long after = at < 0 ? (stream ? 1 : 0) : Long.parseLong(stall.substring(at + 1));
            return new Marks(
                    cuts ? knobs.count(Knob.CUT, stream ? 1 : 0) : Long.MAX_VALUE,
                    knobs.has(Knob.ERROR) ? knobs.count(Knob.ERROR, 0) : Long.MAX_VALUE,
                    knobs.has(Knob.STALL) ? after : Long.MAX_VALUE,
                    length.equals("forever") ? Long.MAX_VALUE : Knobs.nanos(length));
        }

        private static boolean isInBody(String close) {
            return switch (close) {
                case "event", "mid", "chunk", "clean" -> true;
                default -> false;
            };
        }

        /** Events that may still be sent together before something happens. */
        long room(long sent) {
            return Math.min(room(cut, sent), Math.min(room(error, sent), room(stall, sent)));
        }

        private static long room(long mark, long sent) {
            return mark > sent ? mark - sent : Long.MAX_VALUE;
        }
    }

    Staging(ProviderCall call, boolean stream, Iterator<Step.Send> events) {
        this.knobs = call.knobs();
        this.events = events;
        this.stream = stream;
        this.marks = Marks.of(knobs, stream);
        String close = knobs.word(Knob.CLOSE, "");
        this.headFails =
                close.equals("head") || (close.equals("reused") && call.isOnReusedConnection());
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && phase != Phase.OVER) {
            switch (phase) {
                case HEAD -> stageHead();
                case BODY -> stageBody();
                case OVER -> {}
            }
        }
        return !next.isEmpty();
    }

    @Override
    public Step next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return next.removeFirst();
    }

    private void stageHead() {
        phase = Phase.BODY;
        if (knobs.word(Knob.HEAD, "late").equals("early")) {
            next.add(new Step.SendHead());
        }
        await(knobs.nanos(Knob.TTFT));
        if (headFails) {
            cut();
        } else if (knobs.word(Knob.CLOSE, "").equals("mid-head")) {
            next.add(new Step.SendRaw(Sse.utf8("HTTP/1.1 200 OK\r\ncontent-ty")));
            cut();
        }
    }

    private void stageBody() {
        if (!events.hasNext()) {
            phase = Phase.OVER;
            return;
        }
        if (sent > 0) {
            await(knobs.nanos(Knob.GAP));
        }
        if (sent == marks.stall) {
            next.add(new Step.SendHead());
            await(marks.stallNanos);
        }
        if (sent == marks.error) {
            stageError();
        } else if (sent == marks.cut) {
            stageCut(events.next());
        } else {
            stageEvents();
        }
    }

    private void stageEvents() {
        long together = Math.min(knobs.count(Knob.COALESCE, 1), marks.room(sent));
        ByteBuf bytes = Unpooled.EMPTY_BUFFER;
        long tokens = 0;
        for (int i = 0; i < together && events.hasNext(); i++) {
            Step.Send event = events.next();
            bytes = i == 0 ? event.bytes() : Unpooled.wrappedBuffer(bytes, event.bytes());
            tokens += event.tokens();
            sent++;
        }
        split(bytes, tokens);
    }

    private void split(ByteBuf bytes, long tokens) {
        int most = knobs.count(Knob.SPLIT, Integer.MAX_VALUE);
        while (bytes.readableBytes() > most) {
            next.add(new Step.Send(bytes.readRetainedSlice(most), 0));
        }
        next.add(new Step.Send(bytes, tokens));
    }

    private void stageError() {
        String body = Scripts.errorBody(500, "Simulated failure.", null, "simulated_failure");
        next.add(stream ? new Sse(knobs).data(body, 0) : new Step.Send(Sse.utf8(body), 0));
        phase = Phase.OVER;
    }

    private void stageCut(Step.Send event) {
        ByteBuf bytes = event.bytes();
        int half = Math.max(1, bytes.readableBytes() / 2);
        String close = knobs.word(Knob.CLOSE, stream ? "event" : "mid");
        next.add(new Step.SendHead());
        switch (close) {
            case "mid" -> next.add(new Step.Send(bytes.readRetainedSlice(half), event.tokens()));
            case "chunk" -> {
                String line = Integer.toHexString(bytes.readableBytes()) + "\r\n";
                ByteBuf part = bytes.readRetainedSlice(half);
                next.add(new Step.SendRaw(Unpooled.wrappedBuffer(Sse.utf8(line), part)));
            }
            default -> {}
        }
        bytes.release();
        if (close.equals("clean")) {
            phase = Phase.OVER;
        } else {
            cut();
        }
    }

    private void cut() {
        next.add(new Step.Cut(knobs.is(Knob.RESET, false)));
        phase = Phase.OVER;
    }

    private void await(long nanos) {
        if (nanos > 0) {
            next.add(new Step.Wait(nanos));
        }
    }
}
