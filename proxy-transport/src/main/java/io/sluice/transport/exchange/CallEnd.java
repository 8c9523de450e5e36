package io.sluice.transport.exchange;

import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.telemetry.Termination;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended. Immutable.
 *
 * @param status the status the client was sent, 499 when it left before any
 * @param error the gateway's own error, where there was one
 * @param source who failed; {@code null} for a call that was served
 * @param how the termination state
 */
record CallEnd(
        int status, @Nullable ErrorCode error, @Nullable ErrorSource source, Termination how) {

    /** An end that is nobody's failure. */
    static CallEnd of(int status, Termination how) {
        return new CallEnd(status, null, null, how);
    }

    /**
     * The end of an attempt that another one follows.
     *
     * @param status what the provider answered, 0 where it said nothing
     * @param phase how far the attempt had come
     */
    static CallEnd retried(int status, char phase) {
        return new CallEnd(status, null, ErrorSource.UPSTREAM, new Termination('U', phase));
    }

    /**
     * A failure.
     *
     * @param phase how far the call had come, see {@link Termination}
     */
    static CallEnd failed(int status, ErrorCode code, char phase) {
        char party = code.source() == ErrorSource.UPSTREAM ? 'U' : 'G';
        return new CallEnd(status, code, code.source(), new Termination(party, phase));
    }
}
