package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.TextSample;
import io.sluice.message.AnswerError;
import io.sluice.message.CallMemory;
import io.sluice.translate.TranslatedAnswer;
import io.sluice.usage.AnswerMeter;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer's payload from provider to client where they speak different dialects: what
 * was read is metered as it came and translated; one buffer goes out for each read of a stream, and
 * for any other answer one at its end. What is kept until then counts in the memory of translated
 * calls.
 *
 * <p>Confined to the event loop of its call.
 */
final class AnswerTranslation implements AnswerPassage {

    /*
     * An error answer is translated as a whole. What is more of it than can be of use is cut off,
     * and its text goes on as far as it can be read.
     *
     * What goes out is as large as what is kept, near enough. Where little is kept it is left to
     * the write watermark alone; from there on it counts until the socket has taken it.
     */

    private static final int MAX_ERROR_BYTES = 64 << 10;
    private static final int OUT_BYTES = 1024;
    private static final long SMALL_BYTES = 64 << 10;

    private final ResponseSink sink;
    private final AnswerMeter meter;
    private final ForeignCall call;
    private final int status;
    private final CallMemory memory;
    private final @Nullable TranslatedAnswer answer;
    private final boolean isTold;

    private @Nullable ByteBuf out;
    private @Nullable ByteBuf error;
    private boolean isPreviewed;
    private boolean isDiscarding;
    private boolean isPrepared;

    /**
     * Begins an answer.
     *
     * @param kind of what the provider sends
     * @param text takes what the model says
     */
    AnswerTranslation(
            ResponseSink sink,
            AnswerMeter meter,
            ForeignCall call,
            int status,
            AnswerMeter.Kind kind,
            TextSample text) {
        this.sink = sink;
        this.meter = meter;
        this.call = call;
        this.status = status;
        this.memory = call.takeMemory();
        this.answer = status < 400 ? call.answer(kind.isEvents(), memory) : null;
        this.isTold = kind == AnswerMeter.Kind.TOLD_STREAM || kind == AnswerMeter.Kind.TOLD_BODY;
        meter.start(kind, text);
        if (answer != null && isTold) {
            answer.sampleInto(text);
        }
    }

    /** Lets the meter know what only the translation reads. */
    private void tell(TranslatedAnswer read) {
        if (isTold) {
            meter.tell(read.usage(), read.isEnded(), read.error() != null);
        }
    }

    @Override
    public AnswerMeter meter() {
        return meter;
    }

    @Override
    public void preview(ByteBuf in, int index, int length) {
        meter.scan(in, index, length);
        isPreviewed = true;
    }

    @Override
    public void payload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        if (isPreviewed) {
            isPreviewed = false;
        } else {
            meter.scan(in, index, length);
        }
        if (isDiscarding) {
            return;
        }
        if (answer != null) {
            feed(answer, in, index, length);
        } else {
            keepError(in, index, length);
        }
    }

    private void feed(TranslatedAnswer translated, ByteBuf in, int index, int length) {
        try {
            translated.feed(in, index, length, out());
        } catch (GatewayException e) {
            breakOff(translated, e);
        }
        tell(translated);
    }

    /** There is no memory for the rest: the caller is told so behind what it has. */
    private void breakOff(TranslatedAnswer translated, GatewayException why) {
        ByteBuf written = out;
        out = sink.alloc().buffer(OUT_BYTES);
        if (written != null && written.isReadable() && isStreamed()) {
            sink.payload(written);
        } else if (written != null) {
            written.release();
        }
        ErrorCode code = why.code();
        translated.fail(
                new AnswerError(code.status(), code.type(), why.text(), null, code.wireName()),
                out);
    }

    /** Whether the caller gets pieces as they come. */
    private boolean isStreamed() {
        return call.isStream() && answer != null;
    }

    @Override
    public int prepare(int told) {
        TranslatedAnswer whole = answer;
        if (whole == null || isDiscarding) {
            return told;
        }
        isPrepared = true;
        end(whole);
        AnswerError failure = whole.error();
        if (failure == null) {
            return told;
        }
        return failure.status() < 400 ? ErrorCode.UPSTREAM_CLOSED.status() : failure.status();
    }

    private void end(TranslatedAnswer whole) {
        try {
            whole.finish(out());
        } catch (GatewayException e) {
            breakOff(whole, e);
        }
        tell(whole);
    }

    private void keepError(ByteBuf in, int index, int length) {
        ByteBuf kept = error;
        if (kept == null) {
            kept = sink.alloc().buffer(OUT_BYTES, MAX_ERROR_BYTES);
            error = kept;
        }
        int more = Math.min(length, kept.maxWritableBytes());
        if (more > 0 && isRoomFor(more)) {
            kept.writeBytes(in, index, more);
        }
    }

    /** Without room the error's status goes on, and as much of its text as there was room for. */
    private boolean isRoomFor(int bytes) {
        try {
            memory.take(2L * bytes);
            return true;
        } catch (GatewayException e) {
            return false;
        }
    }

    @Override
    public void discard() {
        isDiscarding = true;
    }

    @Override
    public void endRead() {
        if (isStreamed() || isDiscarding) {
            send();
        }
    }

    private void send() {
        ByteBuf written = out;
        out = null;
        if (written == null) {
            return;
        }
        if (written.isReadable() && !isDiscarding) {
            sink.payload(written);
        } else {
            written.release();
        }
    }

    @Override
    public void finish() {
        if (!isDiscarding) {
            if (answer == null) {
                writeError();
            } else if (!isPrepared) {
                end(answer);
            }
        }
        send();
        meter.finish();
    }

    private void writeError() {
        ByteBuf told = error == null ? sink.alloc().buffer(0) : error;
        error = null;
        try {
            call.error(status, told, out());
        } finally {
            told.release();
        }
    }

    /** Whole events are written, and none is held back. */
    @Override
    public boolean isAtEventBoundary() {
        return true;
    }

    @Override
    public boolean isOpaque() {
        return answer == null;
    }

    @Override
    public boolean isBroken() {
        return answer != null && answer.error() != null;
    }

    @Override
    public void release() {
        if (out != null) {
            out.release();
            out = null;
        }
        if (error != null) {
            error.release();
            error = null;
        }
        memory.close();
    }

    private ByteBuf out() {
        ByteBuf open = out;
        if (open == null) {
            boolean isLarge = memory.takenBytes() > SMALL_BYTES;
            open = isLarge ? memory.all().buffer(sink.alloc()) : sink.alloc().buffer(OUT_BYTES);
            out = open;
        }
        return open;
    }
}
