package io.sluice.admission;

import static io.sluice.admission.AdmissionFixture.admitted;
import static io.sluice.admission.AdmissionFixture.granting;
import static io.sluice.admission.AdmissionFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.admission.RateSharing.Standing;
import io.sluice.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateShareTest {

    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final long SECOND = 1_000_000_000L;

    /** What all processes have told, as Redis keeps it. */
    private static final class Common {

        private final Map<Integer, Map<Long, Long>> told = new HashMap<>();

        void exchange(Peer peer, long nowNanos) {
            RateShare.Report report = peer.share.report(nowNanos);
            if (report != null) {
                peer.share.onAnswer(report, answer(peer.id, report));
            }
        }

        SlotCounts answer(int id, RateShare.Report report) {
            Map<Long, Long> own = told.computeIfAbsent(id, _ -> new HashMap<>());
            if (report.isWhole()) {
                own.clear();
            }
            for (int i = 0; i < report.used().size(); i++) {
                own.put(report.used().slot(i), report.used().count(i));
            }
            SlotCounts others = new SlotCounts();
            told.forEach((other, counts) -> {
                if (other != id) {
                    counts.forEach(others::add);
                }
            });
            return others;
        }
    }

    /** One of several that take from one window. */
    private static final class Peer {

        final int id;
        final AtomicInteger wakes = new AtomicInteger();
        final RateSharing sharing;
        final RateWindow window;
        final RateShare share;

        Peer(int id, Standing standing, int slice, long offsetNanos) {
            this.id = id;
            sharing = new RateSharing(slice, wakes::incrementAndGet, standing, offsetNanos);
            window = sharing.newWindow(AccountKind.KEY, "k", LimitUnit.REQUESTS, WINDOW);
            List<RateShare> shares = new ArrayList<>();
            sharing.forEach(shares::add);
            share = shares.getFirst();
        }
    }

    private record Taken(long nanos, long amount) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void staysWithinTheLimitAndTheOthersSlices_howeverReportsAreDelayed(long seed) {
        Random random = new Random(seed);
        int count = 2 + random.nextInt(3);
        long limit = 20 + random.nextLong(200);
        int slice = 50 + random.nextInt(300);
        Common common = new Common();
        List<Peer> peers = new ArrayList<>();
        List<Long> clocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long clock = random.nextLong(1_000 * SECOND);
            clocks.add(clock);
            peers.add(new Peer(i, Standing.SHARED, slice, 2_000_000 * SECOND - clock));
        }
        List<Taken> all = new ArrayList<>();
        long now = 0;
        long biggest = 0;
        long peak = 0;
        for (int step = 0; step < 6_000; step++) {
            now +=
                    random.nextInt(400) == 0
                            ? random.nextLong(90 * SECOND)
                            : random.nextLong(SECOND / 9);
            int at = random.nextInt(count);
            Peer one = peers.get(at);
            long own = now + clocks.get(at);
            if (random.nextInt(4) == 0) {
                common.exchange(one, own);
                continue;
            }
            long amount = 1 + random.nextLong(4);
            long slot = one.window.take(amount, limit, own);
            if (slot < 0) {
                continue;
            }
            if (random.nextInt(6) == 0) {
                one.window.giveBack(slot, amount);
                continue;
            }
            biggest = Math.max(biggest, amount);
            all.add(new Taken(now, amount));
            long from = now - WINDOW.toNanos();
            all.removeIf(taken -> taken.nanos() <= from);
            long used = all.stream().mapToLong(Taken::amount).sum();
            long ahead = Math.max(one.sharing.slice(limit), biggest);
            peak = Math.max(peak, used);
            assertThat(used)
                    .as("seed %d, step %d", seed, step)
                    .isLessThanOrEqualTo(limit + (count - 1) * ahead);
        }
        assertThat(peak).as("the limit can be used").isGreaterThan(limit * 8 / 10);
    }

    @Test
    void seesWhatOthersUse_untilItsTimeIsOver() {
        Common common = new Common();
        Peer one = new Peer(1, Standing.SHARED, 1000, 0);
        Peer other = new Peer(2, Standing.SHARED, 1000, 0);
        assertThat(one.window.take(8, 10, 0)).isNotNegative();
        common.exchange(one, 0);
        assertThat(other.window.take(1, 10, 0)).isNotNegative();
        common.exchange(other, 0);

        assertThat(other.window.used(0)).isEqualTo(9);
        assertThat(other.window.take(2, 10, 0)).isNegative();
        assertThat(other.window.waitNanos(2, 10, 0)).isEqualTo(61 * SECOND);
        assertThat(other.window.resetNanos(0)).isEqualTo(61 * SECOND);
        assertThat(other.window.used(61 * SECOND)).isZero();
        assertThat(other.window.take(10, 10, 61 * SECOND)).isNotNegative();
    }

    @Test
    void takesBackWhatOthersGaveBack() {
        Common common = new Common();
        Peer one = new Peer(1, Standing.SHARED, 1000, 0);
        Peer other = new Peer(2, Standing.SHARED, 1000, 0);
        long slot = one.window.take(9, 10, 0);
        common.exchange(one, 0);
        one.window.giveBack(slot, 7);
        common.exchange(one, SECOND);

        assertThat(other.window.take(1, 10, SECOND)).isNotNegative();
        common.exchange(other, SECOND);
        assertThat(other.window.used(SECOND)).isEqualTo(3);
    }

    @Test
    void waitsForItsNextSlice_andAsksForIt() {
        Common common = new Common();
        Peer one = new Peer(1, Standing.SHARED, 100, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(one.window.take(1, 100, 0)).isNotNegative();
        }
        assertThat(one.wakes).hasValue(1);

        assertThat(one.window.take(1, 100, 0)).isNegative();
        assertThat(one.window.used(0)).isEqualTo(10);
        assertThat(one.window.waitNanos(1, 100, 0)).isEqualTo(SECOND / 10);

        one.sharing.onRound();
        common.exchange(one, 0);
        assertThat(one.window.take(1, 100, 0)).isNotNegative();
        assertThat(one.share.report(0)).isNotNull();
        assertThat(one.share.report(0)).as("nothing new").isNull();
    }

    @Test
    void letsACallThrough_thatIsLargerThanASlice() {
        Peer one = new Peer(1, Standing.SHARED, 10, 0);

        assertThat(one.window.take(60, 100, 0)).isNotNegative();
        assertThat(one.window.take(1, 100, 0)).as("nothing was reported").isNegative();
    }

    @Test
    void countsAlone_whileTheCountIsAway() {
        Common common = new Common();
        Peer one = new Peer(1, Standing.SHARED, 100, 0);
        Peer other = new Peer(2, Standing.SHARED, 100, 0);
        assertThat(other.window.take(4, 10, 0)).isNotNegative();
        common.exchange(other, 0);
        assertThat(one.window.take(1, 10, 0)).isNotNegative();
        common.exchange(one, 0);

        one.sharing.setStanding(Standing.LOCAL);
        for (int i = 0; i < 5; i++) {
            assertThat(one.window.take(1, 10, SECOND)).isNotNegative();
        }
        assertThat(one.window.take(1, 10, SECOND)).as("what is known of others").isNegative();
        assertThat(one.window.take(1, 10, 61 * SECOND)).isNotNegative();
    }

    @Test
    void tellsEverythingAgain_whenItWasForgotten() {
        Common common = new Common();
        Peer one = new Peer(1, Standing.SHARED, 1000, 0);
        one.window.take(3, 10, 0);
        common.exchange(one, 0);
        one.window.take(2, 10, 5 * SECOND);
        assertThat(Objects.requireNonNull(one.share.report(5 * SECOND)).isWhole()).isFalse();

        one.share.forget();
        RateShare.Report report = Objects.requireNonNull(one.share.report(5 * SECOND));

        assertThat(report.isWhole()).isTrue();
        assertThat(report.used().size()).isEqualTo(2);
        assertThat(report.used().count(0) + report.used().count(1)).isEqualTo(5);
    }

    @Test
    void movesItsSlots_whenTheClocksDriftApart() {
        Peer one = new Peer(1, Standing.SHARED, 1000, 0);
        one.window.take(3, 10, 0);
        RateShare.Report before = Objects.requireNonNull(one.share.report(0));
        one.share.onAnswer(before, new SlotCounts());

        one.sharing.setOffsetNanos(10 * SECOND);
        one.window.take(1, 10, 0);
        RateShare.Report after = Objects.requireNonNull(one.share.report(0));

        assertThat(after.isWhole()).isTrue();
        assertThat(after.used().slot(0)).isEqualTo(before.used().slot(0) + 10);
        one.share.onAnswer(after, new SlotCounts().add(after.used().slot(0), 2));
        assertThat(one.window.used(0)).isEqualTo(6);
    }

    @Test
    void refusesCallsWithARateLimit_whereNobodyCounts() {
        RateSharing sharing = new RateSharing(100, () -> {}, Standing.REFUSING, 0);
        AdmissionFixture fixture = new AdmissionFixture(new Accounts(sharing), null);
        Account limited =
                fixture.key("a", granting(AdmissionFixture.perMinute(LimitUnit.REQUESTS, 9)));
        Account free = fixture.key("b", AdmissionFixture.parallel(5));

        Refusal refusal = refused(fixture.ask(1, limited));
        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.message()).contains("cannot be reached");
        fixture.levels.clear();
        fixture.levels.add(limited);
        assertThat(fixture.admission.precheck(fixture.levels, 0, 0)).isEqualTo(refusal);
        admitted(fixture.ask(1, free)).close();

        sharing.setStanding(Standing.LOCAL);
        admitted(fixture.ask(1, limited)).close();
    }
}
