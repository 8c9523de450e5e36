package io.sluice.transport.exchange;

import io.sluice.config.StreamingSettings;
import io.sluice.config.TimeoutSettings;
import io.sluice.message.CallFields;
import io.sluice.routing.Target;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long one call may be silent and how long it may take, and when either side last showed life.
 * Times are the loop's clock in nanoseconds.
 *
 * <p>Confined to the event loop of its call.
 */
final class Deadlines {

    private static final long MAX_RETRY_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final GatewayRequest request;
    private final TimeoutSettings timeouts;
    private final StreamingSettings streaming;

    private long askedNanos;
    private long lastReadNanos;
    private long lastWriteNanos;

    Deadlines(GatewayRequest request) {
        this.request = request;
        this.timeouts = request.snapshot().settings().timeouts();
        this.streaming = request.snapshot().settings().streaming();
    }

    /** The request goes out to a provider. */
    void onAsked(long nowNanos) {
        askedNanos = nowNanos;
    }

    /** The provider sent something, or may go on sending. */
    void onRead(long nowNanos) {
        lastReadNanos = nowNanos;
    }

    /** The client was sent something. */
    void onWrite(long nowNanos) {
        lastWriteNanos = nowNanos;
    }

    long lastReadNanos() {
        return lastReadNanos;
    }

    /** Whether a target took too long to be connected to, its credential included. */
    boolean isConnectOver(long nowNanos, long sinceNanos) {
        return isOver(nowNanos, sinceNanos, timeouts.connect().multipliedBy(2));
    }

    boolean isFirstByteOver(long nowNanos, @Nullable Target target) {
        return isOver(nowNanos, askedNanos, firstByte(target));
    }

    boolean isBetweenChunksOver(long nowNanos) {
        return isOver(nowNanos, lastReadNanos, timeouts.betweenChunks());
    }

    boolean isTotalOver(long nowNanos) {
        Duration total = timeouts.total();
        return total != null && isOver(nowNanos, request.completeNanos(), total);
    }

    /** Whether the client has heard nothing for so long that it is to be told of life. */
    boolean isPingDue(long nowNanos) {
        return !streaming.pingAfter().isZero()
                && isOver(nowNanos, lastWriteNanos, streaming.pingAfter());
    }

    /** Whether a stream that was asked for may begin before its provider has said anything. */
    boolean allowsEarlyCommit() {
        return streaming.earlyCommit() && asksForStream() && !AnswerForm.isContentArray(request);
    }

    /** How long the call may wait for another attempt. */
    long longestWaitNanos(long nowNanos) {
        Duration total = timeouts.total();
        return total == null
                ? MAX_RETRY_WAIT_NANOS
                : Math.min(
                        MAX_RETRY_WAIT_NANOS, request.completeNanos() + total.toNanos() - nowNanos);
    }

    /** Says which deadline has passed: the provider sent nothing at all. */
    String saidNothing(@Nullable Target target) {
        return "the provider sent nothing for " + text(firstByte(target));
    }

    /** Says which deadline has passed: the provider stopped in the middle. */
    String fellSilent() {
        return "the provider fell silent for " + text(timeouts.betweenChunks());
    }

    /** Says which deadline has passed: the call as a whole. */
    String tookTooLong() {
        Duration total = timeouts.total();
        assert total != null;
        return "the call took longer than " + text(total);
    }

    private Duration firstByte(@Nullable Target target) {
        @Nullable Duration own = null;
        if (target != null) {
            own =
                    asksForStream() && target.firstByteTimeout() != null
                            ? target.firstByteTimeout()
                            : target.timeout();
        }
        return own == null ? timeouts.firstByte() : own;
    }

    private boolean asksForStream() {
        CallFields fields = request.fields();
        return fields != null && fields.isStream();
    }

    private static boolean isOver(long nowNanos, long sinceNanos, Duration limit) {
        return nowNanos - sinceNanos > limit.toNanos();
    }

    private static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
