package io.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateWindowTest {

    private static final long WINDOW = 60_000;
    private static final long SLOT = WINDOW / 60;

    /** What was taken, and when. */
    private record Taken(long nanos, long amount) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverExceedsTheLimit_inAnyStretchAsLongAsTheWindow(long seed) {
        Random random = new Random(seed);
        RateWindow window = new RateWindow(WINDOW, 0);
        long limit = 1 + random.nextLong(50);
        List<Taken> all = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 4_000; step++) {
            now += random.nextInt(20) == 0 ? random.nextLong(3 * WINDOW) : random.nextLong(SLOT);
            long amount = 1 + random.nextLong(Math.min(3, limit));
            long slot = window.take(amount, limit, now);
            long strict = since(all, now - WINDOW);
            if (slot >= 0) {
                assertThat(strict + amount)
                        .as("seed %d, step %d", seed, step)
                        .isLessThanOrEqualTo(limit);
                if (random.nextInt(5) == 0) {
                    window.giveBack(slot, amount);
                } else {
                    all.add(new Taken(now, amount));
                }
            } else {
                long lenient = since(all, now - WINDOW - 2 * SLOT);
                assertThat(lenient + amount)
                        .as("refused without need; seed %d, step %d", seed, step)
                        .isGreaterThan(limit);
            }
        }
        assertThat(all).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void saysHowLongToWait_exactly(long seed) {
        Random random = new Random(seed);
        RateWindow window = new RateWindow(WINDOW, 0);
        long now = 0;
        for (int step = 0; step < 500; step++) {
            now += random.nextLong(WINDOW / 10);
            if (window.take(1, 5, now) < 0) {
                long wait = window.waitNanos(1, 5, now);
                assertThat(wait).as("seed %d, step %d", seed, step).isPositive();
                assertThat(window.used(now + wait - 1)).isEqualTo(5);
                assertThat(window.take(1, 5, now + wait)).isNotNegative();
                now += wait;
            }
        }
    }

    @Test
    void isEmptyAgain_whenItSaysSo() {
        RateWindow window = new RateWindow(WINDOW, 0);
        window.take(3, 10, 5 * SLOT);
        long reset = window.resetNanos(20 * SLOT);

        assertThat(window.used(20 * SLOT + reset - 1)).isEqualTo(3);
        assertThat(window.used(20 * SLOT + reset)).isZero();
        assertThat(window.resetNanos(20 * SLOT + reset)).isZero();
    }

    @Test
    void countsWhatWasUsedBeyondTheLimit() {
        RateWindow window = new RateWindow(WINDOW, 0);
        window.add(50, 0);

        assertThat(window.take(1, 10, WINDOW / 2)).isNegative();
        assertThat(window.take(1, 10, WINDOW + SLOT)).isNotNegative();
    }

    @Test
    void takesBackNothing_thatCountsNoMore() {
        RateWindow window = new RateWindow(WINDOW, 0);
        long slot = window.take(7, 10, 0);
        window.take(10, 10, 2 * WINDOW);

        window.giveBack(slot, 7);

        assertThat(window.used(2 * WINDOW)).isEqualTo(10);
    }

    @Test
    void refusesEverything_whereTheLimitIsNothing() {
        RateWindow window = new RateWindow(WINDOW, 0);

        assertThat(window.take(1, 0, 0)).isNegative();
    }

    @Test
    void isOneLimit_howeverManyThreadsTakeFromIt() throws Exception {
        int threads = 8;
        for (int round = 0; round < 200; round++) {
            RateWindow window = new RateWindow(WINDOW, 0);
            long limit = 100;
            assertThat(total(threads, () -> takeMany(window, limit, 50, 0))).isEqualTo(limit);
            assertThat(window.used(0)).isEqualTo(limit);
        }
    }

    @Test
    void forgetsNothing_whileTimeGoesOnUnderManyThreads() throws Exception {
        RateWindow window = new RateWindow(WINDOW, 0);
        AtomicLong clock = new AtomicLong();
        total(
                8,
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        long now = clock.addAndGet(SLOT / 7);
                        long slot = window.take(1, 40, now);
                        if (slot >= 0 && i % 3 == 0) {
                            window.giveBack(slot, 1);
                        }
                    }
                    return 0L;
                });

        assertThat(window.used(clock.get() + 2 * WINDOW)).as("nothing is left behind").isZero();
        assertThat(window.take(40, 40, clock.get() + 2 * WINDOW)).isNotNegative();
    }

    private static long takeMany(RateWindow window, long limit, int tries, long now) {
        long taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += window.take(1, limit, now) >= 0 ? 1 : 0;
        }
        return taken;
    }

    private static long total(int threads, Callable<Long> work) throws Exception {
        long total = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<Long> one : pool.invokeAll(java.util.Collections.nCopies(threads, work))) {
                total += one.get();
            }
        }
        return total;
    }

    private static long since(List<Taken> all, long nanos) {
        return all.stream().filter(one -> one.nanos() > nanos).mapToLong(Taken::amount).sum();
    }
}
