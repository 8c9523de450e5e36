package io.sluice.auth;

/**
 * Whoever holds a key. Immutable.
 *
 * @param alias the key's name in logs and metrics
 * @param isAdmin whether it may manage the gateway
 * @param models the models it may use
 */
public record Principal(String alias, boolean isAdmin, ModelAccess models) {}
