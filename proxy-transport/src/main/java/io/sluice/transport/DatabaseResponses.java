package io.sluice.transport;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.store.ResponseRecord;
import io.sluice.store.ResponseRepository;
import io.sluice.store.StoreException;
import io.sluice.transport.exchange.BackgroundWork;
import io.sluice.transport.exchange.ResponseStore;
import io.sluice.transport.exchange.StoredResponses;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers stored responses in the database, from and for any event loop. */
final class DatabaseResponses implements ResponseStore {

    /*
     * Loops put changes into a queue; a worker that is started by the first of them writes them in
     * their order, many at a time. What cannot be written waits, up to a bound, and is tried again
     * with the next tick.
     */

    /** How long responses are remembered. */
    static final Duration KEPT = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseResponses.class);
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_LOADING = 1_000;
    private static final int BATCH = 200;

    private final ResponseRepository repository;
    private final Executor workers;
    private final InstantSource clock;
    private final ConcurrentLinkedQueue<ResponseRepository.Change> waiting =
            new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicBoolean isWriting = new AtomicBoolean();
    private final AtomicInteger loading = new AtomicInteger();
    private volatile boolean isAway;
    private volatile boolean isFull;

    /**
     * Responses in one database.
     *
     * @param workers run what blocks
     */
    DatabaseResponses(ResponseRepository repository, Executor workers, InstantSource clock) {
        this.repository = repository;
        this.workers = workers;
        this.clock = clock;
    }

    @Override
    public void save(String id, StoredResponses.Stored stored) {
        BackgroundWork work = stored.work();
        add(
                new ResponseRepository.Change(
                        id,
                        new ResponseRecord(
                                id,
                                stored.owner(),
                                stored.model(),
                                stored.targetName(),
                                stored.address(),
                                clock.millis(),
                                work == null ? null : record(work))));
    }

    @Override
    public void remove(String id) {
        add(new ResponseRepository.Change(id, null));
    }

    @Override
    public CompletableFuture<StoredResponses.@Nullable Stored> load(String id) {
        if (loading.incrementAndGet() > MAX_LOADING) {
            loading.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new GatewayException(
                            ErrorCode.OVERLOADED,
                            "too many stored responses are looked up at this moment"));
        }
        CompletableFuture<StoredResponses.@Nullable Stored> found = new CompletableFuture<>();
        try {
            workers.execute(() -> load(id, found));
        } catch (RejectedExecutionException _) {
            found.completeExceptionally(
                    new GatewayException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down"));
        }
        return found.whenComplete((_, _) -> loading.decrementAndGet());
    }

    private void load(String id, CompletableFuture<StoredResponses.@Nullable Stored> found) {
        try {
            ResponseRecord kept = repository.find(id, clock.millis() - KEPT.toMillis());
            found.complete(kept == null ? null : stored(kept));
        } catch (StoreException e) {
            LOG.debug("a stored response is not looked up: {}", e.getMessage());
            found.completeExceptionally(
                    new GatewayException(
                            ErrorCode.DATABASE_UNAVAILABLE,
                            "where this response is kept is in the database, which is away"));
        }
    }

    private static StoredResponses.Stored stored(ResponseRecord kept) {
        ResponseRecord.Work work = kept.work();
        BackgroundWork begun =
                work == null
                        ? null
                        : new BackgroundWork(
                                new BackgroundWork.Origin(
                                        work.callId().getMostSignificantBits(),
                                        work.callId().getLeastSignificantBits(),
                                        work.admittedMillis(),
                                        work.requestId(),
                                        work.modelGroup(),
                                        work.endUser(),
                                        work.tags()),
                                work.isBooked(),
                                null);
        return new StoredResponses.Stored(
                null, kept.target(), kept.address(), kept.model(), kept.keyId(), begun);
    }

    private static ResponseRecord.Work record(BackgroundWork work) {
        BackgroundWork.Origin origin = work.origin();
        return new ResponseRecord.Work(
                new UUID(origin.callHigh(), origin.callLow()),
                origin.admittedMillis(),
                origin.requestId(),
                origin.modelGroup(),
                origin.endUser(),
                origin.tags(),
                work.isBooked());
    }

    private void add(ResponseRepository.Change change) {
        if (waitingCount.incrementAndGet() > MAX_WAITING) {
            waitingCount.decrementAndGet();
            if (!isFull) {
                LOG.warn("responses that are stored from here on are known to this process alone");
            }
            isFull = true;
            return;
        }
        isFull = false;
        waiting.add(change);
        if (!isAway) {
            wake();
        }
    }

    /** Tries again what could not be written. */
    void tick() {
        if (!waiting.isEmpty()) {
            wake();
        }
    }

    private void wake() {
        if (isWriting.compareAndSet(false, true)) {
            try {
                workers.execute(this::writeAll);
            } catch (RejectedExecutionException _) {
                isWriting.set(false);
            }
        }
    }

    private void writeAll() {
        do {
            write();
            isWriting.set(false);
        } while (!isAway && !waiting.isEmpty() && isWriting.compareAndSet(false, true));
    }

    /** Writes what waits now. To be called once more, when nothing is added any more. */
    void close() {
        if (isWriting.compareAndSet(false, true)) {
            write();
        }
    }

    private void write() {
        List<ResponseRepository.Change> batch = new ArrayList<>();
        try {
            while (!waiting.isEmpty()) {
                batch.clear();
                for (ResponseRepository.Change change : waiting) {
                    if (batch.size() == BATCH) {
                        break;
                    }
                    batch.add(change);
                }
                repository.write(batch);
                for (int i = 0; i < batch.size(); i++) {
                    waiting.poll();
                    waitingCount.decrementAndGet();
                }
                isAway = false;
            }
        } catch (StoreException e) {
            if (!isAway) {
                LOG.warn("stored responses are remembered later: {}", e.getMessage());
            }
            isAway = true;
        }
    }

    /** Forgets what is too old. Blocks. */
    void cleanUp() {
        repository.removeBefore(clock.millis() - KEPT.toMillis());
    }
}
