package io.sluice.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.config.StrategyName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hot path that promises to allocate nothing allocates, to the byte. */
class HotPathAllocationTest {

    /*
     * The machine itself allocates now and then on the thread that it runs, once for a method
     * handle that has become hot, say. What a path allocates shows in every batch.
     */

    private static final int BATCHES = 10;
    private static final int CALLS = 500;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Arguments> paths() {
        SseScanBenchmark sse = new SseScanBenchmark();
        JsonScanBenchmark json = new JsonScanBenchmark();
        json.fill();
        HeadBenchmark heads = new HeadBenchmark();
        RoutingBenchmark routing = new RoutingBenchmark();
        PriceBenchmark price = new PriceBenchmark();
        MeterBenchmark meter = new MeterBenchmark();
        KeyLookupBenchmark keys = new KeyLookupBenchmark();
        TranslationBenchmark anthropic = TranslationBenchmark.of("OPENAI_CHAT>ANTHROPIC_MESSAGES");
        TranslationBenchmark openAi = TranslationBenchmark.of("ANTHROPIC_MESSAGES>OPENAI_CHAT");
        TranslationBenchmark gemini = TranslationBenchmark.of("GEMINI>OPENAI_CHAT");
        return Stream.of(
                path("event scan", sse::scan),
                path("JSON scan", json::scan),
                path("request head", heads::parseRequest),
                path("response head", heads::parseResponse),
                path("head rewrite", heads::parseAndRewrite),
                path("route by name", routing::find),
                path("admission at four levels", new AdmissionBenchmark()::admit),
                path("admission by a target, too", new AdmissionBenchmark()::admitWithTarget),
                path("a key of the file", keys::ofFile),
                path("a key of the database", keys::ofDatabase),
                path("price", price::cost),
                path("event translated to Anthropic's", anthropic::translate),
                path("event translated to OpenAI's", openAi::translate),
                path("Gemini's event translated", gemini::translate),
                path("metering of a stream", meter::stream),
                path("metering of a plain answer", meter::body));
    }

    private static Arguments path(String name, Runnable path) {
        return Arguments.of(name, path);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void allocatesNothing(String name, Runnable path) {
        assertThat(least(path)).as(name).isZero();
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void allocatesNothing_toChooseAmongThirtyTwoTargets(StrategyName strategy) {
        ChoosingBenchmark choosing = ChoosingBenchmark.of(32, strategy);

        assertThat(least(choosing::choose)).isZero();
    }

    @Test
    void allocatesNothing_toPublishAnAttempt() throws IOException {
        RingPublishBenchmark ring = new RingPublishBenchmark();
        ring.open();
        try {
            assertThat(least(ring::publish)).isZero();
        } finally {
            ring.close();
        }
    }

    private long least(Runnable path) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < BATCHES; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            run(path);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void run(Runnable path) {
        for (int i = 0; i < CALLS; i++) {
            path.run();
        }
    }
}
