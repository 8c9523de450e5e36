package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sluice.testing.Cuts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every recorded answer in a dialect that is metered, under every kind of cut.
 *
 * <p>All ways to cut a body twice take minutes for the larger ones; by default only the smallest
 * bodies are cut so, and with the system property {@code sluice.every-cut} all up to 2 KiB.
 */
class RecordedAnswersTest {

    private static final int EVERY_SPLIT_BYTES = 3072;
    private static final int EVERY_TWO_SPLITS_BYTES =
            Boolean.getBoolean("sluice.every-cut") ? 2048 : 360;
    private static final int SAMPLED_SPLITS = 60;
    private static final int RANDOM_CUTS = 20;
    private static final long SEED = 2;

    private final AnswerMeter meter = new AnswerMeter();
    private final List<RecordedCase> cases = RecordedCase.all();

    @Test
    void usageIsAsRecorded() {
        List<String> different = new ArrayList<>();
        for (RecordedCase recorded : cases) {
            Reading reading = Reading.of(meter, recorded.kind(), recorded.bytes(), Cuts.none());
            if (!reading.matches(recorded)) {
                different.add(recorded.id() + ": " + reading + " for " + recorded.usage());
            }
        }

        assertThat(cases).hasSizeGreaterThan(900);
        assertThat(different).isEmpty();
    }

    @Test
    void readingIsTheSame_splitOnce() {
        Random random = new Random(SEED);
        for (RecordedCase recorded : cases) {
            try (Trial trial = new Trial(recorded)) {
                boolean every = trial.length <= EVERY_SPLIT_BYTES;
                int splits = every ? trial.length : SAMPLED_SPLITS;
                int[] cut = new int[1];
                for (int i = 0; i < splits; i++) {
                    cut[0] = every ? i : random.nextInt(trial.length);
                    trial.check(cut);
                }
            }
        }
    }

    @Test
    void readingIsTheSame_cutAtRandomOrEverywhere() {
        Random random = new Random(SEED);
        for (RecordedCase recorded : cases) {
            try (Trial trial = new Trial(recorded)) {
                for (int i = 0; i < RANDOM_CUTS; i++) {
                    trial.check(Cuts.random(random, trial.length, 40));
                }
                trial.check(Cuts.everywhere(trial.length));
            }
        }
    }

    @Test
    void readingIsTheSame_splitTwice() {
        for (RecordedCase recorded : cases) {
            try (Trial trial = new Trial(recorded)) {
                if (trial.length <= EVERY_TWO_SPLITS_BYTES) {
                    trial.checkEveryTwoSplits();
                }
            }
        }
    }

    /** One body that is read again and again. */
    private final class Trial implements AutoCloseable {

        private final RecordedCase recorded;
        private final ByteBuf body;
        private final int length;
        private final Reading whole;

        Trial(RecordedCase recorded) {
            this.recorded = recorded;
            body = Cuts.bedded(recorded.bytes());
            length = body.readableBytes();
            whole = Reading.of(meter, recorded.kind(), body, Cuts.none());
        }

        void checkEveryTwoSplits() {
            int[] cut = new int[2];
            for (cut[0] = 1; cut[0] < length; cut[0]++) {
                for (cut[1] = cut[0] + 1; cut[1] < length; cut[1]++) {
                    check(cut);
                }
            }
        }

        void check(int[] cut) {
            Reading reading = Reading.of(meter, recorded.kind(), body, cut);
            if (!reading.equals(whole)) {
                assertThat(reading)
                        .as("%s cut at %s, seed %s", recorded.id(), cut, SEED)
                        .isEqualTo(whole);
            }
        }

        @Override
        public void close() {
            body.release();
        }
    }
}
