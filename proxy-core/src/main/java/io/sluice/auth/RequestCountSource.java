package io.sluice.auth;

/** Where the counts of keys that are good for so many calls are kept. Blocks; any thread. */
public interface RequestCountSource {

    /**
     * Takes as many of a key's calls as there are left, {@code wanted} at most, for ever.
     *
     * @return how many, at least 0
     * @throws io.sluice.error.GatewayException {@code DATABASE_UNAVAILABLE} if nobody can say
     */
    int take(String keyId, int wanted);

    /**
     * Gives back calls that were taken and not made.
     *
     * @throws io.sluice.error.GatewayException {@code DATABASE_UNAVAILABLE} if it cannot
     */
    void giveBack(String keyId, int calls);

    /** Adds calls to keys that are good for any number. Throws as the others do. */
    void add(java.util.Map<String, KeyUse> uses);

    /**
     * What a key was used for.
     *
     * @param calls since this was told last
     * @param lastMillis when it was used last
     */
    record KeyUse(long calls, long lastMillis) {}
}
