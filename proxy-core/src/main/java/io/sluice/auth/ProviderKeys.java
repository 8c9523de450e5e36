package io.sluice.auth;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The providers' keys of one project, used in turn. Safe for any thread, lock-free. */
public final class ProviderKeys {

    /** A project that has none. */
    public static final ProviderKeys NONE = new ProviderKeys(List.of());

    private final List<ProviderKey> keys;
    private final AtomicInteger turns = new AtomicInteger();

    public ProviderKeys(List<ProviderKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Whether there is one for that provider. */
    public boolean has(String provider) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).provider().equals(provider)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The key whose turn it is, {@code null} if there is none for that provider. Where all rest, it
     * is the one that rests no longer first.
     */
    public @Nullable ProviderKey next(String provider, long nowMillis) {
        if (keys.isEmpty()) {
            return null;
        }
        int first = Math.floorMod(turns.getAndIncrement(), keys.size());
        ProviderKey best = null;
        for (int i = 0; i < keys.size(); i++) {
            ProviderKey key = keys.get((first + i) % keys.size());
            if (!key.provider().equals(provider)) {
                continue;
            }
            if (key.restUntilMillis() <= nowMillis) {
                return key;
            }
            if (best == null || key.restUntilMillis() < best.restUntilMillis()) {
                best = key;
            }
        }
        return best;
    }
}
