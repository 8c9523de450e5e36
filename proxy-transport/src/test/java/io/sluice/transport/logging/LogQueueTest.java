package io.sluice.transport.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogQueueTest {

    private static final int CAPACITY = 8;

    private final Sink sink = new Sink();

    @Test
    void writesEverythingInOrder_beforeItCloses() {
        LogQueue<Integer> queue = LogQueue.start("test-log", 1024, sink, sink::onFlush);

        IntStream.range(0, 1000).forEach(queue::offer);
        queue.close();

        assertThat(sink.lines).containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
        assertThat(sink.flushed).isEqualTo(1000);
        assertThat(sink.isStarted()).isFalse();
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void dropsAndCounts_whileSinkIsStuck() {
        sink.stuck = new CompletableFuture<>();
        LogQueue<Integer> queue = LogQueue.start("test-log", CAPACITY, sink, sink::onFlush);
        queue.offer(-1);
        sink.reached.join();

        List<Boolean> taken = IntStream.range(0, 100).mapToObj(queue::offer).toList();

        assertThat(taken.stream().filter(took -> took)).hasSize(CAPACITY);
        assertThat(taken.subList(0, CAPACITY)).doesNotContain(false);
        assertThat(queue.dropped()).isEqualTo(100 - CAPACITY);
        sink.stuck.complete(null);
        queue.close();
        assertThat(sink.lines).containsExactly(-1, 0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void writesAgain_afterSinkRecovered() {
        sink.stuck = new CompletableFuture<>();
        LogQueue<Integer> queue = LogQueue.start("test-log", CAPACITY, sink, sink::onFlush);
        queue.offer(1);
        sink.reached.join();
        sink.stuck.complete(null);
        sink.idle.join();

        queue.offer(2);
        queue.close();

        assertThat(sink.lines).containsExactly(1, 2);
    }

    @Test
    void countsLines_whenSinkHasGivenUp() {
        LogQueue<Integer> queue = LogQueue.start("test-log", CAPACITY, sink, sink::onFlush);
        sink.stop();

        queue.offer(1);
        queue.close();

        assertThat(sink.lines).isEmpty();
        assertThat(queue.dropped()).isEqualTo(1);
    }

    @Test
    void refusesLines_onceClosed() {
        LogQueue<Integer> queue = LogQueue.start("test-log", CAPACITY, sink, sink::onFlush);
        queue.close();

        assertThat(queue.offer(1)).isFalse();
        assertThat(queue.dropped()).isEqualTo(1);
    }

    /** Remembers lines, and stands still where it is told to. */
    private static final class Sink extends AppenderBase<Integer> {

        private final List<Integer> lines = new ArrayList<>();
        private final CompletableFuture<Void> reached = new CompletableFuture<>();
        private final CompletableFuture<Void> idle = new CompletableFuture<>();
        private CompletableFuture<Void> stuck = CompletableFuture.completedFuture(null);
        private int flushed;

        Sink() {
            start();
        }

        @Override
        protected void append(Integer line) {
            reached.complete(null);
            stuck.join();
            lines.add(line);
        }

        void onFlush() {
            flushed = lines.size();
            idle.complete(null);
        }
    }
}
