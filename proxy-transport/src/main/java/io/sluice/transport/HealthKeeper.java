package io.sluice.transport;

import io.sluice.health.HealthArchive;
import io.sluice.health.SavedHealth;
import io.sluice.health.TargetHealths;
import io.sluice.transport.management.HealthDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the health of targets over restarts: in the store, and beside it in a file of the state
 * folder, which counts where the store is away or knows less.
 *
 * <p>Safe for any thread. Nothing on the data path waits for it: it reads on a thread of its own
 * what the event loops have written.
 */
final class HealthKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthKeeper.class);
    private static final String FILE = "health.json";
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Where documents are kept besides; may be away at any time. */
    interface Shelf {

        /** The document, or {@code null} where there is none, or the store is away. */
        byte @Nullable [] find();

        /** Keeps a document; does nothing where the store is away. */
        void put(byte[] document);
    }

    /** A store that keeps nothing. */
    static final Shelf NO_SHELF =
            new Shelf() {
                @Override
                public byte @Nullable [] find() {
                    return null;
                }

                @Override
                public void put(byte[] document) {}
            };

    private final TargetHealths healths;
    private final Path file;
    private final Shelf shelf;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final ScheduledExecutorService clockwork;
    private List<SavedHealth> written = List.of();

    /**
     * A keeper.
     *
     * @param folder the state folder
     * @param nanos the clock of the event loops
     */
    HealthKeeper(
            TargetHealths healths,
            Path folder,
            Shelf shelf,
            LongSupplier nanos,
            InstantSource clock) {
        this.healths = healths;
        this.file = folder.resolve(FILE);
        this.shelf = shelf;
        this.nanos = nanos;
        this.clock = clock;
        this.clockwork =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("health-keeper").factory());
    }

    /** Takes up what an earlier process has left, then keeps what changes. */
    void start() {
        byte[] ofStore = shelf.find();
        byte[] ofFile = readFile();
        List<SavedHealth> fromStore = parse(ofStore, "the store");
        List<SavedHealth> fromFile = parse(ofFile, file.toString());
        List<SavedHealth> saved =
                savedAt(ofFile) >= savedAt(ofStore) || fromStore.isEmpty() ? fromFile : fromStore;
        int restored = archive().restore(saved);
        if (restored > 0) {
            LOG.info("the health of {} targets is as it was", restored);
        }
        clockwork.scheduleWithFixedDelay(
                this::saveQuietly, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Keeps what somebody has set, at once. */
    void onChange() {
        clockwork.execute(this::saveQuietly);
    }

    private void saveQuietly() {
        try {
            save();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the health of targets cannot be kept in {}: {}", file, e.getMessage());
        }
    }

    private synchronized void save() throws IOException {
        List<SavedHealth> now = archive().save();
        if (!now.equals(written)) {
            byte[] document = HealthDocument.write(now, clock.millis());
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = file.resolveSibling(FILE + ".new");
            Files.write(fresh, document);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            written = now;
            shelf.put(document);
        }
    }

    private HealthArchive archive() {
        return new HealthArchive(healths, nanos.getAsLong(), clock.millis());
    }

    private byte @Nullable [] readFile() {
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : null;
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file, e.getMessage());
            return null;
        }
    }

    private static List<SavedHealth> parse(byte @Nullable [] document, String where) {
        try {
            return document == null ? List.of() : HealthDocument.read(document);
        } catch (IOException e) {
            LOG.warn(
                    "what {} says of the health of targets is left out: {}", where, e.getMessage());
            return List.of();
        }
    }

    private static long savedAt(byte @Nullable [] document) {
        return document == null ? -1 : HealthDocument.savedAtMillis(document);
    }

    /** Keeps the last state, and ends. */
    @Override
    public void close() {
        clockwork.shutdown();
        try {
            if (!clockwork.awaitTermination(INTERVAL.toSeconds(), TimeUnit.SECONDS)) {
                clockwork.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        saveQuietly();
    }
}
