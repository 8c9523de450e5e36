package io.sluice.store;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An account that is not a key, as it is stored. Immutable.
 *
 * @param alias unique among projects
 * @param attributes what only its kind has, by the names in {@link OwnerKind#attributes}; what is
 *     not there is absent
 * @param blocked refused until it is not any more
 * @param deactivatedAt {@code null} while it is active
 * @param spendSince its spend counts from here
 */
public record OwnerRecord(
        OwnerKind kind,
        String id,
        @Nullable String alias,
        Map<String, String> attributes,
        AccountTerms terms,
        boolean blocked,
        @Nullable Instant deactivatedAt,
        Instant spendSince,
        Stamp stamp) {

    public OwnerRecord {
        attributes = Map.copyOf(attributes);
    }
}
