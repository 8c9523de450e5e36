package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.LedgerPublishing;
import io.sluice.ledger.AttemptId;
import io.sluice.ledger.JournalReader;
import io.sluice.ledger.JournalRecord;
import io.sluice.ledger.Ledger;
import io.sluice.ledger.LedgerNotices;
import io.sluice.ledger.LedgerVerifier;
import io.sluice.ledger.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that publishes from three threads, killed at random instants, again and again. */
class LedgerKillIT {

    private static final int KILLS = Integer.getInteger("ledger.kills", 20);
    private static final long SEED = 154;

    @TempDir private Path folder;

    @Test
    @Timeout(300)
    void hasEveryAcknowledgedRecordOnce_afterEachKill() throws Exception {
        Random random = new Random(SEED);
        Set<AttemptId> acknowledged = new HashSet<>();
        Set<AttemptId> admitted = new HashSet<>();
        for (int round = 0; round < KILLS; round++) {
            runAndKill(round, random.nextInt(3_000), acknowledged, admitted);

            Map<AttemptId, Outcome> rows = rows();
            Set<AttemptId> lost = new HashSet<>(acknowledged);
            lost.removeIf(id -> rows.get(id) == Outcome.COMPLETED);
            Set<AttemptId> unheard = new HashSet<>(admitted);
            unheard.removeAll(rows.keySet());
            assertThat(lost).as("settled and lost, seed %s, round %s", SEED, round).isEmpty();
            assertThat(unheard).as("admitted and lost, seed %s, round %s", SEED, round).isEmpty();
        }
        assertThat(acknowledged).hasSizeGreaterThan(KILLS * 100);
        LedgerVerifier.Report report = new LedgerVerifier(folder).verify(_ -> {});
        assertThat(report.fault()).isNull();
        assertThat(report.open()).isZero();
    }

    private void runAndKill(
            int round, int lines, Set<AttemptId> acknowledged, Set<AttemptId> admitted)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(LedgerPublishing.class.getName());
        command.add(folder.toString());
        command.add(Integer.toString(round));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            int read = 0;
            @Nullable String line = out.readLine();
            while (line != null) {
                note(line, acknowledged, admitted);
                if (++read == 1_000 + lines) {
                    process.toHandle().destroyForcibly();
                }
                line = out.readLine();
            }
            assertThat(read).isGreaterThanOrEqualTo(1_000);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** A line that the process did not end is no acknowledgement. */
    private static void note(String line, Set<AttemptId> acknowledged, Set<AttemptId> admitted) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.size() == 5 && words.get(4).equals(".")) {
            AttemptId id =
                    new AttemptId(
                            Long.parseLong(words.get(1)),
                            Long.parseLong(words.get(2)),
                            Integer.parseInt(words.get(3)));
            (words.get(0).equals("settled") ? acknowledged : admitted).add(id);
        }
    }

    /** All rows of the journal, each once. */
    private Map<AttemptId, Outcome> rows() throws Exception {
        Map<AttemptId, Outcome> rows = new HashMap<>();
        try (Ledger ledger =
                        Ledger.open(
                                folder,
                                LedgerPublishing.SETTINGS,
                                new Silent(),
                                InstantSource.system());
                JournalReader reader = ledger.openReader("test")) {
            JournalRecord record = reader.next();
            while (record != null) {
                if (record.isRow()) {
                    Outcome before = rows.put(record.id(), record.settlement().end().outcome());
                    assertThat(before).as("twice: " + record.id()).isNull();
                }
                record = reader.next();
            }
        }
        return rows;
    }

    private static final class Silent implements LedgerNotices {

        @Override
        public void onWarning(String sentence) {
            assertThat(sentence).doesNotContain("broken");
        }

        @Override
        public void onNotice(String sentence) {}
    }
}
