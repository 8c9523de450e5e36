package io.sluice.auth;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a key, or that it is nobody's. Immutable.
 *
 * @param grant {@code null} for a key that the database knows not
 * @param loadedMillis when the database said so
 * @param generation of the database's keys at that moment, as far as this process knew
 */
public record KnownKey(@Nullable KeyGrant grant, long loadedMillis, long generation) {}
