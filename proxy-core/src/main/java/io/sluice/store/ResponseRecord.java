package io.sluice.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A response that a provider keeps.
 *
 * @param keyId whose it is
 * @param model as its caller named it
 * @param target where it is kept, by name
 * @param address of that target, host and port
 * @param createdMillis of the epoch
 * @param work the call that is made in the background; {@code null} where it is not
 */
public record ResponseRecord(
        String id,
        String keyId,
        String model,
        String target,
        String address,
        long createdMillis,
        @Nullable Work work) {

    /**
     * What is made in the background.
     *
     * @param callId what its call is known by in the ledger
     * @param admittedMillis of its attempt, in milliseconds of the epoch
     * @param requestId that the caller was told
     * @param modelGroup the name under which its model was found
     * @param isBooked whether what it used is in the ledger
     */
    public record Work(
            UUID callId,
            long admittedMillis,
            String requestId,
            @Nullable String modelGroup,
            @Nullable String endUser,
            List<String> tags,
            boolean isBooked) {}
}
