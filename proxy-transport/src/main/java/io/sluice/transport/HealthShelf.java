package io.sluice.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.store.HealthRepository;
import io.sluice.store.StoreException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Keeps the health of one process's targets in the store; while that is away, nothing. */
final class HealthShelf implements HealthKeeper.Shelf {

    private final HealthRepository healths;
    private final String process;
    private final InstantSource clock;

    HealthShelf(HealthRepository healths, String process, InstantSource clock) {
        this.healths = healths;
        this.process = process;
        this.clock = clock;
    }

    @Override
    public byte @Nullable [] find() {
        try {
            String found = healths.find(process);
            return found == null ? null : found.getBytes(UTF_8);
        } catch (StoreException _) {
            return null;
        }
    }

    @Override
    public void put(byte[] document) {
        try {
            healths.put(process, new String(document, UTF_8), clock.millis());
        } catch (StoreException _) {
            // The file beside the store has it, and the next change comes here again.
        }
    }
}
