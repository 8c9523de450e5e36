package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.bench.testing.WireReplay;
import io.sluice.bench.testing.WireTrial;
import io.sluice.bench.upstream.RecordedCase;
import io.sluice.bench.upstream.RecordedCases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every recorded answer in a dialect that is served goes through the gateway unchanged, and is
 * metered as recorded, however the provider cuts and frames it.
 *
 * <p>With the system property {@code sluice.replay=full} every recorded body of up to 1 KiB is
 * split at every byte under each framing, which takes many minutes. By default every byte is a
 * split in the project's own cases and in the recorded streams of that size, under one framing
 * each, and all others are split at a seeded sample of places.
 */
class WireReplayIT {

    private static final boolean IS_FULL = "full".equals(System.getProperty("sluice.replay"));
    private static final int EVERY_SPLIT_BYTES = 1024;
    private static final int BYTEWISE_BYTES = 1024;
    private static final int SPLITS = IS_FULL ? 64 : 4;
    private static final int SEEDS = IS_FULL ? 12 : 1;
    private static final long SEED = 5;

    @TempDir Path folder;

    @Test
    void bytesAndUsageAreAsRecorded_forOwnCases() throws IOException {
        Path own = Path.of("src/test/resources/wire");

        play(RecordedCases.in(own), true);
    }

    @Test
    void bytesAndUsageAreAsRecorded_forRecordedCases() throws IOException {
        RecordedCases shared = RecordedCases.find();
        assumeTrue(shared != null, "shared/wire is absent");

        play(shared, IS_FULL);
    }

    private void play(RecordedCases all, boolean everySplit) throws IOException {
        List<RecordedCase> cases =
                all.all().filter(one -> WireTrial.ENDPOINTS.containsKey(one.api())).toList();
        TreeSet<String> providers = new TreeSet<>();
        cases.forEach(one -> providers.add(one.provider()));
        providers.addAll(List.of("anthropic", "gemini"));
        assertThat(cases).isNotEmpty();
        try (WireReplay replay = new WireReplay(folder, all, providers)) {
            replay.play(cases.stream().flatMap(WireReplayIT::asRecorded).iterator());
            replay.compareRequests();
            replay.play(cases.stream().flatMap(one -> cut(one, everySplit)).iterator());
            replay.compareLog();

            assertThat(replay.faults()).as("%d calls, seed %d", replay.calls(), SEED).isEmpty();
        }
    }

    /** The recorded cutting, for both kinds of caller. */
    private static Stream<WireTrial> asRecorded(RecordedCase recorded) {
        return Stream.of(true, false)
                .map(asks -> new WireTrial(recorded, asks, "recorded", "chunked"));
    }

    private static Stream<WireTrial> cut(RecordedCase recorded, boolean everySplit) {
        Random random = new Random(SEED * 31 + recorded.id().hashCode());
        List<String> cuts = new ArrayList<>(List.of("whole"));
        for (int i = 0; i < SEEDS; i++) {
            cuts.add("seed:" + random.nextInt(1 << 20));
        }
        List<WireTrial> trials = new ArrayList<>();
        for (String framing : WireTrial.FRAMINGS) {
            for (String cut : cuts) {
                trials.add(new WireTrial(recorded, false, cut, framing));
            }
        }
        trials.add(new WireTrial(recorded, true, cuts.getLast(), framing(random)));
        int length = recorded.bodyBytes();
        if (length <= BYTEWISE_BYTES) {
            trials.add(new WireTrial(recorded, false, "every:1", framing(random)));
        }
        boolean isSmall = length <= EVERY_SPLIT_BYTES;
        if (isSmall && (everySplit || recorded.isStream())) {
            for (int at = 1; at < length; at++) {
                for (String framing : IS_FULL ? WireTrial.FRAMINGS : List.of(framing(random))) {
                    trials.add(new WireTrial(recorded, false, "at:" + at, framing));
                }
            }
        } else if (length > 1) {
            for (int i = 0; i < SPLITS; i++) {
                String at = "at:" + random.nextInt(1, length);
                trials.add(new WireTrial(recorded, false, at, framing(random)));
            }
        }
        return trials.stream();
    }

    private static String framing(Random random) {
        return WireTrial.FRAMINGS.get(random.nextInt(WireTrial.FRAMINGS.size()));
    }
}
