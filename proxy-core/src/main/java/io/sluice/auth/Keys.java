package io.sluice.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the database, as far as this process knows them.
 *
 * <p>{@link #find} is for event loops: it never blocks and allocates nothing. {@link #load} asks
 * the database, on another thread, once for all who want the same key. Safe for any thread.
 */
public final class Keys {

    /*
     * An entry goes through three ages. Young, it counts. In the second half of its life it counts,
     * and is loaded again behind the caller's back, so that a key in use is never waited for. Then
     * it must be loaded before it counts - unless the database is away: a failed load begins an
     * outage, a successful one ends it, and within an outage entries count whatever their age, for
     * as long as the operator allows.
     *
     * A change is announced after it is committed. Whoever announces it first makes a new
     * generation and then drops entries; a load remembers the generation in which it began, and
     * what it has read is dropped again if there is another one when it has put it down. So no load
     * that began before a change can bring back what was before it, whichever of the two is first.
     * Unknown keys of an old generation do not count, for one of them may be what has changed.
     */

    private static final long NO_OUTAGE = Long.MAX_VALUE;

    private final KeySource source;
    private final Executor workers;
    private final InstantSource clock;
    private final KeyLimits limits;
    private final Cache<KeyId, KnownKey> known;
    private final ConcurrentHashMap<KeyHash, CompletableFuture<KnownKey>> loading =
            new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();
    private final AtomicLong unavailableSince = new AtomicLong(NO_OUTAGE);
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /**
     * Keys of which nothing is known yet.
     *
     * @param workers runs look-ups, which block
     */
    public Keys(KeySource source, Executor workers, InstantSource clock, KeyLimits limits) {
        this.source = source;
        this.workers = workers;
        this.clock = clock;
        this.limits = limits;
        known = Caffeine.newBuilder().maximumSize(limits.entries()).executor(Runnable::run).build();
    }

    /** What is known of a key, or {@code null} if it has to be loaded first. */
    public @Nullable KnownKey find(KeyId key, long nowMillis) {
        KnownKey entry = known.getIfPresent(key);
        if (entry == null) {
            return null;
        }
        long age = nowMillis - entry.loadedMillis();
        if (entry.grant() == null) {
            boolean counts =
                    entry.generation() == generation.get() && age < limits.unknown().toMillis();
            return counts ? entry : null;
        }
        long life = limits.known().toMillis();
        if (age < life / 2) {
            return entry;
        }
        if (age < life || isServedStale(nowMillis)) {
            refresh(key);
            return entry;
        }
        return null;
    }

    /**
     * Asks the database for a key. The future ends on some thread, with what is known then or with
     * a {@link GatewayException}; whoever waits bounds the time, see {@link KeyLimits#patience}.
     */
    public CompletableFuture<KnownKey> load(KeyHash key) {
        long wanted = generation.get();
        CompletableFuture<KnownKey> own = new CompletableFuture<>();
        CompletableFuture<KnownKey> running = loading.putIfAbsent(key, own);
        if (running != null) {
            return running.thenCompose(entry ->
                    entry.generation() < wanted
                            ? load(key)
                            : CompletableFuture.completedFuture(entry));
        }
        if (loading.size() > limits.loads()) {
            loading.remove(key, own);
            own.completeExceptionally(
                    new GatewayException(
                            ErrorCode.DATABASE_UNAVAILABLE,
                            "too many unknown API keys are looked up at the moment"));
            return own;
        }
        try {
            workers.execute(() -> complete(key, own));
        } catch (RejectedExecutionException _) {
            loading.remove(key, own);
            own.completeExceptionally(unavailable());
        }
        return own;
    }

    /** What is known of a key in spite of its age, or {@code null}: for when a load has failed. */
    public @Nullable KnownKey findStale(KeyHash key, long nowMillis) {
        KnownKey entry = known.getIfPresent(key);
        return entry != null && entry.grant() != null && isServedStale(nowMillis) ? entry : null;
    }

    /** A key has changed, or has been made; returns when every event loop goes by it. */
    public void onKeyChanged(String keyId) {
        forget(grant -> grant.principal().keyId().equals(keyId));
    }

    /** An owner of keys has changed; the predicate tells whose keys they are. */
    public void onOwnerChanged(Predicate<Owner> isOwned) {
        forget(grant -> isOwned.test(grant.principal().owner()));
    }

    /** Anything may have changed. */
    public void onAllChanged() {
        forget(_ -> true);
    }

    /** Whether the last look-up failed because the database is away. */
    public boolean isDatabaseAway() {
        return unavailableSince.get() != NO_OUTAGE;
    }

    public KeyLimits limits() {
        return limits;
    }

    /** Keys in memory, unknown ones included. */
    public long size() {
        return known.estimatedSize();
    }

    /** Look-ups so far. */
    public long loadCount() {
        return loads.get();
    }

    /** Look-ups so far that failed. */
    public long failureCount() {
        return failures.get();
    }

    /** What a caller is told whose key nobody can look up. */
    public static GatewayException unavailable() {
        return new GatewayException(
                ErrorCode.DATABASE_UNAVAILABLE,
                "the API key cannot be looked up at the moment, because the database is away");
    }

    private void forget(Predicate<KeyGrant> isConcerned) {
        generation.incrementAndGet();
        known.asMap()
                .values()
                .removeIf(entry -> {
                    KeyGrant grant = entry.grant();
                    return grant != null && isConcerned.test(grant);
                });
    }

    private boolean isServedStale(long nowMillis) {
        long since = unavailableSince.get();
        return since != NO_OUTAGE && nowMillis - since < limits.stale().toMillis();
    }

    private void refresh(KeyId key) {
        KeyHash kept =
                switch (key) {
                    case KeyHash hash -> hash;
                    case KeyProbe probe -> probe.toHash();
                };
        if (!loading.containsKey(kept)) {
            load(kept);
        }
    }

    private void complete(KeyHash key, CompletableFuture<KnownKey> result) {
        try {
            KnownKey entry = loadNow(key);
            loading.remove(key, result);
            result.complete(entry);
        } catch (RuntimeException | Error e) {
            loading.remove(key, result);
            result.completeExceptionally(e);
        }
    }

    private KnownKey loadNow(KeyHash key) {
        while (true) {
            long before = generation.get();
            KnownKey entry = new KnownKey(ask(key), clock.millis(), before);
            known.put(key, entry);
            if (generation.get() == before) {
                return entry;
            }
            known.asMap().remove(key, entry);
        }
    }

    private @Nullable KeyGrant ask(KeyHash key) {
        loads.incrementAndGet();
        try {
            KeyGrant grant = source.find(key);
            unavailableSince.set(NO_OUTAGE);
            return grant;
        } catch (GatewayException e) {
            failures.incrementAndGet();
            if (e.code() == ErrorCode.DATABASE_UNAVAILABLE) {
                unavailableSince.compareAndSet(NO_OUTAGE, clock.millis());
            }
            throw e;
        }
    }
}
