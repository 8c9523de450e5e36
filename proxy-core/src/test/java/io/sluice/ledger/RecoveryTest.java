package io.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecoveryTest {

    private static final long SEED = 54;

    @TempDir private Path root;

    private final SpokenNotices notices = new SpokenNotices();
    private int copies;

    @Test
    void takesWhatIsLeftInTheRing() throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = open(folder);
        publish(ledger.newPublisher(), 1);
        ledger.pass();
        publish(ledger.newPublisher(), 2);
        ledger.abandon();

        assertThat(outcomes(folder)).isEqualTo(Map.of(1L, "completed", 2L, "completed"));
        assertThat(notices.notices).contains("took 2 records out of the ledger's old ring");
        assertThat(outcomes(folder)).hasSize(2);
    }

    @Test
    void chargesWhatWasOpen_onceAndForAll() throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = open(folder);
        LedgerPublisher publisher = ledger.newPublisher();
        assertThat(publisher.reserve()).isTrue();
        publisher.admit(Rows.plain(5));
        publisher.progress(Rows.plain(5), 1_800_000_000_500L, 40, 400);
        ledger.pass();
        publisher.progress(Rows.plain(5), 1_800_000_000_900L, 44, 440);
        ledger.abandon();

        assertThat(outcomes(folder)).isEqualTo(Map.of(5L, "crashed"));
        List<Settlement> rows = rows(folder);
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().usage().outputTokens()).isEqualTo(44);
        assertThat(rows.getFirst().cost()).isEqualTo(Rows.plain(5).cost());
        assertThat(notices.warnings).anyMatch(said -> said.startsWith("1 attempts were open"));
    }

    @Test
    void remembersALongStream_whoseFirstSegmentIsGone() throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = open(folder);
        LedgerPublisher publisher = ledger.newPublisher();
        assertThat(publisher.reserve()).isTrue();
        publisher.admit(Rows.plain(-1));
        JournalReader reader = ledger.openReader("writer");
        for (int call = 0; call < 800; call++) {
            publish(publisher, call);
            ledger.pass();
            reader.commit(reader.end());
        }
        ledger.pass();
        assertThat(ledger.segments()).hasSizeLessThan(3);
        assertThat(ledger.segments().getFirst().getFileName().toString()).doesNotMatch("0+\\..*");
        reader.close();
        ledger.abandon();

        assertThat(outcomes(folder)).containsEntry(-1L, "crashed");
    }

    @Test
    void losesNothing_howeverARingWasLeft() throws Exception {
        Random random = new Random(SEED);
        for (int trial = 0; trial < 40; trial++) {
            Path folder = root.resolve("trial-" + trial);
            Ledger ledger = open(folder);
            LedgerPublisher publisher = ledger.newPublisher();
            Map<Long, String> expected = new HashMap<>();
            for (long call = 0; call < 60; call++) {
                if (!publisher.reserve()) {
                    ledger.pass();
                    assertThat(publisher.reserve()).isTrue();
                }
                publisher.admit(Rows.plain(call));
                expected.put(call, "crashed");
                if (random.nextInt(10) > 0) {
                    publisher.settle(Rows.plain(call));
                    expected.put(call, "completed");
                }
                if (random.nextInt(10) == 0) {
                    ledger.pass();
                }
            }
            ledger.abandon();

            assertThat(outcomes(folder)).as("seed %s, trial %s", SEED, trial).isEqualTo(expected);
        }
    }

    @Test
    void mendsALedger_whoseMendingWasKilled() throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = open(folder);
        LedgerPublisher publisher = ledger.newPublisher();
        publish(publisher, 1);
        ledger.pass();
        publish(publisher, 2);
        assertThat(publisher.reserve()).isTrue();
        publisher.admit(Rows.plain(3));
        ledger.abandon();

        for (WeakDisk.Weakness weakness : WeakDisk.Weakness.values()) {
            for (int step = 0; weakness != WeakDisk.Weakness.NONE && step < 12; step++) {
                Path copy = copy(folder);
                WeakDisk disk = new WeakDisk();
                disk.weakness = weakness;
                disk.grace = step;
                try {
                    Ledger.open(copy, Rows.SMALL, notices, InstantSource.system(), disk).abandon();
                } catch (IOException e) {
                    assertThat(e).isNotInstanceOf(LedgerException.class);
                }

                assertThat(outcomes(copy))
                        .as("%s at step %s", weakness, step)
                        .isEqualTo(Map.of(1L, "completed", 2L, "completed", 3L, "crashed"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void cutsATornTail_atEveryByteOfTheLastRecord(Damage damage) throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = open(folder);
        publish(ledger.newPublisher(), 1);
        ledger.pass();
        publish(ledger.newPublisher(), 2);
        ledger.pass();
        ledger.abandon();
        Path segment = lastSegment(folder);
        List<Long> starts = frameStarts(segment);
        long start = starts.getLast();
        long end = usedLength(segment);
        byte[] whole = Files.readAllBytes(segment);

        for (long at = start; at < end; at += 7) {
            Path copy = copy(folder);
            Files.delete(copy.resolve("ring"));
            byte[] torn = whole.clone();
            damage.apply(torn, (int) at, (int) end);
            Files.write(lastSegment(copy), torn);
            assertThat(new LedgerVerifier(copy).verify(_ -> {}).fault()).isNotNull();

            assertThat(outcomes(copy))
                    .as("cut at %s of %s", at, end)
                    .isEqualTo(Map.of(1L, "completed", 2L, "crashed"));
            assertThat(new LedgerVerifier(copy).verify(_ -> {}).fault()).isNull();
        }
    }

    /** What a crash leaves of the last record. */
    enum Damage {
        ZEROED,
        SCRAMBLED;

        void apply(byte[] bytes, int from, int to) {
            for (int i = from; i < to; i++) {
                bytes[i] = this == ZEROED ? 0 : (byte) (bytes[i] ^ 0x5a);
            }
            if (this == ZEROED) {
                bytes[from] = (byte) 0xff;
            }
        }
    }

    @Test
    void findsEachChangedByte() throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = Ledger.open(folder, Rows.SMALL, notices, InstantSource.system());
        publish(ledger.newPublisher(), 1);
        publish(ledger.newPublisher(), 2);
        ledger.close();
        Path segment = lastSegment(folder);
        byte[] whole = Files.readAllBytes(segment);
        assertThat(new LedgerVerifier(folder).verify(_ -> {}).fault()).isNull();

        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(segment, changed);

            assertThat(new LedgerVerifier(folder).verify(_ -> {}).fault()).as("" + at).isNotNull();
        }
    }

    @Test
    void refusesToStart_whenTheJournalWasChanged() throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = Ledger.open(folder, Rows.SMALL, notices, InstantSource.system());
        publish(ledger.newPublisher(), 1);
        ledger.close();
        Path segment = lastSegment(folder);
        byte[] changed = Files.readAllBytes(segment);
        changed[SegmentHeader.LENGTH + 60] ^= 1;
        Files.write(segment, changed);

        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("byte 128")
                .hasMessageContaining("Restore that file");
    }

    @Test
    void findsAMissingAndASwappedAndACutSegment() throws Exception {
        Path folder = root.resolve("ledger");
        Ledger ledger = open(folder);
        JournalReader reader = ledger.openReader("writer");
        for (int call = 0; call < 800; call++) {
            publish(ledger.newPublisher(), call);
            ledger.pass();
        }
        List<Path> segments = ledger.segments();
        assertThat(segments).hasSizeGreaterThan(3);
        reader.close();
        ledger.abandon();
        assertThat(new LedgerVerifier(folder).verify(_ -> {}).fault()).isNull();

        Path missing = copy(folder);
        Files.delete(missing.resolve("journal").resolve(segments.get(1).getFileName()));
        Path swapped = copy(folder);
        Files.copy(
                segments.get(2),
                swapped.resolve("journal").resolve(segments.get(1).getFileName()),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path cut = copy(folder);
        Path second = cut.resolve("journal").resolve(segments.get(1).getFileName());
        byte[] bytes = Files.readAllBytes(second);
        List<Long> starts = frameStarts(second);
        Files.write(second, java.util.Arrays.copyOf(bytes, starts.getLast().intValue()));

        assertThat(new LedgerVerifier(missing).verify(_ -> {}).fault()).contains("missing");
        assertThat(new LedgerVerifier(swapped).verify(_ -> {}).fault()).contains("belongs to");
        assertThat(new LedgerVerifier(cut).verify(_ -> {}).fault()).contains("missing");
        assertThatThrownBy(() -> open(cut)).isInstanceOf(LedgerException.class);
    }

    private Ledger open(Path folder) throws IOException {
        return Ledger.open(folder, Rows.SMALL, notices, InstantSource.system(), new RealDisk());
    }

    private static void publish(LedgerPublisher publisher, long call) {
        assertThat(publisher.reserve()).isTrue();
        publisher.admit(Rows.plain(call));
        publisher.settle(Rows.plain(call));
    }

    /** Opens the ledger; the outcome of each row in it, each once. */
    private Map<Long, String> outcomes(Path folder) throws Exception {
        Map<Long, String> outcomes = new HashMap<>();
        for (Settlement row : rows(folder)) {
            assertThat(outcomes.put(row.id().callLow(), row.end().outcome().code())).isNull();
        }
        return outcomes;
    }

    private List<Settlement> rows(Path folder) throws Exception {
        List<Settlement> rows = new ArrayList<>();
        Ledger ledger = open(folder);
        try (JournalReader reader = ledger.openReader("test")) {
            JournalRecord record = reader.next();
            while (record != null) {
                if (record.isRow()) {
                    rows.add(record.settlement());
                }
                record = reader.next();
            }
        }
        ledger.abandon();
        return rows;
    }

    private static Path lastSegment(Path folder) throws IOException {
        return SegmentFiles.list(folder.resolve("journal")).all().lastEntry().getValue();
    }

    private static List<Long> frameStarts(Path segment) throws IOException {
        List<Long> starts = new ArrayList<>();
        SegmentReader reader = SegmentReader.open(segment);
        assert reader != null;
        long at = reader.offset();
        while (reader.next(null) != null) {
            starts.add(at);
            at = reader.offset();
        }
        reader.close();
        return starts;
    }

    private static long usedLength(Path segment) throws IOException {
        SegmentReader reader = SegmentReader.open(segment);
        assert reader != null;
        while (reader.next(null) != null) {}
        reader.close();
        return reader.offset();
    }

    private Path copy(Path folder) throws IOException {
        Path copy = root.resolve("copy-" + copies++);
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes with)
                            throws IOException {
                        Files.createDirectories(copy.resolve(folder.relativize(path)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes with)
                            throws IOException {
                        Files.copy(path, copy.resolve(folder.relativize(path)));
                        return FileVisitResult.CONTINUE;
                    }
                });
        return copy;
    }
}
