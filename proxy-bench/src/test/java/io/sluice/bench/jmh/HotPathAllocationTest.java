package io.sluice.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hot path that promises to allocate nothing allocates, to the byte. */
class HotPathAllocationTest {

    private static final int WARM = 200;
    private static final int CALLS = 1000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Arguments> paths() {
        SseScanBenchmark sse = new SseScanBenchmark();
        JsonScanBenchmark json = new JsonScanBenchmark();
        json.fill();
        RoutingBenchmark routing = new RoutingBenchmark();
        PriceBenchmark price = new PriceBenchmark();
        MeterBenchmark meter = new MeterBenchmark();
        return Stream.of(
                path("event scan", sse::scan),
                path("JSON scan", json::scan),
                path("route by name", routing::find),
                path("price", price::cost),
                path("metering of a stream", meter::stream),
                path("metering of a plain answer", meter::body));
    }

    private static Arguments path(String name, Runnable path) {
        return Arguments.of(name, path);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void allocatesNothing(String name, Runnable path) {
        run(path, WARM);

        long before = threads.getCurrentThreadAllocatedBytes();
        run(path, CALLS);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).as(name).isZero();
    }

    private static void run(Runnable path, int times) {
        for (int i = 0; i < times; i++) {
            path.run();
        }
    }
}
