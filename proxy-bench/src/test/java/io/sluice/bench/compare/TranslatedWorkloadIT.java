package io.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.canned.LeanProvider;
import io.sluice.bench.load.LoadRun;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loads of callers of one dialect before a provider of another are served. */
class TranslatedWorkloadIT {

    private static final int CALLS = 8;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(names = {"W8", "W8R"})
    void isServed(Workload workload) throws IOException {
        try (LeanProvider provider = LeanProvider.start("127.0.0.1", 0, 1);
                GatewayFixture fixture =
                        GatewayFixture.start(
                                folder,
                                Options.DEFAULT,
                                """
                                  - {model_name: canned, litellm_params: {model: openai/canned, \
                                api_base: "LEAN/v1", api_key: sk-up}}
                                  - {model_name: canned-messages, litellm_params: {model: \
                                anthropic/canned, api_base: "LEAN/v1", api_key: sk-up}}
                                """
                                        .replace("LEAN", "http://127.0.0.1:" + provider.port()))) {
            URI base = URI.create("http://127.0.0.1:" + fixture.port());
            Measurements measured;
            try (LoadRun run =
                    LoadRun.start(
                            workload.plan(base, GatewayFixture.KEY, "canned")
                                    .withConnections(2)
                                    .withMaxCalls(CALLS))) {
                run.beginMeasuring();
                GatewayFixture.await(run::isExhausted, () -> "the calls end");
                measured = run.takeMeasurements();
                assertThat(run.firstFailure()).isEmpty();
            }

            assertThat(measured.failed()).isZero();
            assertThat(fixture.accessLines(CALLS)).hasSize(CALLS);
            assertThat(fixture.accessLines(CALLS))
                    .allSatisfy(line -> {
                        assertThat(line.path("status").asInt()).isEqualTo(200);
                        assertThat(line.path("output_tokens").asInt()).isEqualTo(200);
                    });
        }
    }
}
