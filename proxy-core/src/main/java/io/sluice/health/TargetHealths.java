package io.sluice.health;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The health of every target, by the target's id: what survives when the settings are changed.
 *
 * <p>Safe for any thread.
 */
public final class TargetHealths {

    private final Map<String, TargetHealth> all = new ConcurrentHashMap<>();
    private final HealthListener listener;

    public TargetHealths() {
        this(HealthListener.NONE);
    }

    /** Healths of which {@code listener} is told when a target or key is taken out. */
    public TargetHealths(HealthListener listener) {
        this.listener = listener;
    }

    /** The health of a target, a clean one where it was not known. */
    public TargetHealth of(String id) {
        return all.computeIfAbsent(id, one -> new TargetHealth(one, listener));
    }

    /** The health of a target, or {@code null} if it is not known. */
    public @Nullable TargetHealth find(String id) {
        return all.get(id);
    }

    /** All that are known. */
    public Collection<TargetHealth> all() {
        return all.values();
    }

    /** Forgets what is not there any more: targets, and keys of those that are. */
    public void keep(Map<String, Set<String>> keysByTarget) {
        all.keySet().retainAll(keysByTarget.keySet());
        all.values().forEach(one -> one.keepKeys(keysByTarget.getOrDefault(one.id(), Set.of())));
    }
}
