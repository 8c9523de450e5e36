package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.json.TextSample;
import io.sluice.usage.AnswerMeter;
import io.sluice.usage.UsageEventFilter;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer's payload from provider to client when both speak the same dialect: slices
 * of what was read, unchanged, watched by a meter.
 *
 * <p>Confined to the event loop of its call.
 */
final class AnswerRelay implements AnswerPassage {

    /*
     * HTTP chunks that are wholly in the read buffer are passed on with their framing, and
     * neighbours among them as one slice: a read that brought forty events costs one slice. A chunk
     * that was cut by the read, or that had an extension, is framed anew by the sink.
     */

    private final ResponseSink sink;
    private final LoopResources.Metering metering;
    private final UsageEventFilter.Sink filtered;

    private boolean hidesUsage;
    private boolean isOpaque;
    private boolean isPreviewed;
    private boolean isDiscarding;
    private @Nullable ByteBuf run;
    private int runIndex;
    private int runEnd;
    private int runPayload;

    AnswerRelay(ResponseSink sink, LoopResources.Metering metering) {
        this.sink = sink;
        this.metering = metering;
        this.filtered = sink::payload;
    }

    /**
     * Begins an answer.
     *
     * @param hides whether the usage event is kept from the caller
     * @param text takes what the model says
     */
    void start(AnswerMeter.Kind kind, boolean hides, TextSample text) {
        hidesUsage = hides;
        isOpaque = kind == AnswerMeter.Kind.OPAQUE;
        isPreviewed = false;
        metering.meter().start(kind, text);
        if (hides) {
            metering.filter().start(metering.meter());
        }
    }

    /** Without effect where something may be hidden: then the filter meters. */
    @Override
    public void preview(ByteBuf in, int index, int length) {
        if (!hidesUsage) {
            metering.meter().scan(in, index, length);
            isPreviewed = true;
        }
    }

    @Override
    public AnswerMeter meter() {
        return metering.meter();
    }

    // The run goes on only in the very buffer it began in.
    @SuppressWarnings("ReferenceEquality")
    @Override
    public void payload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        if (isDiscarding) {
            discard(in, index, length);
            return;
        }
        if (hidesUsage) {
            if (metering.filter().scan(in, index, length) == UsageEventFilter.Verdict.TAKEN) {
                endRun();
                metering.filter().drain(filtered);
                return;
            }
        } else if (isPreviewed) {
            isPreviewed = false;
        } else {
            metering.meter().scan(in, index, length);
        }
        if (frameIndex < 0 || !sink.takesFrames()) {
            endRun();
            sink.payload(in.retainedSlice(index, length));
        } else if (run == in && frameIndex == runEnd) {
            runEnd = frameEnd;
            runPayload += length;
        } else {
            endRun();
            run = in;
            runIndex = frameIndex;
            runEnd = frameEnd;
            runPayload = length;
        }
    }

    @Override
    public void discard() {
        endRun();
        isDiscarding = true;
    }

    private void discard(ByteBuf in, int index, int length) {
        if (hidesUsage) {
            metering.filter().scan(in, index, length);
            metering.filter().drain(ByteBuf::release);
        } else {
            metering.meter().scan(in, index, length);
        }
    }

    @Override
    public void endRead() {
        endRun();
    }

    @Override
    public void finish() {
        endRun();
        if (hidesUsage) {
            metering.filter().finish(isDiscarding ? ByteBuf::release : filtered);
        }
        metering.meter().finish();
    }

    /** Also where the event that has begun is held back from the client. */
    @Override
    public boolean isAtEventBoundary() {
        return metering.meter().atEventBoundary() || (hidesUsage && metering.filter().isHolding());
    }

    @Override
    public boolean isOpaque() {
        return isOpaque;
    }

    @Override
    public boolean isBroken() {
        return false;
    }

    @Override
    public void release() {
        run = null;
        if (hidesUsage) {
            metering.filter().release();
        }
    }

    private void endRun() {
        ByteBuf frames = run;
        if (frames != null) {
            run = null;
            sink.frames(frames.retainedSlice(runIndex, runEnd - runIndex), runPayload);
        }
    }
}
