package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.CannedProvider;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a call whose provider says nothing. */
class SilenceIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PING = ": ping\n\n";

    @TempDir Path folder;

    @Test
    void answers504_whenTheFirstByteDoesNotComeInTime() throws IOException {
        try (GatewayFixture fixture = start("timeouts: {first_byte: 400ms}", 0)) {
            Answer plain = call(fixture, "stall=forever", false);
            Answer stream = call(fixture, "ttft=1h", true);
            Answer headOnly = call(fixture, "head=early ttft=1h", true);

            check504(plain, "the provider sent nothing for 400 ms");
            check504(stream, "the provider sent nothing for 400 ms");
            check504(headOnly, "the provider sent nothing for 400 ms");
            assertThat(end(fixture, stream)).isEqualTo("UF");
            assertThat(stream.header("x-sluice-attempts")).isEqualTo("1");
            checkCancelled(fixture, 3);
        }
    }

    @Test
    void endsTheStreamWithAnErrorEvent_whenNothingMoreComesInTime() throws IOException {
        String more = "timeouts: {between_chunks: 600ms}\nstreaming: {ping_after: 100ms}";
        try (GatewayFixture fixture = start(more, 2)) {
            Answer answer = call(fixture, "chunks=9 stall=forever@3", true);

            checkErrorEvent(answer, "the provider fell silent for 600 ms");
            assertThat(answer.body()).contains(PING);
            assertThat(end(fixture, answer)).isEqualTo("US");
            assertThat(answer.header("x-sluice-attempts")).isEqualTo("1");
            checkCancelled(fixture, 1);
        }
    }

    @Test
    void cutsThePlainAnswer_whenNothingMoreComesInTime() throws IOException {
        try (GatewayFixture fixture = start("timeouts: {between_chunks: 500ms}", 0)) {
            Answer answer = call(fixture, "bytes=300000 stall=forever@2", false);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.isWhole()).isFalse();
            checkCancelled(fixture, 1);
        }
    }

    @Test
    void endsTheCall_whenItsTimeIsOver() throws IOException {
        try (GatewayFixture fixture = start("timeouts: {total: 700ms}", 5)) {
            Answer before = call(fixture, "stall=forever", false);
            Answer amid = call(fixture, "chunks=100000 gap=20ms", true);
            Answer retried = call(fixture, "fail=429 retry_after=3", false);

            check504(before, "the call took longer than 700 ms");
            checkErrorEvent(amid, "the call took longer than 700 ms");
            assertThat(retried.status()).isEqualTo(429);
            assertThat(retried.header("x-sluice-attempts")).isEqualTo("1");
            checkCancelled(fixture, 2);
        }
    }

    @Test
    void sendsPings_onlyBetweenEventsAndNeverBeforeTheFirstByte() throws IOException {
        try (GatewayFixture fixture = start("streaming: {ping_after: 100ms}", 0)) {
            String knobs = "ttft=800ms chunks=4 size=40 split=100 gap=350ms";
            Answer answer = call(fixture, knobs, true);

            assertThat(answer.body()).startsWith("data: {").contains(PING).endsWith("[DONE]\n\n");
            assertThat(answer.body().replace(PING, "")).doesNotContain("ping", "\n\n\n");
            for (String event : answer.body().replace(PING, "").strip().split("\n\n", -1)) {
                assertThat(event).startsWith("data: ");
                if (!event.endsWith("[DONE]")) {
                    JSON.readTree(event.substring(6));
                }
            }
            assertThat(fixture.metric("sluice_pings_sent_total")).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"'{\"choices\":[{\"index\":0,', false", "'{\"choices\":[],\"usage\":{', true"})
    void sendsNoPing_insideAnEventTheClientHasBegunToSee(String begun, boolean isHeldBack)
            throws IOException {
        String whole = "data: {\"choices\":[{\"delta\":{}}]}\n\n";
        String part = "data: " + begun;
        try (CannedProvider canned = CannedProvider.start();
                GatewayFixture fixture = startBefore(canned)) {
            canned.answerAndHoldWith(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                            + "transfer-encoding: chunked\r\n\r\n"
                            + chunk(whole + part));
            Answer answer = call(fixture, "", true);

            checkErrorEvent(answer, "the provider fell silent for 700 ms");
            if (isHeldBack) {
                assertThat(answer.body())
                        .startsWith(whole + PING)
                        .doesNotContain("usage", "\n\n\n");
            } else {
                assertThat(answer.body()).startsWith(whole + part + "\n\ndata: {\"error\":");
            }
        }
    }

    private GatewayFixture startBefore(CannedProvider canned) throws IOException {
        return start(
                """
                timeouts: {between_chunks: 700ms}
                streaming: {ping_after: 100ms}
                model_list:
                  - {model_name: m, litellm_params: {model: openai/m, api_base: "http://127.0.0.1:%d/v1", api_key: k}}
                """
                        .formatted(canned.port()),
                0);
    }

    private static String chunk(String payload) {
        return Integer.toHexString(payload.length()) + "\r\n" + payload + "\r\n";
    }

    @Test
    void sendsNoPing_toAPlainCall() throws IOException {
        try (GatewayFixture fixture = start("streaming: {ping_after: 100ms}", 0)) {
            Answer answer = call(fixture, "bytes=200000 stall=500ms@2", false);

            assertThat(answer.isWhole()).isTrue();
            assertThat(answer.body()).hasSize(200_000).doesNotContain("ping");
        }
    }

    @Test
    void commitsEarly_whereThatIsAskedFor() throws IOException {
        String more = "streaming: {ping_after: 200ms, early_commit: true}";
        try (GatewayFixture fixture = start(more, 2)) {
            Answer answer = call(fixture, "ttft=900ms chunks=5", true);
            Answer quick = call(fixture, "chunks=5", true);
            Answer plain = call(fixture, "ttft=500ms", false);

            assertThat(answer.body()).startsWith(PING + PING).endsWith("data: [DONE]\n\n");
            assertThat(quick.body()).startsWith("data: {");
            assertThat(plain.body()).startsWith("{");
        }
    }

    @Test
    void endsTheEarlyStreamWithAnErrorEvent_whenTheProviderFails() throws IOException {
        String more =
                "timeouts: {first_byte: 900ms}\n"
                        + "streaming: {ping_after: 200ms, early_commit: true}";
        try (GatewayFixture fixture = start(more, 2)) {
            Answer silent = call(fixture, "ttft=1h", true);
            Answer failed = call(fixture, "ttft=600ms status=500", true);

            checkErrorEvent(silent, "the provider sent nothing for 900 ms");
            assertThat(silent.body()).startsWith(PING + PING).doesNotContain("\n\n\n");
            checkErrorEvent(failed, "the provider answered with status 500");
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(2);
        }
    }

    private GatewayFixture start(String more, int retries) throws IOException {
        return GatewayFixture.start(
                folder,
                Options.DEFAULT,
                more + "\nrouter_settings: {num_retries: " + retries + "}");
    }

    private static Answer call(GatewayFixture fixture, String knobs, boolean stream)
            throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(WireClient.chat("m", "[[" + knobs + "]]", stream));
            return client.readAnswer();
        }
    }

    private static void check504(Answer answer, String message) throws IOException {
        assertThat(answer.status()).isEqualTo(504);
        JsonNode error = JSON.readTree(answer.body()).get("error");
        assertThat(error.get("code").asText()).isEqualTo("upstream_timeout");
        assertThat(error.get("message").asText()).isEqualTo(message);
    }

    private static void checkErrorEvent(Answer answer, String message) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.isWhole()).isTrue();
        String last = answer.body().substring(answer.body().lastIndexOf("data: ") + 6);
        JsonNode error = JSON.readTree(last).get("error");
        assertThat(error.get("message").asText()).isEqualTo(message);
    }

    private static String end(GatewayFixture fixture, Answer answer) {
        return fixture.accessLine(answer.id()).get("end").asText();
    }

    private static void checkCancelled(GatewayFixture fixture, int calls) {
        GatewayFixture.await(
                () -> fixture.provider().books().totals().clientsLeft() == calls,
                () -> calls + " calls cancelled: " + fixture.provider().books().totals());
    }
}
