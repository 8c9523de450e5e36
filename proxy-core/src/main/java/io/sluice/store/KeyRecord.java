package io.sluice.store;

import io.sluice.auth.Owner;
import io.sluice.config.OnDisconnect;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is stored. Immutable; the key itself is nowhere in it.
 *
 * @param id tells it from every other for ever, also after it was given another secret
 * @param display what people see of the key: its ends
 * @param alias unique where there is one
 * @param onDisconnect {@code null} for the model's or the gateway's own
 * @param blocked refused until it is not any more
 * @param spendSince its spend counts from here
 */
public record KeyRecord(
        String id,
        KeyDigest digest,
        String display,
        Kind kind,
        @Nullable String alias,
        Owner owner,
        @Nullable OnDisconnect onDisconnect,
        Life life,
        AccountTerms terms,
        boolean blocked,
        Instant spendSince,
        Stamp stamp) {

    /** Where a key comes from. The names are stored. */
    public enum Kind {
        /** Made by the management API. */
        VIRTUAL,
        /** Short-lived, of a project. */
        WITHERING,
        /** Taken over from another system by its digest. */
        IMPORTED;

        private final String code = name().toLowerCase(Locale.ROOT);

        /** Its name in the database. */
        public String code() {
            return code;
        }

        static Kind of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * How long a key serves.
     *
     * @param expiresAt {@code null} for never
     * @param revokedAt {@code null} while it is not
     * @param maxRequests {@code null} for any number
     * @param requestCount how many it has made, or processes have taken for it
     */
    public record Life(
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Long maxRequests,
            long requestCount,
            @Nullable Instant lastUsedAt) {

        /** For ever. */
        public static final Life UNBOUNDED = new Life(null, null, null, 0, null);
    }
}
