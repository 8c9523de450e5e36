package io.sluice.telemetry;

import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.ledger.Outcome;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import org.jspecify.annotations.Nullable;

/**
 * A finished call. Exactly one is made for each call that had a complete head, also when the client
 * vanished. Immutable by convention: {@code usage} is not changed any more.
 *
 * @param id the gateway's request id
 * @param correlationId the caller's correlation id, or {@code id}
 * @param key the alias of the caller's key, or {@code null} before authentication
 * @param endpoint what was asked for, or {@code null} for a path that is not an endpoint of a model
 * @param modelAsked the model in the request
 * @param modelSent the model that the last target was asked for
 * @param provider the last target's provider
 * @param target the last target's name
 * @param status the status the client was sent, 499 when it left before any
 * @param error the gateway's own error, where there was one
 * @param errorSource who failed; {@code null} for a call that was served
 * @param end the termination state
 * @param startedMillis when the head was complete, in milliseconds of the epoch
 * @param firstByteNanos from the start to the provider's first body byte; -1 when there was none
 * @param totalNanos from the start to the end
 * @param overheadNanos what the gateway added before the response head, -1 when there was none
 * @param attempts tries at providers, 0 when none was made
 * @param stream whether the answer was an event stream
 * @param bytesIn the request's body
 * @param bytesOut the response's payload, as far as it was handed to the socket
 * @param cost what it cost, or why that is not known
 * @param outcome how its last attempt ended; {@code null} where no provider was asked
 */
public record CallRecord(
        String id,
        String correlationId,
        @Nullable String key,
        @Nullable Endpoint endpoint,
        @Nullable String modelAsked,
        @Nullable String modelSent,
        @Nullable String provider,
        @Nullable String target,
        int status,
        @Nullable ErrorCode error,
        @Nullable ErrorSource errorSource,
        Termination end,
        long startedMillis,
        long firstByteNanos,
        long totalNanos,
        long overheadNanos,
        int attempts,
        boolean stream,
        Usage usage,
        long bytesIn,
        long bytesOut,
        CallCost cost,
        @Nullable Outcome outcome) {}
