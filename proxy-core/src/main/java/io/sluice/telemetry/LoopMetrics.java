package io.sluice.telemetry;

import io.sluice.error.ErrorCode;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The numbers one event loop keeps. Written by that loop only, read at scrape by any thread.
 *
 * <p>Recording takes no lock and writes to no memory that another loop writes. It allocates only
 * when a label set is new to the loop.
 */
public final class LoopMetrics implements CallListener {

    /** The single numbers of a loop. */
    enum Field {
        CALLS,
        STREAMS,
        RETRIES,
        RETRIES_DENIED,
        FALLBACKS,
        PINGS,
        DROPPED_PARAMS,
        CANCELLED,
        BYTES_IN,
        BYTES_OUT,
        CLIENTS,
        CLIENT_CONNECTS,
        UPSTREAMS,
        UPSTREAM_CONNECTS,
        LABEL_OVERFLOWS,
        HOLDS
    }

    private static final char CLIENT = 'C';

    private final MetricLimits limits;
    private final LabelTable labels;
    private final AtomicReferenceArray<@Nullable CallSeries> series;
    private final CallSeries overflow = new CallSeries();
    private final EnumCounters<Field> fields = new EnumCounters<>(Field.class);
    private final EnumCounters<ErrorCode> errors = new EnumCounters<>(ErrorCode.class);
    private final Histogram overhead = Metric.OVERHEAD.newHistogram();
    private final Histogram chunkGap = Metric.STREAM_CHUNK_GAP.newHistogram();
    private final Histogram lag = Metric.EVENT_LOOP_LAG.newHistogram();

    LoopMetrics(LabelTable labels, MetricLimits limits) {
        this.labels = labels;
        this.limits = limits;
        this.series = new AtomicReferenceArray<>(labels.slots());
    }

    public void onCallStarted() {
        add(Field.CALLS, 1);
    }

    public void onStreamStarted() {
        add(Field.STREAMS, 1);
    }

    public void onStreamEnded() {
        add(Field.STREAMS, -1);
    }

    /** Takes the call out of those in flight and counts what its record says. */
    @Override
    public void onCallFinished(CallRecord call) {
        add(Field.CALLS, -1);
        add(Field.BYTES_IN, call.bytesIn());
        add(Field.BYTES_OUT, call.bytesOut());
        if (call.end().party() == CLIENT) {
            add(Field.CANCELLED, 1);
        }
        ErrorCode error = call.error();
        if (error != null) {
            errors.add(error, 1);
        }
        if (call.overheadNanos() >= 0) {
            overhead.record(call.overheadNanos());
        }
        seriesOf(call).onCallFinished(call);
    }

    /** The silence before a read of a streamed answer that is not its first. */
    public void onChunkGap(long nanos) {
        chunkGap.record(nanos);
    }

    /** Calls hold something of more hard budgets, or of fewer. */
    public void onHolds(int delta) {
        add(Field.HOLDS, delta);
    }

    public void onPingSent() {
        add(Field.PINGS, 1);
    }

    /** A call was translated, and these of its fields had no place in the other dialect. */
    public void onParamsDropped(int count) {
        add(Field.DROPPED_PARAMS, count);
    }

    /** A retry is not made since there were too many. */
    public void onRetryDenied() {
        add(Field.RETRIES_DENIED, 1);
    }

    /** A call goes on to another model. */
    public void onFallback() {
        add(Field.FALLBACKS, 1);
    }

    /** An attempt begins that is not its call's first. */
    public void onRetry() {
        add(Field.RETRIES, 1);
    }

    public void onClientConnected() {
        add(Field.CLIENTS, 1);
        add(Field.CLIENT_CONNECTS, 1);
    }

    public void onClientDisconnected() {
        add(Field.CLIENTS, -1);
    }

    public void onUpstreamConnected() {
        add(Field.UPSTREAMS, 1);
        add(Field.UPSTREAM_CONNECTS, 1);
    }

    public void onUpstreamDisconnected() {
        add(Field.UPSTREAMS, -1);
    }

    /** How late this loop ran a task that was due. */
    public void onLoopLag(long nanos) {
        lag.record(nanos);
    }

    long value(Field field) {
        return fields.value(field);
    }

    long errors(ErrorCode code) {
        return errors.value(code);
    }

    @Nullable CallSeries findSeries(int number) {
        return number == LabelTable.OVERFLOW ? overflow : series.getAcquire(number);
    }

    Histogram overhead() {
        return overhead;
    }

    Histogram chunkGap() {
        return chunkGap;
    }

    Histogram lag() {
        return lag;
    }

    private void add(Field field, long delta) {
        fields.add(field, delta);
    }

    private CallSeries seriesOf(CallRecord call) {
        int number = number(call);
        if (number == LabelTable.OVERFLOW) {
            add(Field.LABEL_OVERFLOWS, 1);
            return overflow;
        }
        CallSeries known = series.getPlain(number);
        if (known != null) {
            return known;
        }
        CallSeries fresh = new CallSeries();
        series.setRelease(number, fresh);
        return fresh;
    }

    /** A name that led to no target is the caller's invention and must not fill the table. */
    private int number(CallRecord call) {
        if (call.target() == null) {
            return labels.number(call.endpoint(), null, null);
        }
        if (isTooLong(call.modelAsked()) || isTooLong(call.provider())) {
            return LabelTable.OVERFLOW;
        }
        return labels.number(call.endpoint(), call.modelAsked(), call.provider());
    }

    private boolean isTooLong(@Nullable String label) {
        return label != null && label.length() > limits.labelLength();
    }
}
