package io.sluice.config;

import java.util.List;

/**
 * A key that the file defines.
 *
 * @param alias its name in logs and metrics
 * @param models the model names, patterns and access groups it may use; empty means all
 */
public record KeyEntry(String alias, Secret key, List<String> models) {

    public KeyEntry {
        models = List.copyOf(models);
    }
}
