package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * The identity that a target shows.
 *
 * @param problem why there is none; begins with {@code credential_missing:}
 */
record CloudChoice(@Nullable CloudIdentity identity, @Nullable String problem) {}
