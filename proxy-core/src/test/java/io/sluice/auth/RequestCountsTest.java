package io.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.GatewayException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestCountsTest {

    private final ArrayDeque<Runnable> work = new ArrayDeque<>();
    private final List<Object> log = new ArrayList<>();
    private int left = 2;
    private boolean isAway;
    private final RequestCounts counts = new RequestCounts(new Source(), work::add);

    @Test
    void takesAllThatWaitInOneStep_andNoMoreThanAreLeft() {
        List<CompletableFuture<Boolean>> calls =
                List.of(counts.take("k"), counts.take("k"), counts.take("k"));

        answer();

        assertThat(calls.stream().map(CompletableFuture::join)).containsExactly(true, true, false);
        assertThat(log).containsExactly("take 3");
        assertThat(counts.take("k")).isNotDone();
    }

    @Test
    void givesBackWhatWasRefusedLater() {
        counts.take("k");
        answer();
        counts.giveBack("k");
        answer();

        assertThat(left).isEqualTo(2);
    }

    @Test
    void refuses_whenNobodyCanCount() {
        isAway = true;
        CompletableFuture<Boolean> call = counts.take("k");
        counts.giveBack("k");
        answer();

        assertThat(call).isCompletedExceptionally();
    }

    @Test
    void tellsUsesTogether_andAgainWhereTheyWereNotTaken() {
        counts.note("k", 1);
        counts.note("k", 2);
        counts.note("other", 3);
        isAway = true;
        assertThatThrownBy(counts::flush).isInstanceOf(GatewayException.class);
        isAway = false;

        counts.flush();
        counts.flush();

        assertThat(log)
                .containsExactly(
                        Map.of(
                                "k",
                                new RequestCountSource.KeyUse(2, 2),
                                "other",
                                new RequestCountSource.KeyUse(1, 3)));
    }

    private void answer() {
        while (!work.isEmpty()) {
            work.removeFirst().run();
        }
    }

    private final class Source implements RequestCountSource {

        @Override
        public int take(String keyId, int wanted) {
            check();
            log.add("take " + wanted);
            int taken = Math.min(wanted, left);
            left -= taken;
            return taken;
        }

        @Override
        public void giveBack(String keyId, int calls) {
            check();
            left += calls;
        }

        @Override
        public void add(Map<String, KeyUse> uses) {
            check();
            log.add(Map.copyOf(uses));
        }

        private void check() {
            if (isAway) {
                throw Keys.unavailable();
            }
        }
    }
}
