package io.sluice.auth;

import io.sluice.config.Secret;

/**
 * A provider's key that a project owns. Safe for any thread.
 *
 * <p>One that a provider has refused rests for a while, where there is another.
 */
public final class ProviderKey {

    private final String provider;
    private final Secret key;
    private volatile long restUntilMillis;

    /**
     * A key that does not rest.
     *
     * @param provider whose key it is; it is shown to no other
     */
    public ProviderKey(String provider, Secret key) {
        this.provider = provider;
        this.key = key;
    }

    public String provider() {
        return provider;
    }

    public Secret key() {
        return key;
    }

    /** Lets it rest until then, in milliseconds of the epoch. */
    public void rest(long untilMillis) {
        restUntilMillis = untilMillis;
    }

    long restUntilMillis() {
        return restUntilMillis;
    }

    @Override
    public String toString() {
        return "ProviderKey[" + provider + "]";
    }
}
