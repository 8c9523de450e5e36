package io.sluice.transport.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.routing.Target;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where each response that a provider keeps is kept, and whose it is.
 *
 * <p>Safe for any thread. Bounded by count and age; the least used goes first, and is read again
 * where there is a {@link ResponseStore}.
 */
public final class StoredResponses {

    private static final int MAX_RESPONSES = 200_000;
    private static final Duration MAX_AGE = Duration.ofDays(30);

    /**
     * One response.
     *
     * @param target where it is kept; {@code null} where an earlier process has known it
     * @param targetName the name of that target
     * @param address host and port of that target
     * @param model the name its caller used for the model
     * @param owner the id of the key that made it
     * @param work what is made in the background; {@code null} where it is there already
     */
    public record Stored(
            @Nullable Target target,
            String targetName,
            String address,
            String model,
            String owner,
            @Nullable BackgroundWork work) {

        /** A response that is there. */
        public Stored(Target target, String model, String owner) {
            this(target, target.name(), address(target), model, owner, null);
        }

        Stored with(BackgroundWork begun) {
            return new Stored(target, targetName, address, model, owner, begun);
        }

        /** How the address of a target is remembered. */
        public static String address(Target target) {
            return target.address().host() + ':' + target.address().port();
        }
    }

    private final Cache<String, Stored> byId =
            Caffeine.newBuilder().maximumSize(MAX_RESPONSES).expireAfterWrite(MAX_AGE).build();

    private final ResponseStore store;

    /** Responses that this process alone remembers. */
    public StoredResponses() {
        this(ResponseStore.NONE);
    }

    /** Responses that are remembered beyond this process. */
    public StoredResponses(ResponseStore store) {
        this.store = store;
    }

    public void add(String id, Stored stored) {
        byId.put(id, stored);
        store.save(id, stored);
    }

    /** Notes of a response that it is made in the background. */
    void begin(String id, BackgroundWork work) {
        Stored begun = byId.asMap().computeIfPresent(id, (_, stored) -> stored.with(work));
        if (begun != null) {
            store.save(id, begun);
        }
    }

    /** Remembers that the work of a response is booked. */
    void onBooked(String id, Stored stored) {
        store.save(id, stored);
    }

    /** Whether {@link #find} has an answer at once. */
    public boolean isKnown(String id) {
        return byId.getIfPresent(id) != null;
    }

    /** Looks a response up that this process does not know; {@link #find} knows it then. */
    public CompletableFuture<?> load(String id) {
        return store.load(id)
                .thenAccept(stored -> {
                    if (stored != null) {
                        byId.asMap().putIfAbsent(id, stored);
                    }
                });
    }

    /** The response, or {@code null} if there is none of that owner. */
    public @Nullable Stored find(String id, String owner) {
        Stored stored = byId.getIfPresent(id);
        return stored != null && stored.owner().equals(owner) ? stored : null;
    }

    public void remove(String id) {
        byId.invalidate(id);
        store.remove(id);
    }
}
