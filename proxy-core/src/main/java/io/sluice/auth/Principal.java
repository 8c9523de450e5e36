package io.sluice.auth;

import io.sluice.config.OnDisconnect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whoever holds a key. Immutable.
 *
 * @param keyId tells the key from every other, for ever; keys of the file are {@code file:} and
 *     their alias, the master key is {@code master}
 * @param alias the key's name in logs and metrics
 * @param isAdmin whether it may manage the gateway
 * @param models the models it may use
 * @param teamAlias the name of the owner's team, {@code null} where it has none
 * @param tags what its calls are counted under besides
 * @param onDisconnect {@code null} for the model's or the gateway's own
 */
public record Principal(
        String keyId,
        String alias,
        boolean isAdmin,
        ModelAccess models,
        Owner owner,
        @Nullable String teamAlias,
        List<String> tags,
        @Nullable OnDisconnect onDisconnect) {

    public Principal {
        tags = List.copyOf(tags);
    }

    /** Whoever holds a key that the file defines. */
    public static Principal ofFile(
            String alias, ModelAccess models, @Nullable OnDisconnect onDisconnect) {
        return new Principal(
                "file:" + alias, alias, false, models, Owner.NONE, null, List.of(), onDisconnect);
    }

    /** Whoever holds the master key. */
    public static Principal master() {
        return new Principal(
                "master", "master", true, ModelAccess.ALL, Owner.NONE, null, List.of(), null);
    }
}
