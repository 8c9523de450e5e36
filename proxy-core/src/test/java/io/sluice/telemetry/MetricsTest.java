package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.testing.CallFixture;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final Metrics metrics = new Metrics(2, MetricLimits.DEFAULT);
    private final LoopMetrics first = metrics.loop(0);
    private final LoopMetrics second = metrics.loop(1);

    @Test
    void addsUpLoops_whenRead() {
        first.onCallStarted();
        first.onCallFinished(new CallFixture().toRecord());
        second.onCallStarted();
        second.onCallFinished(new CallFixture().toRecord());

        assertThat(requests("chat_completions", "fast", "openai", "2xx", "none")).isEqualTo(2);
        assertThat(metrics.inflightRequests()).isZero();
    }

    @Test
    void showsCallsInFlight_untilTheyEnd() {
        first.onCallStarted();
        first.onCallStarted();
        second.onCallStarted();
        second.onStreamStarted();
        assertThat(metrics.inflightRequests()).isEqualTo(3);
        assertThat(metrics.activeStreams()).isEqualTo(1);

        second.onStreamEnded();
        second.onCallFinished(new CallFixture().toRecord());

        assertThat(Reading.of(metrics).value(Metric.INFLIGHT_REQUESTS)).isEqualTo(2);
        assertThat(Reading.of(metrics).value(Metric.ACTIVE_STREAMS)).isZero();
    }

    @Test
    void countsFailureBySourceAndCode_whenCallFailed() {
        first.onCallFinished(
                new CallFixture()
                        .failed(504, ErrorCode.UPSTREAM_TIMEOUT, ErrorSource.UPSTREAM)
                        .toRecord());

        Reading reading = Reading.of(metrics);
        assertThat(reading.value(Metric.ERRORS, "upstream_timeout")).isEqualTo(1);
        assertThat(reading.samplesOf(Metric.ERRORS)).isEqualTo(1);
        assertThat(requests("chat_completions", "fast", "openai", "5xx", "upstream")).isEqualTo(1);
    }

    @Test
    void countsStatusUnderOther_whenItIsUnheardOf() {
        first.onCallFinished(new CallFixture().status(777).toRecord());
        first.onCallFinished(new CallFixture().status(101).toRecord());

        assertThat(requests("chat_completions", "fast", "openai", "other", "none")).isEqualTo(2);
    }

    @Test
    void leavesModelOut_whenNoTargetWasChosen() {
        CallFixture unknown = new CallFixture().model("no-such-model");
        first.onCallFinished(unknown.refused(ErrorCode.MODEL_NOT_FOUND).toRecord());
        first.onCallFinished(
                new CallFixture().endpoint(null).refused(ErrorCode.NOT_SUPPORTED).toRecord());

        assertThat(requests("chat_completions", "none", "none", "4xx", "gateway")).isEqualTo(1);
        assertThat(requests("none", "none", "none", "5xx", "gateway")).isEqualTo(1);
    }

    @Test
    void countsClientThatLeft_whenItEndedTheCall() {
        first.onCallFinished(new CallFixture().status(499).end('C', 'F').toRecord());
        first.onCallFinished(new CallFixture().end('U', 'S').toRecord());

        assertThat(Reading.of(metrics).value(Metric.CLIENT_CANCELLED)).isEqualTo(1);
    }

    @Test
    void addsCostInDollars_andCountsCallsWithoutAPrice() {
        CallCost euros = new CallCost(CallCost.State.PRICED, 1_100, "EUR", 1_000);
        CallCost most = new CallCost(CallCost.State.PRICED, Long.MAX_VALUE, "USD", Long.MAX_VALUE);
        first.onCallFinished(new CallFixture().cost(euros).toRecord());
        second.onCallFinished(new CallFixture().cost(euros).toRecord());
        second.onCallFinished(new CallFixture().cost(CallCost.UNPRICED).toRecord());
        second.onCallFinished(new CallFixture().cost(CallCost.UNMEASURED).toRecord());
        second.onCallFinished(new CallFixture().model("dear").cost(most).toRecord());
        second.onCallFinished(new CallFixture().model("dear").cost(euros).toRecord());

        Reading reading = Reading.of(metrics);
        assertThat(reading.value(Metric.COST, "chat_completions", "fast", "openai"))
                .isEqualTo(2_200);
        assertThat(reading.value(Metric.UNPRICED_CALLS, "chat_completions", "fast", "openai"))
                .isEqualTo(1);
        assertThat(reading.value(Metric.COST, "chat_completions", "dear", "openai"))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void addsTokensByType_whenAnswerReportedThem() {
        first.onCallFinished(new CallFixture().tokens(100, 20, 60).toRecord());
        second.onCallFinished(new CallFixture().tokens(1, 2, 0).toRecord());
        second.onCallFinished(new CallFixture().toRecord());

        assertThat(tokens("input")).isEqualTo(101);
        assertThat(tokens("output")).isEqualTo(22);
        assertThat(tokens("cached_input")).isEqualTo(60);
        assertThat(Reading.of(metrics).samplesOf(Metric.TOKENS)).isEqualTo(3);
    }

    @Test
    void sortsDurationsIntoBuckets_byInclusiveUpperBound() {
        first.onCallFinished(new CallFixture().nanos(10_000_000, 1, 50_000).toRecord());
        second.onCallFinished(new CallFixture().nanos(10_000_001, 1, 50_001).toRecord());

        HistogramTotal overhead = Reading.of(metrics).histogram(Metric.OVERHEAD);
        assertThat(overhead.boundNanos(0)).isEqualTo(50_000);
        assertThat(overhead.count(0)).isEqualTo(1);
        assertThat(overhead.count(1)).isEqualTo(1);
        assertThat(overhead.count()).isEqualTo(2);
        assertThat(overhead.sumNanos()).isEqualTo(100_001);
        HistogramTotal ttft =
                Reading.of(metrics)
                        .histogram(Metric.UPSTREAM_TTFT, "chat_completions", "fast", "openai");
        assertThat(ttft.count(0)).isEqualTo(1);
        assertThat(ttft.count(1)).isEqualTo(1);
    }

    @Test
    void measuresNothing_whereCallGotNoFirstByteOrHead() {
        first.onCallFinished(new CallFixture().nanos(-1, 5, -1).toRecord());

        Reading reading = Reading.of(metrics);
        assertThat(reading.histogram(Metric.OVERHEAD).count()).isZero();
        assertThat(reading.samplesOf(Metric.UPSTREAM_TTFT)).isZero();
        assertThat(
                        reading.histogram(
                                        Metric.REQUEST_DURATION,
                                        "chat_completions",
                                        "fast",
                                        "openai")
                                .count())
                .isEqualTo(1);
    }

    @Test
    void countsBeyondLastBound_inLastBucket() {
        first.onChunkGap(Long.MAX_VALUE / 2);
        first.onChunkGap(-5);

        HistogramTotal gaps = Reading.of(metrics).histogram(Metric.STREAM_CHUNK_GAP);
        assertThat(gaps.count(gaps.buckets() - 1)).isEqualTo(1);
        assertThat(gaps.count(0)).isEqualTo(1);
        assertThat(gaps.sumNanos()).isEqualTo(Long.MAX_VALUE / 2);
    }

    @Test
    void keepsLagApart_byLoop() {
        second.onLoopLag(1_000);

        Reading reading = Reading.of(metrics);
        assertThat(reading.histogram(Metric.EVENT_LOOP_LAG, "0").count()).isZero();
        assertThat(reading.histogram(Metric.EVENT_LOOP_LAG, "1").count()).isEqualTo(1);
    }

    @Test
    void followsConnections_asTheyComeAndGo() {
        first.onClientConnected();
        first.onClientConnected();
        first.onClientDisconnected();
        second.onUpstreamConnected();
        second.onUpstreamDisconnected();
        second.onRetry();
        first.onPingSent();

        Reading reading = Reading.of(metrics);
        assertThat(reading.value(Metric.CLIENT_CONNECTIONS)).isEqualTo(1);
        assertThat(reading.value(Metric.CLIENT_CONNECTS)).isEqualTo(2);
        assertThat(reading.value(Metric.UPSTREAM_CONNECTIONS)).isZero();
        assertThat(reading.value(Metric.UPSTREAM_CONNECTS)).isEqualTo(1);
        assertThat(reading.value(Metric.RETRIES)).isEqualTo(1);
        assertThat(reading.value(Metric.PINGS_SENT)).isEqualTo(1);
    }

    @Test
    void addsUpBytes_ofEndedCalls() {
        first.onCallFinished(new CallFixture().toRecord());
        second.onCallFinished(new CallFixture().toRecord());

        Reading reading = Reading.of(metrics);
        assertThat(reading.value(Metric.REQUEST_BYTES)).isEqualTo(600);
        assertThat(reading.value(Metric.RESPONSE_BYTES)).isEqualTo(8_000);
    }

    @Test
    void countsUnderOther_onceTableIsFull() {
        Metrics small = new Metrics(2, new MetricLimits(3, 128));
        for (int i = 0; i < 10; i++) {
            small.loop(i % 2).onCallFinished(new CallFixture().model("model-" + i).toRecord());
        }
        small.loop(1).onCallFinished(new CallFixture().model("model-0").toRecord());

        Reading reading = Reading.of(small);
        assertThat(reading.value(Metric.LABEL_OVERFLOW)).isEqualTo(7);
        assertThat(reading.value(Metric.REQUESTS, "other", "other", "other", "2xx", "none"))
                .isEqualTo(7);
        assertThat(
                        reading.value(
                                Metric.REQUESTS,
                                "chat_completions",
                                "model-0",
                                "openai",
                                "2xx",
                                "none"))
                .isEqualTo(2);
        assertThat(reading.samplesOf(Metric.REQUESTS)).isEqualTo(4);
    }

    @Test
    void countsUnderOther_whenNameIsTooLong() {
        first.onCallFinished(new CallFixture().model("m".repeat(129)).toRecord());
        first.onCallFinished(new CallFixture().model("m".repeat(128)).toRecord());
        first.onCallFinished(new CallFixture().provider("p".repeat(129)).toRecord());

        assertThat(Reading.of(metrics).value(Metric.LABEL_OVERFLOW)).isEqualTo(2);
    }

    @Test
    void countsEverythingUnderOther_whenNoLabelsAreWanted() {
        Metrics none = new Metrics(1, new MetricLimits(0, 1));
        none.loop(0).onCallFinished(new CallFixture().toRecord());

        assertThat(Reading.of(none).value(Metric.LABEL_OVERFLOW)).isEqualTo(1);
    }

    @Test
    void tellsEndpointsApart_forOneModel() {
        first.onCallFinished(new CallFixture().endpoint(Endpoint.RESPONSES).toRecord());
        first.onCallFinished(new CallFixture().toRecord());

        assertThat(requests("responses", "fast", "openai", "2xx", "none")).isEqualTo(1);
        assertThat(requests("chat_completions", "fast", "openai", "2xx", "none")).isEqualTo(1);
    }

    @Test
    void allocatesNothing_forLabelsItKnows() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        CallRecord call =
                new CallFixture()
                        .tokens(1, 2, 3)
                        .failed(502, ErrorCode.UPSTREAM_CLOSED, ErrorSource.UPSTREAM)
                        .toRecord();
        first.onCallFinished(call);

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            first.onCallStarted();
            first.onChunkGap(i);
            first.onCallFinished(call);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(10_000);
    }

    @Test
    void refusesLimits_thatMakeNoSense() {
        assertThatThrownBy(() -> new MetricLimits(-1, 10))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MetricLimits(1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Metrics(0, MetricLimits.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private long requests(String... labels) {
        return Reading.of(metrics).value(Metric.REQUESTS, labels);
    }

    private long tokens(String type) {
        return Reading.of(metrics).value(Metric.TOKENS, "chat_completions", "fast", "openai", type);
    }
}
