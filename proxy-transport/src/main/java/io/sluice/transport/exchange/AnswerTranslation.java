package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.json.TextSample;
import io.sluice.translate.TranslatedAnswer;
import io.sluice.usage.AnswerMeter;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer's payload from provider to client where they speak different dialects: what
 * was read is metered as it came and translated; one buffer goes out for each read.
 *
 * <p>Confined to the event loop of its call.
 */
final class AnswerTranslation implements AnswerPassage {

    /*
     * An error answer is translated as a whole. What is more of it than can be of use is cut off,
     * and its text goes on as far as it can be read.
     */

    private static final int MAX_ERROR_BYTES = 64 << 10;
    private static final int OUT_BYTES = 1024;

    private final ResponseSink sink;
    private final AnswerMeter meter;
    private final ForeignCall call;
    private final int status;
    private final @Nullable TranslatedAnswer answer;
    private final boolean isTold;

    private @Nullable ByteBuf out;
    private @Nullable ByteBuf error;
    private boolean isPreviewed;
    private boolean isDiscarding;

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
        this.answer = status < 400 ? call.answer(kind.isEvents()) : null;
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
            answer.feed(in, index, length, out());
            tell(answer);
        } else {
            keepError(in, index, length);
        }
    }

    private void keepError(ByteBuf in, int index, int length) {
        ByteBuf kept = error;
        if (kept == null) {
            kept = sink.alloc().buffer(OUT_BYTES, MAX_ERROR_BYTES);
            error = kept;
        }
        kept.writeBytes(in, index, Math.min(length, kept.maxWritableBytes()));
    }

    @Override
    public void discard() {
        isDiscarding = true;
    }

    @Override
    public void endRead() {
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
            if (answer != null) {
                answer.finish(out());
                tell(answer);
            } else {
                writeError();
            }
        }
        endRead();
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
    }

    private ByteBuf out() {
        ByteBuf open = out;
        if (open == null) {
            open = sink.alloc().buffer(OUT_BYTES);
            out = open;
        }
        return open;
    }
}
