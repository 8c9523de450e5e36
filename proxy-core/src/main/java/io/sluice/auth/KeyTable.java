package io.sluice.auth;

import io.sluice.config.KeyEntry;
import io.sluice.config.Settings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that the file defines. Immutable.
 *
 * <p>Safe for any thread.
 */
public final class KeyTable {

    private final Map<KeyId, Principal> byHash = new HashMap<>();

    private KeyTable() {}

    /** The keys of the file: the master key and the entries of {@code keys}. */
    public static KeyTable of(Settings settings) {
        KeyTable table = new KeyTable();
        for (KeyEntry entry : settings.keys()) {
            table.add(
                    entry.key().reveal(),
                    Principal.ofFile(
                            entry.alias(), ModelAccess.of(entry.models()), entry.onDisconnect()));
        }
        if (settings.masterKey() != null) {
            table.add(settings.masterKey().reveal(), Principal.master());
        }
        return table;
    }

    /** Whose key this is, or {@code null} if the file knows it not. */
    public @Nullable Principal find(String key) {
        return find(KeyHash.of(key));
    }

    /** Whose key has that hash, or {@code null} if the file knows it not. */
    public @Nullable Principal find(KeyId hash) {
        return byHash.get(hash);
    }

    /** Whoever has that alias, {@code null} if nobody has. */
    public @Nullable Principal findAlias(String alias) {
        for (Principal principal : byHash.values()) {
            if (principal.alias().equals(alias) || principal.keyId().equals(alias)) {
                return principal;
            }
        }
        return null;
    }

    private void add(String key, Principal principal) {
        byHash.put(KeyHash.of(key), principal);
    }
}
