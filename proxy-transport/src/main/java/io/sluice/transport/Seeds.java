package io.sluice.transport;

import java.security.SecureRandom;

/** Seeds for the random sources of the event loops. */
final class Seeds {

    private static final int SEED_BYTES = 16;

    private Seeds() {}

    /** A seed that no one can guess and no other process has. */
    static byte[] next() {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return seed;
    }
}
