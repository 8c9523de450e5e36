package io.sluice.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger as people see it.
 *
 * @param day in days of the epoch
 * @param modelGroup the name under which the model was found, where that is another
 * @param costPicos in 10^-12 of {@code currency}; -1 where it is not known
 * @param dollarPicos in 10^-12 dollars; -1 where it is not known
 * @param firstByteMillis -1 where there was none
 */
public record CallRow(
        Place place,
        int day,
        String requestId,
        long endedMillis,
        String outcome,
        int status,
        @Nullable String errorCode,
        @Nullable String keyId,
        @Nullable String keyAlias,
        @Nullable String userId,
        @Nullable String teamId,
        @Nullable String organizationId,
        @Nullable String projectId,
        @Nullable String endUser,
        List<String> tags,
        String endpoint,
        @Nullable String modelAsked,
        @Nullable String modelGroup,
        @Nullable String modelSent,
        @Nullable String provider,
        @Nullable String target,
        boolean stream,
        String usageOrigin,
        long inputTokens,
        long outputTokens,
        long cachedInputTokens,
        String costState,
        String currency,
        long costPicos,
        long dollarPicos,
        long firstByteMillis,
        long totalMillis) {

    /** Where the row stands among all rows; a page begins after the last one's place. */
    public record Place(long admittedMillis, UUID callId, int attempt) {}
}
