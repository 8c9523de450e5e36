package io.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRatesTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MINUTE = 60 * SECOND;

    @Test
    void admitsAsManyAsTheLimitSays_ofEachAddress() {
        AddressRates rates = new AddressRates(7);

        assertThat(admitted(rates, 1, 30, 100, 0)).isEqualTo(30);
        assertThat(admitted(rates, 2, 30, 100, 0)).isEqualTo(30);
    }

    @Test
    void saysHowLongToWait_exactly() {
        AddressRates rates = new AddressRates(7);
        admitted(rates, 1, 2, 1, 0);
        admitted(rates, 1, 2, 1, 20 * SECOND);

        long wait = rates.take(1, 2, 30 * SECOND);

        assertThat(wait).isBetween(30 * SECOND, 31 * SECOND);
        assertThat(rates.take(1, 2, 30 * SECOND + wait - 1)).isEqualTo(1);
        assertThat(rates.take(1, 2, 30 * SECOND + wait)).isZero();
        assertThat(rates.take(1, 2, 30 * SECOND + wait)).isPositive();
    }

    @Test
    void followsAnotherLimit_withWhatWasCounted() {
        AddressRates rates = new AddressRates(7);

        assertThat(admitted(rates, 1, 5, 10, 0)).isEqualTo(5);
        assertThat(admitted(rates, 1, 8, 10, SECOND)).isEqualTo(3);
        assertThat(admitted(rates, 1, 2, 10, 2 * SECOND)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,10.1.2.3,true",
        "10.1.2.3,10.1.2.4,false",
        "10.1.2.3,::ffff:10.1.2.3,true",
        "200.1.2.3,72.1.2.3,false",
        "2001:db8:1:2::1,2001:db8:1:2:ffff:ffff:ffff:ffff,true",
        "2001:db8:1:2::1,2001:db8:1:3::1,false",
        "2001:db8:1:2::1,2001:db8:0:2::1,false",
        "0.0.0.1,::1,false",
        "127.0.0.1,::1,false"
    })
    void takesAnAddressWhole_andOfIpv6ThePrefix(String one, String other, boolean areOne)
            throws UnknownHostException {
        long first = AddressRates.key(InetAddress.getByName(one));
        long second = AddressRates.key(InetAddress.getByName(other));

        assertThat(first == second).isEqualTo(areOne);
    }

    @Test
    void keepsWhatCounts_whenTheTableIsFull() {
        AddressRates rates = new AddressRates(1, 1, 7);
        for (int address = 0; address < 8; address++) {
            assertThat(admitted(rates, address, 3, 5, 0)).isEqualTo(3);
        }

        long strangers = 0;
        for (int address = 100; address < 300; address++) {
            strangers += admitted(rates, address, 3, 5, SECOND);
        }

        assertThat(strangers).as("they share one window").isEqualTo(3);
        assertThat(rates.take(100, 3, 2 * SECOND)).isBetween(59 * SECOND, 61 * SECOND);
        for (int address = 0; address < 8; address++) {
            assertThat(admitted(rates, address, 3, 5, 2 * SECOND)).isZero();
        }
    }

    @Test
    void makesRoom_onceNothingCountsAnyMore() {
        AddressRates rates = new AddressRates(1, 1, 7);
        for (int address = 0; address < 8; address++) {
            admitted(rates, address, 3, 5, 0);
        }

        long later = 2 * MINUTE;
        for (int address = 100; address < 108; address++) {
            assertThat(admitted(rates, address, 3, 5, later)).isEqualTo(3);
        }
        assertThat(admitted(rates, 0, 3, 5, later)).as("shares").isEqualTo(3);
        assertThat(admitted(rates, 1, 3, 5, later)).as("with this one").isZero();
    }

    @Test
    void takesWhatItShared_alongToAWindowOfItsOwn() {
        AddressRates rates = new AddressRates(1, 1, 7);
        for (int address = 0; address < 8; address++) {
            admitted(rates, address, 3, 5, 0);
        }
        assertThat(admitted(rates, 100, 3, 5, 50 * SECOND)).isEqualTo(3);

        assertThat(admitted(rates, 100, 3, 5, 70 * SECOND)).isZero();
        assertThat(admitted(rates, 100, 3, 5, 70 * SECOND + 2 * MINUTE)).isEqualTo(3);
    }

    /** Whatever comes and goes, and however few places there are. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neverExceedsTheLimit_inAnyMinute_ofAnyAddress(long seed) {
        Random random = new Random(seed);
        AddressRates rates = new AddressRates(2, 2, seed);
        int limit = 1 + random.nextInt(5);
        List<List<Long>> taken = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            taken.add(new ArrayList<>());
        }
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt(100) == 0 ? random.nextLong(2 * MINUTE) : random.nextLong(SECOND);
            int address = random.nextInt(taken.size());
            if (rates.take(address, limit, now) == 0) {
                long since = now - MINUTE;
                List<Long> own = taken.get(address);
                own.add(now);
                assertThat(own.stream().filter(at -> at > since).count())
                        .as("seed %d, step %d", seed, step)
                        .isLessThanOrEqualTo(limit);
            }
        }
        assertThat(taken).allSatisfy(own -> assertThat(own).isNotEmpty());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void admitsExactlyTheLimit_onManyThreads_whoMakeRoomForOthers(long seed) throws Exception {
        AddressRates rates = new AddressRates(4, 1, seed);
        for (long stranger = 1000; stranger < 1200; stranger++) {
            rates.take(stranger, 1, 0);
        }
        int threads = 8;
        long later = 3 * MINUTE;
        List<Callable<long[]>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            tasks.add(() -> {
                long[] admitted = new long[5];
                for (int round = 0; round < 2_000; round++) {
                    for (int address = 0; address < admitted.length; address++) {
                        admitted[address] += rates.take(address, 700, later) == 0 ? 1 : 0;
                    }
                }
                return admitted;
            });
        }
        long[] all = new long[5];
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<long[]> one : pool.invokeAll(tasks)) {
                for (int address = 0; address < all.length; address++) {
                    all[address] += one.get()[address];
                }
            }
        }
        assertThat(all).containsOnly(700);
    }

    @Test
    void allocatesNothing_afterAnAddressesFirstRequest() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AddressRates rates = new AddressRates(7);
        long admitted = 0;
        for (int i = 0; i < 20_000; i++) {
            admitted += rates.take(i & 15, 1_000_000, i * 1_000L) == 0 ? 1 : 0;
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 20_000; i < 120_000; i++) {
            admitted += rates.take(i & 15, 1_000_000, i * 1_000L) == 0 ? 1 : 0;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(admitted).isEqualTo(120_000);
        assertThat(allocated).as("bytes in 100,000 requests").isLessThan(10_000);
    }

    private static int admitted(
            AddressRates rates, long address, long limit, int times, long nowNanos) {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            admitted += rates.take(address, limit, nowNanos) == 0 ? 1 : 0;
        }
        return admitted;
    }
}
