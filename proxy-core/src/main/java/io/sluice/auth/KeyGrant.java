package io.sluice.auth;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the database says of a key. Immutable.
 *
 * @param display how the key is shown, see {@link MaskedKey}
 * @param expiresMillis from then on it is refused, in milliseconds of the epoch; {@link #NEVER}
 * @param revokedMillis when it was revoked; {@link #NEVER} if it was not
 * @param blocked who is blocked and the key with it ({@code the key}, {@code team …}); {@code null}
 *     if nobody is
 * @param maxRequests the calls it is good for in all; 0 for any number
 * @param providerKeys shown to providers instead of the gateway's own
 */
public record KeyGrant(
        Principal principal,
        String display,
        long expiresMillis,
        long revokedMillis,
        @Nullable String blocked,
        long maxRequests,
        ProviderKeys providerKeys) {

    /** A time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    public KeyGrant {
        if (maxRequests < 0) {
            throw new IllegalArgumentException("a negative count of requests");
        }
    }

    /** Whether its calls are counted against a bound. */
    public boolean isCounted() {
        return maxRequests > 0;
    }

    /**
     * Returns if the key lets a call in.
     *
     * @throws GatewayException if it does not
     */
    public void check(long nowMillis) {
        if (revokedMillis != NEVER) {
            throw new GatewayException(
                    ErrorCode.KEY_REVOKED, "the API key " + display + " was revoked");
        }
        if (nowMillis >= expiresMillis) {
            throw new GatewayException(
                    ErrorCode.KEY_EXPIRED,
                    "the API key %s expired at %s"
                            .formatted(display, Instant.ofEpochMilli(expiresMillis)));
        }
        if (blocked != null) {
            throw new GatewayException(
                    ErrorCode.KEY_BLOCKED,
                    "the API key %s may not be used: %s is blocked".formatted(display, blocked));
        }
    }
}
