package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.testing.TargetFixture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttemptPlanTest {

    private static final long SEED = 42;

    private final Random random = new Random(SEED);

    @Test
    void spreadsFirstAttemptsByWeight() {
        List<Target> targets = List.of(weighing("a", 1), weighing("b", 2), weighing("c", 7));
        int rounds = 50_000;
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < rounds; i++) {
            counts.merge(next(new AttemptPlan(targets, random)), 1, Integer::sum);
        }

        for (Target target : targets) {
            assertThat(counts.getOrDefault(target.name(), 0) / (double) rounds)
                    .as("%s, seed %d", target, SEED)
                    .isCloseTo(target.weight() / 10, within(0.01));
        }
    }

    @Test
    void spreadsSecondAttemptsByTheWeightsThatAreLeft() {
        List<Target> targets = List.of(weighing("a", 1), weighing("b", 3), weighing("c", 1000));
        int rounds = 20_000;
        int firstA = 0;
        int counted = 0;
        for (int i = 0; i < rounds; i++) {
            AttemptPlan plan = new AttemptPlan(targets, random);
            if (next(plan).equals("c")) {
                counted++;
                firstA += next(plan).equals("a") ? 1 : 0;
            }
        }

        assertThat(firstA / (double) counted).as("seed %d", SEED).isCloseTo(0.25, within(0.02));
    }

    @Test
    void triesEachOnce_thenAgain() {
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < Route.MAX_TARGETS; i++) {
            targets.add(weighing("t" + i, i % 3));
        }
        AttemptPlan plan = new AttemptPlan(targets, random);

        for (int round = 0; round < 2; round++) {
            List<Target> tried = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                Target next = plan.next(0);
                assertThat(next).isNotNull();
                tried.add(next);
            }
            assertThat(tried).as("seed %d", SEED).containsExactlyInAnyOrderElementsOf(targets);
        }
    }

    @Test
    void triesTargetsWithoutWeight_onlyAfterTheOthers() {
        List<Target> targets = List.of(weighing("a", 0), weighing("b", 1), weighing("c", 0));
        for (int i = 0; i < 100; i++) {
            AttemptPlan plan = new AttemptPlan(targets, random);

            assertThat(List.of(next(plan), next(plan), next(plan), next(plan)))
                    .containsExactly("b", "a", "c", "b");
        }
    }

    @Test
    void triesInOrder_withoutAnyWeight() {
        AttemptPlan plan = new AttemptPlan(List.of(weighing("a", 0), weighing("b", 0)), random);

        assertThat(List.of(next(plan), next(plan), next(plan))).containsExactly("a", "b", "a");
    }

    @Test
    void neverTriesWhatCannotBeUsed() {
        Target out = new TargetFixture().name("out").weight(1_000).unusable("no key").build();
        AttemptPlan plan = new AttemptPlan(List.of(out, weighing("in", 1)), random);

        for (int i = 0; i < 5; i++) {
            assertThat(next(plan)).isEqualTo("in");
        }
    }

    @Test
    void hasNothingToTry_whereNothingCanBeUsed() {
        Target out = new TargetFixture().unusable("no key").build();

        assertThat(new AttemptPlan(List.of(out), random).next(0)).isNull();
        assertThat(new AttemptPlan(List.of(), random).next(0)).isNull();
    }

    private static Target weighing(String name, double weight) {
        return new TargetFixture().name(name).weight(weight).build();
    }

    private static String next(AttemptPlan plan) {
        @Nullable Target next = plan.next(0);
        return next == null ? "none" : next.name();
    }
}
