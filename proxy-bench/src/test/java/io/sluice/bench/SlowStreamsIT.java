package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand streams at once that take their time. */
class SlowStreamsIT {

    private static final int STREAMS = 1_000;
    private static final String KNOBS = "[[chunks=12 size=32 ttft=1500ms gap=200ms]]";

    @TempDir Path folder;

    @Test
    void completesAThousandSlowStreams_eachWithAllItsBytes() throws Exception {
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, "");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String expected = withoutNames(call(fixture).body());
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                answers.add(threads.submit(() -> call(fixture)));
            }
            GatewayFixture.await(
                    () -> fixture.metric("sluice_inflight_requests") == STREAMS,
                    () -> "at once: " + fixture.metric("sluice_inflight_requests"));

            for (Future<Answer> answer : answers) {
                assertThat(answer.get().isWhole()).isTrue();
                assertThat(withoutNames(answer.get().body())).isEqualTo(expected);
            }
            assertThat(fixture.provider().books().totals().streamsCompleted())
                    .isEqualTo(STREAMS + 1);
            GatewayFixture.await(
                    () -> fixture.metric("sluice_client_connections") == 0,
                    () -> "all clients have left");
            assertThat(fixture.metric("sluice_active_streams")).isZero();
            assertThat(fixture.metric("sluice_inflight_requests")).isZero();
            assertThat(fixture.gateway().bufferedBytes()).isZero();
            assertThat(fixture.accessLines(STREAMS + 1))
                    .allMatch(line -> line.get("end").asText().equals("--"));
        }
    }

    private static Answer call(GatewayFixture fixture) throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(WireClient.chat("m", KNOBS, true));
            return client.readAnswer();
        }
    }

    /** An answer without the id that is another for each call. */
    private static String withoutNames(String body) {
        assertThat(body).endsWith("data: [DONE]\n\n");
        return body.replaceAll("\"id\":\"[^\"]*\"", "\"id\":\"\"");
    }
}
