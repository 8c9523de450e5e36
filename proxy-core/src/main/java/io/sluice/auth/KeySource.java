package io.sluice.auth;

import org.jspecify.annotations.Nullable;

/** Where keys are looked up that are not known yet. Blocks; safe for any thread. */
@FunctionalInterface
public interface KeySource {

    /**
     * The grant of the key with that hash, or {@code null} if there is no such key.
     *
     * @throws io.sluice.error.GatewayException {@code DATABASE_UNAVAILABLE} if nobody can say
     */
    @Nullable KeyGrant find(KeyHash key);
}
