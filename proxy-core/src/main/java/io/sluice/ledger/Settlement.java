package io.sluice.ledger;

import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger: what became of one attempt at a provider, and what it cost.
 *
 * <p>Decoded from the journal, off the event loops. Immutable by convention: {@code usage} is not
 * changed any more. No text is longer than {@link RowLimits} says.
 *
 * @param id what the row is known by; no other row has it
 * @param requestId the request id that the caller was told
 * @param admittedMillis when the attempt was admitted, in milliseconds of the epoch
 * @param endedMillis when it was settled, in milliseconds of the epoch; for a crashed attempt, when
 *     it was last heard of
 * @param day the UTC day of {@code admittedMillis}, in days of the epoch
 * @param caller whose call it was
 * @param asked what was asked, of whom
 * @param end how it ended
 * @param usage what it used; {@link Usage#origin} says who counted
 * @param cost what it cost; the estimate for a crashed attempt
 * @param times how long it took
 * @param requestBytes the caller's body
 * @param answerBytes the answer's payload, as far as it was handed to the caller's socket
 */
public record Settlement(
        AttemptId id,
        String requestId,
        long admittedMillis,
        long endedMillis,
        int day,
        Caller caller,
        Asked asked,
        End end,
        Usage usage,
        CallCost cost,
        Times times,
        long requestBytes,
        long answerBytes) {

    /**
     * Whose call it was.
     *
     * @param keyId {@code null} where no key was needed
     * @param endUser whom the caller named in its request
     * @param tags in the order given; no duplicates
     */
    public record Caller(
            @Nullable String keyId,
            @Nullable String keyAlias,
            @Nullable String userId,
            @Nullable String teamId,
            @Nullable String organizationId,
            @Nullable String projectId,
            @Nullable String endUser,
            List<String> tags) {}

    /**
     * What was asked, of whom.
     *
     * @param endpoint the name of an {@code io.sluice.message.Endpoint}
     * @param modelAsked the model in the caller's request
     * @param modelGroup the name under which it was found, since an alias stands for another and a
     *     pattern for many; {@code null} where it is the same or not known
     * @param modelSent the model that the target was asked for
     * @param target the target's name
     * @param stream whether an event stream was asked for
     */
    public record Asked(
            String endpoint,
            @Nullable String modelAsked,
            @Nullable String modelGroup,
            @Nullable String modelSent,
            @Nullable String provider,
            @Nullable String target,
            boolean stream) {

        /** What a budget of a model knows the call by, beside {@link #modelGroup}. */
        public @Nullable String model() {
            return modelAsked == null ? modelSent : modelAsked;
        }
    }

    /**
     * How it ended.
     *
     * @param status the HTTP status the caller was sent; 0 for a crashed attempt
     * @param errorCode the gateway's own error in lower case, where there was one
     * @param termination who ended it and where: two letters
     */
    public record End(
            Outcome outcome, int status, @Nullable String errorCode, String termination) {}

    /**
     * How long it took.
     *
     * @param firstByteMillis from the start of the call to the provider's first body byte; -1 when
     *     there was none
     * @param totalMillis from the start of the call to its end; -1 where that is not known
     * @param overheadMicros what the gateway added before the response head; -1 when there was none
     */
    public record Times(long firstByteMillis, long totalMillis, long overheadMicros) {}
}
