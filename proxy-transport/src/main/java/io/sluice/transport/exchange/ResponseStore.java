package io.sluice.transport.exchange;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where stored responses are remembered beyond this process. Never waits; safe for any thread. */
public interface ResponseStore {

    /** Remembers nothing. */
    ResponseStore NONE =
            new ResponseStore() {

                @Override
                public void save(String id, StoredResponses.Stored stored) {}

                @Override
                public void remove(String id) {}

                @Override
                public CompletableFuture<StoredResponses.@Nullable Stored> load(String id) {
                    return CompletableFuture.completedFuture(null);
                }
            };

    /** Remembers one soon, or what has changed of it. */
    void save(String id, StoredResponses.Stored stored);

    /** Forgets one soon. */
    void remove(String id);

    /**
     * Looks one up.
     *
     * @return completes on any thread: with {@code null} where there is none, exceptionally with a
     *     {@link io.sluice.error.GatewayException} where that cannot be known
     */
    CompletableFuture<StoredResponses.@Nullable Stored> load(String id);
}
