package io.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerWriterTest {

    @TempDir private Path folder;

    private final SpokenNotices notices = new SpokenNotices();
    private final MemorySink sink = new MemorySink();
    private Ledger ledger;
    private LedgerPublisher publisher;
    private LedgerWriter writer;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(folder, Rows.SMALL, notices, InstantSource.system(), new RealDisk());
        publisher = ledger.newPublisher();
        writer = LedgerWriter.open(ledger, folder, sink, notices);
    }

    @AfterEach
    void close() throws IOException {
        ledger.abandon();
    }

    @Test
    void writesEachRow_andItsPosition() {
        publish(1);
        publish(2);
        ledger.pass();

        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.IDLE);

        assertThat(sink.calls()).containsExactly(1L, 2L);
        assertThat(sink.position).isEqualTo(ledger.status().position());
        assertThat(sink.writer).isEqualTo(ledger.id()).isEqualTo(writer.id());
        assertThat(writer.rowsWritten()).isEqualTo(2);
        assertThat(writer.lagBytes()).isZero();
        assertThat(ledger.status().backlogBytes()).isZero();
    }

    @Test
    void waits_whileTheDatabaseIsAway_andSaysSoOnce() {
        sink.isAway = true;
        for (int call = 0; call < 50; call++) {
            publish(call);
            ledger.pass();
            assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.FAILED);
        }
        assertThat(writer.isWaiting()).isTrue();
        assertThat(notices.warnings).singleElement().asString().contains("waits for the database");
        assertThat(ledger.hasRoom()).isTrue();

        sink.isAway = false;
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);

        assertThat(sink.calls()).hasSize(50).doesNotHaveDuplicates();
        assertThat(writer.isWaiting()).isFalse();
        assertThat(notices.notices).singleElement().asString().contains("again");
    }

    @Test
    void writesNoRowTwice_whenTheAnswerWasLost() {
        publish(1);
        publish(2);
        ledger.pass();
        sink.losesAnswer = true;
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.FAILED);
        sink.losesAnswer = false;
        publish(3);
        ledger.pass();

        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        assertThat(sink.calls()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void goesOnAndWritesNoRowTwice_whileItsPositionCannotBeStored() throws IOException {
        Path inTheWay = Ledger.readersFolder(folder).resolve(LedgerWriter.READER + ".new");
        Files.createDirectory(inTheWay);
        for (int call = 1; call <= 3; call++) {
            publish(call);
            ledger.pass();
            assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        }

        assertThat(sink.offered).containsExactly(1L, 2L, 3L);
        assertThat(writer.isWaiting()).isFalse();
        assertThat(ledger.status().backlogBytes()).isZero();
        assertThat(notices.warnings).singleElement().asString().contains("cannot be stored");

        Files.delete(inTheWay);
        publish(4);
        ledger.pass();
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);

        assertThat(sink.offered).containsExactly(1L, 2L, 3L, 4L);
        assertThat(notices.notices).singleElement().asString().contains("is stored again");
    }

    @Test
    void goesOnWhereTheDatabaseIs_afterARestart() throws IOException {
        publish(1);
        ledger.pass();
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        publish(2);
        ledger.abandon();

        open();
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);

        assertThat(sink.offered).containsExactly(1L, 2L);
    }

    @Test
    void setsARefusedRowAside_andWritesTheOthers() throws IOException {
        sink.poison.add(3L);
        for (int call = 0; call < 6; call++) {
            publish(call);
        }
        ledger.pass();

        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);

        assertThat(sink.calls()).containsExactly(0L, 1L, 2L, 4L, 5L);
        assertThat(sink.position).isEqualTo(ledger.status().position());
        assertThat(writer.rowsRefused()).isEqualTo(1);
        assertThat(notices.warnings).singleElement().asString().contains("set aside");
        assertThat(Files.readAllLines(folder.resolve("refused"))).hasSize(1);
    }

    @Test
    void storesRefusedRows_whenTheyAreOfferedAgain() throws Exception {
        sink.poison.add(2L);
        sink.poison.add(3L);
        for (int call = 0; call < 5; call++) {
            publish(call);
        }
        ledger.pass();
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        Path file = folder.resolve("refused");
        Files.writeString(file, Files.readString(file) + "77 no record\n");

        sink.poison.remove(2L);
        CompletableFuture<LedgerWriter.Replay> some = writer.replayRefused();
        writer.turn();
        assertThat(some.get().stored()).isOne();
        assertThat(some.get().left()).isEqualTo(2);
        assertThat(some.get().reason()).isNotNull();
        assertThat(Files.readAllLines(file)).hasSize(2);

        sink.isAway = true;
        CompletableFuture<LedgerWriter.Replay> none = writer.replayRefused();
        writer.turn();
        assertThat(none).isCompletedExceptionally();
        assertThat(Files.readAllLines(file)).hasSize(2);

        sink.isAway = false;
        sink.poison.clear();
        Files.write(file, Files.readAllLines(file).subList(0, 1));
        CompletableFuture<LedgerWriter.Replay> all = writer.replayRefused();
        writer.turn();
        assertThat(all.get()).isEqualTo(new LedgerWriter.Replay(1, 0, null));
        assertThat(file).doesNotExist();
        assertThat(sink.calls()).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
        assertThat(sink.position).isEqualTo(ledger.status().position());
    }

    @Test
    void waits_whenEveryRowIsRefused() {
        for (int call = 0; call < 12; call++) {
            publish(call);
            sink.poison.add((long) call);
        }
        ledger.pass();
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        for (int call = 12; call < 24; call++) {
            publish(call);
            sink.poison.add((long) call);
        }
        ledger.pass();

        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.FAILED);
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.FAILED);
        assertThat(writer.rowsRefused()).isEqualTo(20);

        sink.poison.clear();
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        assertThat(sink.calls()).containsExactly(20L, 21L, 22L, 23L);
    }

    @Test
    void saysWhenTheDatabaseIsAheadOrBehind() throws IOException {
        publish(1);
        ledger.pass();
        sink.position = 1_000_000;
        assertThat(writer.turn()).isEqualTo(LedgerWriter.Turn.IDLE);
        assertThat(notices.warnings).singleElement().asString().contains("is ahead");

        JournalReader reader = ledger.openReader(LedgerWriter.READER);
        for (int call = 2; call < 400; call++) {
            publish(call);
            ledger.pass();
            reader.commit(reader.end());
        }
        sink.position = SettlementSink.NO_POSITION;
        LedgerWriter late = LedgerWriter.open(ledger, folder, sink, notices);
        assertThat(late.turn()).isEqualTo(LedgerWriter.Turn.WROTE);
        assertThat(notices.warnings).anyMatch(said -> said.contains("is behind"));
        assertThat(sink.calls()).endsWith(399L);
    }

    @Test
    void writesAllThatIsThere_whenItIsClosed(@TempDir Path own) throws IOException {
        Ledger running = Ledger.open(own, Rows.SMALL, notices, InstantSource.system());
        LedgerWriter thread = LedgerWriter.start(running, own, sink, notices);
        LedgerPublisher mine = running.newPublisher();
        for (int call = 0; call < 3_000; call++) {
            while (!mine.reserve()) {
                Thread.onSpinWait();
            }
            mine.admit(Rows.plain(call));
            mine.settle(Rows.plain(call));
        }
        running.close();
        thread.close();

        assertThat(sink.calls()).hasSize(3_000).isSorted().doesNotHaveDuplicates();
        assertThat(sink.offered).hasSize(3_000);
    }

    private void publish(long call) {
        assertThat(publisher.reserve()).isTrue();
        publisher.admit(Rows.plain(call));
        publisher.settle(Rows.plain(call));
    }

    /** A database in memory that fails when it is told to. */
    private static final class MemorySink implements SettlementSink {

        private final Set<AttemptId> rows = new LinkedHashSet<>();
        private final List<Long> offered = new ArrayList<>();
        private final Set<Long> poison = new HashSet<>();
        private String writer = "";
        private long position = NO_POSITION;
        private boolean isAway;
        private boolean losesAnswer;

        @Override
        public long position(String writerId) throws SinkUnavailableException {
            if (isAway) {
                throw new SinkUnavailableException("away", null);
            }
            return position;
        }

        @Override
        public void write(String writerId, List<Settlement> batch, long newPosition)
                throws SinkUnavailableException {
            if (isAway) {
                throw new SinkUnavailableException("away", null);
            }
            if (batch.stream().anyMatch(row -> poison.contains(row.id().callLow()))) {
                throw new IllegalArgumentException("value too long");
            }
            writer = writerId;
            for (Settlement row : batch) {
                offered.add(row.id().callLow());
                rows.add(row.id());
            }
            position = newPosition;
            if (losesAnswer) {
                throw new SinkUnavailableException("connection reset", null);
            }
        }

        private List<Long> calls() {
            return rows.stream().map(AttemptId::callLow).toList();
        }
    }
}
