package io.sluice.transport.upstream;

import io.sluice.routing.TargetCredential;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that holds for a while: fetched when it is first asked for, kept, and renewed ahead of
 * its end.
 *
 * <p>Safe for any thread; nothing here blocks but the fetch itself, which runs on a worker.
 */
final class Renewal<T> {

    /*
     * A token is renewed by whoever uses it first when little of it is left, in the background, and
     * the old one serves until it ends; an identity that nobody uses fetches nothing. At most one
     * fetch runs at a time: `running` holds its outcome, and whoever takes that place looks again
     * at what there is, since the last fetch may have ended in between.
     *
     * After a fetch, failed or not, there is a pause before the next, so that neither a token
     * service that is down nor one that hands out tokens about to end is asked with every call.
     */

    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    static final long PAUSE_MILLIS = TimeUnit.SECONDS.toMillis(3);

    /** Taken off a token's life, for clocks that differ and for its way to the provider. */
    static final long MARGIN_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final String name;
    private final Source<T> source;
    private final long aheadMillis;
    private final InstantSource clock;
    private final Executor workers;
    private final AtomicReference<@Nullable CompletableFuture<@Nullable String>> running =
            new AtomicReference<>();

    private volatile @Nullable Held<T> held;
    private volatile @Nullable Failed failed;

    private record Held<T>(T value, long renewAtMillis, long endMillis) {

        boolean isValid(long nowMillis) {
            return nowMillis < endMillis;
        }
    }

    private record Failed(String problem, long untilMillis) {}

    /** Where such things come from. */
    @FunctionalInterface
    interface Source<T> {

        /**
         * Fetches one. Blocks, for a bounded time.
         *
         * @throws IOException if there is none; its message is fit for a caller's eyes
         * @throws InterruptedException if this thread is told to stop
         */
        Grant<T> fetch() throws IOException, InterruptedException;
    }

    /**
     * What was fetched.
     *
     * @param lifetimeMillis how long it is valid from now on
     */
    record Grant<T>(T value, long lifetimeMillis) {}

    /**
     * One that is not fetched yet.
     *
     * @param name of whom it is for, for the log
     * @param aheadMillis how long before its end it is renewed
     * @param workers run fetches, which block
     */
    Renewal(
            String name,
            Source<T> source,
            long aheadMillis,
            InstantSource clock,
            Executor workers) {
        this.name = name;
        this.source = source;
        this.aheadMillis = aheadMillis;
        this.clock = clock;
        this.workers = workers;
    }

    /** What is held, or {@code null} if it must be fetched first. */
    @Nullable T current() {
        Held<T> token = held;
        long nowMillis = clock.millis();
        if (token == null || !token.isValid(nowMillis)) {
            return null;
        }
        if (nowMillis >= token.renewAtMillis && isFetchDue(nowMillis)) {
            fetching();
        }
        return token.value;
    }

    /** Fetches it and tells {@code onDone} once; see {@link TargetCredential#fetch}. */
    void fetch(Consumer<@Nullable String> onDone) {
        fetching().thenAccept(onDone);
    }

    /** The outcome of the fetch that runs, or of a new one: {@code null} or what went wrong. */
    private CompletableFuture<@Nullable String> fetching() {
        CompletableFuture<@Nullable String> mine = new CompletableFuture<>();
        CompletableFuture<@Nullable String> other = running.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        long nowMillis = clock.millis();
        Failed last = failed;
        if (!isFetchDue(nowMillis)) {
            end(mine, last == null ? null : last.problem);
            return mine;
        }
        try {
            workers.execute(() -> end(mine, fetchNow()));
        } catch (RejectedExecutionException _) {
            end(mine, "the gateway is shutting down");
        }
        return mine;
    }

    private boolean isFetchDue(long nowMillis) {
        Held<T> token = held;
        Failed last = failed;
        boolean isPaused = last != null && nowMillis < last.untilMillis;
        return !isPaused && (token == null || nowMillis >= token.renewAtMillis);
    }

    private void end(CompletableFuture<@Nullable String> mine, @Nullable String problem) {
        running.set(null);
        mine.complete(problem);
    }

    private @Nullable String fetchNow() {
        String problem;
        try {
            hold(source.fetch());
            return null;
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            problem = "the gateway is shutting down";
        } catch (RuntimeException e) {
            LOG.error("the fetch of a credential for {} failed unexpectedly", name, e);
            problem = "the credential could not be fetched";
        }
        failed = new Failed(problem, clock.millis() + PAUSE_MILLIS);
        LOG.warn("no credential for {}: {}", name, problem);
        return problem;
    }

    private void hold(Grant<T> grant) {
        long nowMillis = clock.millis();
        long granted = grant.lifetimeMillis();
        long lifeMillis = Math.max(Math.min(granted, PAUSE_MILLIS), granted - MARGIN_MILLIS);
        long earlyMillis = Math.min(aheadMillis - MARGIN_MILLIS, lifeMillis / 2);
        long renewInMillis = Math.max(PAUSE_MILLIS, lifeMillis - earlyMillis);
        held =
                new Held<>(
                        grant.value(),
                        nowMillis + Math.min(lifeMillis, renewInMillis),
                        nowMillis + lifeMillis);
        failed = null;
        LOG.info("has a credential for {}, valid for {} s", name, granted / 1000);
    }
}
