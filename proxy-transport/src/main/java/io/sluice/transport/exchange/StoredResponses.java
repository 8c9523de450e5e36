package io.sluice.transport.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.routing.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where each response that a provider keeps is kept, and whose it is.
 *
 * <p>Safe for any thread. Bounded by count and age; the least used goes first.
 */
public final class StoredResponses {

    private static final int MAX_RESPONSES = 200_000;
    private static final Duration MAX_AGE = Duration.ofDays(30);

    /**
     * One response.
     *
     * @param target where it is kept
     * @param model the name its caller used for the model
     * @param owner the alias of the key that made it
     */
    public record Stored(Target target, String model, String owner) {}

    private final Cache<String, Stored> byId =
            Caffeine.newBuilder().maximumSize(MAX_RESPONSES).expireAfterWrite(MAX_AGE).build();

    public void add(String id, Stored stored) {
        byId.put(id, stored);
    }

    /** The response, or {@code null} if there is none of that owner. */
    public @Nullable Stored find(String id, String owner) {
        Stored stored = byId.getIfPresent(id);
        return stored != null && stored.owner().equals(owner) ? stored : null;
    }

    public void remove(String id) {
        byId.invalidate(id);
    }
}
