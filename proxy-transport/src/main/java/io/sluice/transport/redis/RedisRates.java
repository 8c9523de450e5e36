package io.sluice.transport.redis;

import io.netty.util.concurrent.Ticker;
import io.sluice.admission.RateShare;
import io.sluice.admission.RateSharing;
import io.sluice.admission.RateSharing.Standing;
import io.sluice.config.RedisSettings;
import io.sluice.config.Secret;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricsReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rate windows of this process in step with those of others, on a thread of its own.
 *
 * <p>Safe for any thread. No call ever waits for it.
 */
public final class RedisRates implements AutoCloseable {

    /*
     * In each round, all windows that were used since the last one are reported in one batch, and
     * the answers say what others have used. A round comes every tenth of a second, and at once
     * when a slice is half used. Whatever goes wrong ends the connection; the next one is tried
     * after a while that doubles, and begins with whole reports.
     */

    private static final Logger LOG = LoggerFactory.getLogger(RedisRates.class);
    private static final Duration ROUND = Duration.ofMillis(100);
    private static final Duration LEAST_ROUND = Duration.ofMillis(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final int TIME_SAMPLES = 3;

    private final RedisLink link;
    private final RedisSettings settings;
    private final RateSharing sharing;
    private final Ticker ticker = Ticker.systemTicker();
    private final String process = UUID.randomUUID().toString().substring(0, 8);
    private final Thread thread;
    private final CountDownLatch firstTry = new CountDownLatch(1);
    private volatile boolean isClosed;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long retryNanos = FIRST_RETRY.toNanos();
    private long heardNanos;
    private boolean isSaid;

    /** A report that is on its way. */
    private record Sent(
            RateShare share, RateShare.Report report, CompletableFuture<List<?>> answer) {}

    private RedisRates(RedisSettings settings, Secret url, InstantSource clock) {
        this.settings = settings;
        this.link = new RedisLink(settings, url);
        this.thread = Thread.ofPlatform().daemon().name("redis-rates").unstarted(this::run);
        long wallNanos = TimeUnit.MILLISECONDS.toNanos(clock.millis());
        this.sharing =
                new RateSharing(
                        settings.sliceThousandths(),
                        () -> LockSupport.unpark(thread),
                        whenAway(),
                        wallNanos - ticker.nanoTime());
    }

    /**
     * What the operator wants; nothing is connected before {@link #start}.
     *
     * @return {@code null} where each process counts for itself
     * @throws IllegalArgumentException if the URL is not one
     */
    public static @Nullable RedisRates of(RedisSettings settings, InstantSource clock) {
        Secret url = settings.url();
        return url == null ? null : new RedisRates(settings, url, clock);
    }

    /** Begins, and waits until a first connection is there or has failed. */
    public void start() {
        thread.start();
        try {
            if (!firstTry.await(2 * settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the Redis at {} does not answer in time", link.describe());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** What rate windows are to be made with. */
    public RateSharing sharing() {
        return sharing;
    }

    /** For {@code GET /status}: {@code shared}, {@code local} or {@code refusing}. */
    public Standing standing() {
        return sharing.standing();
    }

    /** Passes its numbers on. */
    public void readMetrics(MetricsReader reader) {
        boolean isUp = sharing.standing() == Standing.SHARED;
        reader.onValue(Metric.REDIS_UP, List.of(), isUp ? 1 : 0);
        reader.onValue(Metric.RATE_REPORTS, List.of("answered"), answered.get());
        reader.onValue(Metric.RATE_REPORTS, List.of("failed"), failed.get());
    }

    private Standing whenAway() {
        return switch (settings.whenAway()) {
            case LOCAL -> Standing.LOCAL;
            case REFUSE -> Standing.REFUSING;
        };
    }

    private void run() {
        while (!isClosed) {
            try {
                if (!link.isOpen()) {
                    connect();
                }
                beat();
                report();
                onThere();
                pause(ROUND.toNanos());
            } catch (RuntimeException | ExecutionException | TimeoutException e) {
                onAway(e);
                pause(retryNanos);
                retryNanos = Math.min(LAST_RETRY.toNanos(), 2 * retryNanos);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** A short while is waited in any case, so that a burst of wishes is one round. */
    private void pause(long nanos) {
        firstTry.countDown();
        long until = ticker.nanoTime() + nanos;
        long least = ticker.nanoTime() + (link.isOpen() ? LEAST_ROUND.toNanos() : nanos);
        LockSupport.parkNanos(nanos);
        while (!isClosed && ticker.nanoTime() - least < 0) {
            LockSupport.parkNanos(Math.min(until, least) - ticker.nanoTime());
        }
    }

    private void connect() throws InterruptedException, ExecutionException, TimeoutException {
        link.connect();
        synchronize(TIME_SAMPLES);
        sharing.forEach(RateShare::forget);
    }

    /**
     * A connection that is dead is found out though nobody calls.
     *
     * @throws InterruptedException if the gateway stops
     * @throws ExecutionException if the server refuses
     * @throws TimeoutException if it does not answer in time
     */
    private void beat() throws InterruptedException, ExecutionException, TimeoutException {
        if (ticker.nanoTime() - heardNanos >= HEARTBEAT.toNanos()) {
            synchronize(1);
        }
    }

    /**
     * Reads the server's clock; the sample that took least time is the best.
     *
     * @throws InterruptedException if the gateway stops
     * @throws ExecutionException if the server refuses
     * @throws TimeoutException if it does not answer in time
     */
    private void synchronize(int samples)
            throws InterruptedException, ExecutionException, TimeoutException {
        long best = Long.MAX_VALUE;
        long offset = sharing.offsetNanos();
        for (int i = 0; i < samples; i++) {
            long before = ticker.nanoTime();
            long micros = await(link.time(), before);
            long after = ticker.nanoTime();
            if (after - before < best) {
                best = after - before;
                offset = TimeUnit.MICROSECONDS.toNanos(micros) - (before + (after - before) / 2);
            }
        }
        heardNanos = ticker.nanoTime();
        boolean isDoubtful = best > LEAST_ROUND.toNanos();
        if (!isDoubtful || Math.abs(offset - sharing.offsetNanos()) > best) {
            sharing.setOffsetNanos(offset);
        }
    }

    private void report() throws InterruptedException, ExecutionException, TimeoutException {
        sharing.onRound();
        List<Sent> round = new ArrayList<>();
        long now = ticker.nanoTime();
        sharing.forEach(share -> {
            RateShare.Report report = share.report(now);
            if (report != null) {
                String[] keys = RateScript.keys(share.name(), process);
                round.add(
                        new Sent(
                                share,
                                report,
                                link.report(keys, RateScript.arguments(share, report))));
            }
        });
        if (round.isEmpty()) {
            return;
        }
        link.flush();
        for (Sent sent : round) {
            RateScript.Answer answer = RateScript.answer(await(sent.answer, now));
            sent.share.onAnswer(sent.report, answer.others());
            if (answer.isLost()) {
                sent.share.forget();
            }
        }
        answered.addAndGet(round.size());
        heardNanos = ticker.nanoTime();
    }

    private <T> T await(CompletableFuture<T> answer, long sinceNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        long left = settings.timeout().toNanos() - (ticker.nanoTime() - sinceNanos);
        return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    }

    private void onThere() {
        retryNanos = FIRST_RETRY.toNanos();
        if (sharing.standing() != Standing.SHARED) {
            LOG.info("rate limits are counted together, by the Redis at {}", link.describe());
        }
        isSaid = false;
        sharing.setStanding(Standing.SHARED);
    }

    private void onAway(Exception e) {
        failed.incrementAndGet();
        link.disconnect();
        sharing.setStanding(whenAway());
        sharing.forEach(RateShare::forget);
        if (!isSaid && !isClosed) {
            LOG.warn(
                    "the Redis at {} cannot be reached, {}: {}",
                    link.describe(),
                    settings.whenAway() == RedisSettings.WhenAway.LOCAL
                            ? "rate limits are counted in this process alone"
                            : "calls with a rate limit are refused",
                    reason(e));
        }
        isSaid = true;
    }

    private static String reason(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        try {
            thread.join(2 * settings.timeout().toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        link.close();
    }
}
