package io.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sluice.config.LedgerSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir private Path folder;

    private final SpokenNotices notices = new SpokenNotices();
    private final WeakDisk disk = new WeakDisk();
    private Ledger ledger;
    private LedgerPublisher publisher;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(folder, Rows.SMALL, notices, InstantSource.system(), disk);
        publisher = ledger.newPublisher();
    }

    @AfterEach
    void close() throws IOException {
        ledger.abandon();
    }

    @Test
    void handsOutWhatWasPublished_inItsOrder_onlyOnceItIsOnTheDisk() throws IOException {
        JournalReader reader = ledger.openReader("export");
        publish(1);
        assertThat(reader.next()).isNull();

        ledger.pass();

        assertThat(must(reader).isRow()).isFalse();
        JournalRecord row = must(reader);
        assertThat(row.isRow()).isTrue();
        assertThat(row.id()).isEqualTo(new AttemptId(7, 1, 1));
        assertThat(reader.next()).isNull();
        assertThat(reader.position()).isEqualTo(reader.end()).isEqualTo(row.end());
        reader.close();
    }

    @Test
    void replaysTheSameBytes_fromACommittedPosition() throws Exception {
        publish(1);
        publish(2);
        ledger.pass();
        JournalReader reader = ledger.openReader("export");
        reader.next();
        JournalRecord first = must(reader);
        reader.commit(first.position());
        reader.close();

        JournalReader again = ledger.openReader("export");
        JournalRecord same = must(again);

        assertThat(same.toBytes()).isEqualTo(first.toBytes());
        assertThat(same.settlement().requestId()).isEqualTo("request-1");
        assertThat(must(again).id()).isEqualTo(new AttemptId(7, 2, 1));
        again.close();
    }

    @Test
    void keepsEveryRecord_whileRingAndSegmentsWrap() throws Exception {
        JournalReader reader = ledger.openReader("export");
        List<Long> read = new ArrayList<>();
        for (long call = 0; call < 3_000; call++) {
            publish(call);
            if (call % 5 == 4) {
                ledger.pass();
                drain(reader, read);
                reader.commit(reader.position());
            }
        }

        assertThat(read).hasSize(3_000).isSorted().doesNotHaveDuplicates();
        assertThat(ledger.segments()).hasSizeLessThan(4);
        assertThat(ledger.status().ringUsedBytes()).isZero();
        reader.close();
    }

    @Test
    void keepsWhatAReaderHasNotPassed() throws IOException {
        JournalReader slow = ledger.openReader("slow");
        JournalReader quick = ledger.openReader("quick");
        for (long call = 0; call < 700; call++) {
            publish(call);
            ledger.pass();
        }
        int before = ledger.segments().size();
        assertThat(before).isGreaterThan(2);

        quick.commit(quick.end());
        ledger.pass();
        assertThat(ledger.segments()).hasSize(before);

        slow.commit(slow.end());
        ledger.pass();
        assertThat(ledger.segments()).hasSize(1);
        slow.close();
        quick.close();
    }

    @Test
    void takesNoCall_withoutRoomForBothItsRecords() {
        int reserved = 0;
        while (publisher.reserve()) {
            reserved++;
        }

        assertThat(reserved)
                .isEqualTo((int) (ledger.status().ringBytes() / LedgerPublisher.ATTEMPT_BYTES));
        assertThat(ledger.hasRoom()).isFalse();
        assertThat(publisher.progress(Rows.plain(1), 1, 1, 1)).isTrue();

        publisher.release();
        ledger.pass();
        assertThat(ledger.hasRoom()).isTrue();
    }

    @Test
    void neverFailsAPromisedRecord_whenAllAreAsLongAsCanBe() throws IOException {
        AttemptRow row = longest();
        for (int lap = 0; lap < 50; lap++) {
            int admitted = 0;
            while (publisher.reserve()) {
                row.setId(lap, admitted++, 1);
                publisher.admit(row);
            }
            while (publisher.progress(row, 1, 1, 1)) {
                assertThat(ledger.status().ringUsedBytes())
                        .isLessThanOrEqualTo(ledger.status().ringBytes());
            }
            for (int i = 0; i < admitted; i++) {
                row.setId(lap, i, 1);
                publisher.settle(row);
            }
            ledger.pass();
            assertThat(ledger.status().ringUsedBytes()).isZero();
            JournalReader reader = ledger.openReader("export");
            reader.commit(reader.end());
            reader.close();
        }
    }

    @Test
    void losesNoCredit_underConcurrency() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        AtomicInteger settled = new AtomicInteger();
        AtomicInteger busy = new AtomicInteger(4);
        for (int i = 0; i < 4; i++) {
            int thread = i;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                LedgerPublisher own = ledger.newPublisher();
                                for (int call = 0; call < 2_000; call++) {
                                    AttemptRow row = Rows.plain(call);
                                    row.setId(thread, call, 1);
                                    while (!own.reserve()) {
                                        Thread.onSpinWait();
                                    }
                                    own.admit(row);
                                    own.progress(row, 1, 1, 1);
                                    own.settle(row);
                                    settled.incrementAndGet();
                                }
                                busy.decrementAndGet();
                            }));
        }
        List<Long> read = new ArrayList<>();
        while (busy.get() > 0) {
            passAndForget(read);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        passAndForget(read);

        assertThat(settled).hasValue(8_000);
        assertThat(read).hasSize(8_000);
        assertThat(ledger.status().ringUsedBytes()).isZero();
        assertThat(notices.warnings).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void losesNothing_whenTheDiskFails_andGoesOnWhenItIsBack(WeakDisk.Weakness weakness)
            throws Exception {
        List<Long> read = new ArrayList<>();
        JournalReader reader = ledger.openReader("export");
        for (int grace = 0; grace < 60; grace++) {
            disk.weakness = weakness;
            disk.grace = grace % 7;
            long told = notices.warnings.size();
            for (int i = 0; i < 6; i++) {
                publish(6L * grace + i);
                ledger.pass();
                if (!ledger.status().takesCalls()) {
                    assertThat(publisher.reserve()).isFalse();
                    assertThat(notices.warnings).hasSize((int) told + 1);
                    disk.weakness = WeakDisk.Weakness.NONE;
                    ledger.pass();
                    assertThat(ledger.status().takesCalls()).isTrue();
                    disk.weakness = weakness;
                    disk.grace = 9;
                }
                told = notices.warnings.size();
            }
            disk.weakness = WeakDisk.Weakness.NONE;
            ledger.pass();
            drain(reader, read);
            reader.commit(reader.position());
        }

        assertThat(read).hasSize(360).isSorted().doesNotHaveDuplicates();
        assertThat(notices.warnings).isNotEmpty().allMatch(said -> said.contains("disk"));
        assertThat(notices.notices).contains("the ledger takes calls again");
        assertThat(new LedgerVerifier(folder).verify(_ -> {}).fault()).isNull();
        reader.close();
    }

    @Test
    void refusesCalls_atTheBoundOfTheJournal_andKeepsWhatItTook() throws Exception {
        JournalReader reader = ledger.openReader("writer");
        AtomicInteger told = new AtomicInteger();
        long call = 0;
        while (publisher.reserve()) {
            publisher.admit(Rows.plain(call));
            publisher.settle(Rows.plain(call++));
            ledger.pass();
        }
        assertThat(ledger.status().takesCalls()).isFalse();
        assertThat(ledger.status().journalUsedBytes())
                .isLessThanOrEqualTo(ledger.status().journalBytes());
        assertThat(notices.warnings).singleElement().asString().contains("journal_bytes");
        ledger.onRoom(told::incrementAndGet);
        ledger.pass();
        assertThat(told).hasValue(0);

        List<Long> read = new ArrayList<>();
        drain(reader, read);
        reader.commit(reader.position());
        ledger.pass();
        ledger.pass();

        assertThat(told).hasValue(1);
        assertThat(ledger.hasRoom()).isTrue();
        drain(reader, read);
        assertThat(read).hasSize((int) call).isSorted().doesNotHaveDuplicates();
        reader.close();
    }

    @Test
    void allocatesNothing_whenPublishing() throws IOException {
        AttemptRow row = Rows.any(new Random(1));
        JournalReader reader = ledger.openReader("export");
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 400; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10; i++) {
                row.setId(round, i, 1);
                assert publisher.reserve();
                publisher.admit(row);
                publisher.progress(row, 1, 2, 3);
                publisher.settle(row);
            }
            allocated = Math.min(allocated, THREADS.getCurrentThreadAllocatedBytes() - before);
            ledger.pass();
            reader.commit(reader.end());
        }
        reader.close();

        assertThat(allocated).isZero();
    }

    @Test
    void goesOn_whenOneWhoWaitsCannotBeTold() {
        AtomicInteger told = new AtomicInteger();
        ledger.onRoom(() -> {
            throw new IllegalStateException("its loop has ended");
        });
        ledger.onRoom(told::incrementAndGet);

        ledger.pass();

        assertThat(told).hasValue(1);
        assertThat(notices.warnings).singleElement().asString().contains("its loop has ended");
    }

    @Test
    void refusesASecondProcess() {
        assertThatThrownBy(() -> Ledger.open(folder, Rows.SMALL, notices, InstantSource.system()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("another process");
    }

    @Test
    void refusesAJournalThatCannotHoldTheRing() {
        LedgerSettings settings =
                new LedgerSettings(
                        true,
                        1 << 20,
                        1 << 20,
                        Duration.ofMillis(50),
                        LedgerSettings.WhenFull.REFUSE);

        assertThatThrownBy(() -> LedgerSizes.of(settings))
                .hasMessageContaining("ledger.journal_bytes must be at least 8388608");
    }

    @Test
    void movesRecordsByItself_andClosesWhole(@TempDir Path own) throws Exception {
        Ledger running = Ledger.open(own, Rows.SMALL, notices, InstantSource.system());
        LedgerPublisher mine = running.newPublisher();
        for (long call = 0; call < 500; call++) {
            while (!mine.reserve()) {
                Thread.onSpinWait();
            }
            mine.admit(Rows.plain(call));
            mine.settle(Rows.plain(call));
        }
        running.close();

        LedgerVerifier.Report report = new LedgerVerifier(own).verify(_ -> {});
        assertThat(report.fault()).isNull();
        assertThat(report.settles()).isEqualTo(500);
        assertThat(report.open()).isZero();
        assertThat(report.inUse()).isFalse();
        assertThat(mine.reserve()).isFalse();
        assertThat(running.status().records()).isEqualTo(1_000);
        assertThat(running.status().syncs()).isPositive();
        assertThat(running.status().slowestSyncMicros())
                .isLessThanOrEqualTo(running.status().syncMicros());
    }

    private void publish(long call) {
        assertThat(publisher.reserve()).isTrue();
        publisher.admit(Rows.plain(call));
        publisher.settle(Rows.plain(call));
    }

    private void passAndForget(List<Long> read) {
        ledger.pass();
        try (JournalReader reader = ledger.openReader("export")) {
            drain(reader, read);
            reader.commit(reader.position());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JournalRecord must(JournalReader reader) throws IOException {
        return Objects.requireNonNull(reader.next());
    }

    private static AttemptRow longest() {
        AttemptRow row = Rows.plain(1);
        String longest = "x".repeat(300);
        row.setRequestId(longest);
        row.setKey(longest, longest);
        row.setOwner(longest, longest, longest, longest);
        row.setEndUser(longest);
        row.setModels(longest, longest);
        row.setTarget(longest, longest);
        return row;
    }

    /** Adds the call of each row that there is. */
    static void drain(JournalReader reader, List<Long> read) throws IOException {
        JournalRecord record = reader.next();
        while (record != null) {
            if (record.isRow()) {
                read.add(record.id().callLow());
            }
            record = reader.next();
        }
    }
}
