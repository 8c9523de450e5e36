package io.sluice.auth;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of the keys of the database.
 *
 * <p>The calls of a key that is good for so many of them are taken from the database before they
 * are forwarded, all that wait for the same key in one step; those of other keys are added up here
 * and told now and then. Safe for any thread; never blocks its caller but in {@link #flush}.
 */
public final class RequestCounts {

    private static final int MAX_STEP = 1_000;
    private static final int MAX_WAITING = 10_000;

    private final RequestCountSource source;
    private final Executor workers;
    private final ConcurrentHashMap<String, Line> lines = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Uses> uses = new ConcurrentHashMap<>();

    /**
     * Nothing counted yet.
     *
     * @param workers runs what blocks
     */
    public RequestCounts(RequestCountSource source, Executor workers) {
        this.source = source;
        this.workers = workers;
    }

    /**
     * Takes one call of a key. The future ends on some thread: {@code true} if there was one left,
     * exceptionally with a {@link io.sluice.error.GatewayException} if nobody can say.
     */
    public CompletableFuture<Boolean> take(String keyId) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        Line line =
                lines.compute(
                        keyId,
                        (_, now) -> {
                            Line queue = now == null ? new Line() : now;
                            queue.add(taken);
                            return queue;
                        });
        if (line.begin()) {
            try {
                workers.execute(() -> work(keyId, line));
            } catch (RejectedExecutionException _) {
                taken.completeExceptionally(Keys.unavailable());
            }
        }
        return taken;
    }

    /** Gives one call back that was taken and refused later. What cannot be given back is lost. */
    public void giveBack(String keyId) {
        try {
            workers.execute(() -> {
                try {
                    source.giveBack(keyId, 1);
                } catch (io.sluice.error.GatewayException _) {
                    // The database is away; the call stays counted.
                }
            });
        } catch (RejectedExecutionException _) {
            // The process ends; the call stays counted.
        }
    }

    /** Notes a call of a key that is good for any number. For event loops. */
    public void note(String keyId, long nowMillis) {
        Uses own = uses.get(keyId);
        if (own == null) {
            own = uses.computeIfAbsent(keyId, _ -> new Uses());
        }
        own.calls.incrementAndGet();
        own.lastMillis = nowMillis;
    }

    /**
     * Tells the database what was noted. Blocks. What cannot be told is told the next time.
     *
     * @throws io.sluice.error.GatewayException if the database is away
     */
    public void flush() {
        Map<String, RequestCountSource.KeyUse> told = new HashMap<>();
        uses.forEach((keyId, own) -> {
            long calls = own.calls.getAndSet(0);
            if (calls > 0) {
                told.put(keyId, new RequestCountSource.KeyUse(calls, own.lastMillis));
            }
        });
        if (told.isEmpty()) {
            return;
        }
        boolean isTold = false;
        try {
            source.add(told);
            isTold = true;
        } finally {
            if (!isTold) {
                told.forEach((keyId, use) -> {
                    Uses own = uses.get(keyId);
                    if (own != null) {
                        own.calls.addAndGet(use.calls());
                    }
                });
            }
        }
    }

    private void work(String keyId, Line line) {
        for (List<CompletableFuture<Boolean>> step = next(keyId, line);
                step != null;
                step = next(keyId, line)) {
            try {
                int granted = source.take(keyId, step.size());
                for (int i = 0; i < step.size(); i++) {
                    step.get(i).complete(i < granted);
                }
            } catch (RuntimeException | Error e) {
                step.forEach(one -> one.completeExceptionally(e));
            }
        }
    }

    /** The next who wait, or {@code null} when nobody does any more and the line is gone. */
    private @Nullable List<CompletableFuture<Boolean>> next(String keyId, Line line) {
        List<CompletableFuture<Boolean>> step = new ArrayList<>();
        lines.compute(
                keyId,
                (_, now) -> {
                    line.takeInto(step);
                    return step.isEmpty() ? null : now;
                });
        return step.isEmpty() ? null : step;
    }

    /** Calls noted and not told. */
    private static final class Uses {

        private final AtomicLong calls = new AtomicLong();
        private volatile long lastMillis;
    }

    /** Who waits for one key. Its fields are touched under the map's own exclusion. */
    private static final class Line {

        private final ArrayDeque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
        private final java.util.concurrent.atomic.AtomicBoolean isWorked =
                new java.util.concurrent.atomic.AtomicBoolean();

        void add(CompletableFuture<Boolean> one) {
            if (waiting.size() >= MAX_WAITING) {
                one.completeExceptionally(
                        new io.sluice.error.GatewayException(
                                io.sluice.error.ErrorCode.OVERLOADED,
                                "too many calls with one API key at the same time"));
            } else {
                waiting.add(one);
            }
        }

        boolean begin() {
            return isWorked.compareAndSet(false, true);
        }

        void takeInto(List<CompletableFuture<Boolean>> step) {
            while (step.size() < MAX_STEP && !waiting.isEmpty()) {
                step.add(waiting.removeFirst());
            }
        }
    }
}
