package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.CannedProvider;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.ReceivedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a call whose provider fails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Models named for their targets and retries; each model of the provider sees its own calls.
     */
    private static final String MODELS =
            """
            model_list:
              - {model_name: one-0, litellm_params: {model: openai/a, api_base: "BASE", api_key: k, max_retries: 0}}
              - {model_name: one-1, litellm_params: {model: openai/a, api_base: "BASE", api_key: k, max_retries: 1}}
              - {model_name: one-2, litellm_params: {model: openai/a, api_base: "BASE", api_key: k, max_retries: 2}}
              - {model_name: two-0, litellm_params: {model: openai/a, api_base: "BASE", api_key: k, max_retries: 0}}
              - {model_name: two-0, litellm_params: {model: openai/b, api_base: "BASE", api_key: k, max_retries: 0}}
              - {model_name: two-1, litellm_params: {model: openai/a, api_base: "BASE", api_key: k, max_retries: 1}}
              - {model_name: two-1, litellm_params: {model: openai/b, api_base: "BASE", api_key: k, max_retries: 1}}
              - {model_name: two-2, litellm_params: {model: openai/a, api_base: "BASE", api_key: k, max_retries: 2}}
              - {model_name: two-2, litellm_params: {model: openai/b, api_base: "BASE", api_key: k, max_retries: 2}}
              - {model_name: refusing, litellm_params: {model: openai/a, api_base: "http://127.0.0.1:REFUSING/v1", api_key: k, max_retries: 1}}
              - {model_name: unknown, litellm_params: {model: openai/a, api_base: "http://no-such-host.invalid/v1", api_key: k, max_retries: 0}}
              - {model_name: deaf, litellm_params: {model: openai/a, api_base: "http://127.0.0.1:DEAF/v1", api_key: k, max_retries: 0}}
              - {model_name: half, litellm_params: {model: openai/a, api_base: "http://127.0.0.1:REFUSING/v1", api_key: k, weight: 1000}}
              - {model_name: half, litellm_params: {model: openai/b, api_base: "BASE", api_key: k, weight: 0}}
              - {model_name: canned, litellm_params: {model: openai/a, api_base: "http://127.0.0.1:CANNED/v1", api_key: k, max_retries: 0}}
            """;

    private CannedProvider canned;
    private GatewayFixture fixture;
    private ServerSocket deaf;
    private Socket inBacklog;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        canned = CannedProvider.start();
        deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        inBacklog = fill(deaf);
        int refusing;
        try (ServerSocket closed = new ServerSocket(0)) {
            refusing = closed.getLocalPort();
        }
        String models =
                MODELS.replace("REFUSING", "" + refusing)
                        .replace("DEAF", "" + deaf.getLocalPort())
                        .replace("CANNED", "" + canned.port());
        fixture =
                GatewayFixture.start(folder, Options.DEFAULT, "timeouts: {connect: 1s}\n" + models);
    }

    @AfterAll
    void close() throws IOException {
        fixture.close();
        canned.close();
        inBacklog.close();
        deaf.close();
    }

    /** A listener that accepts nobody: of those behind a full backlog the system drops the SYN. */
    private static Socket fill(ServerSocket deaf) throws IOException {
        Socket last = new Socket(InetAddress.getLoopbackAddress(), deaf.getLocalPort());
        Socket _ = new Socket(InetAddress.getLoopbackAddress(), deaf.getLocalPort());
        return last;
    }

    @Test
    void answers502_afterItsRetries_whenTheConnectionIsRefused() throws IOException {
        Answer answer = call("refusing", "", false);

        checkError(answer, 502, "upstream_unreachable");
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("2");
        assertThat(lastRecord(answer).get("end").asText()).isEqualTo("UC");
    }

    @Test
    void goesToTheOtherTarget_whenTheConnectionIsRefused() throws IOException {
        Answer answer = call("half", "", false);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("2");
        assertThat(answer.header("x-sluice-target")).startsWith("openai/b");
    }

    @Test
    void answers502_whenTheHostIsUnknown() throws IOException {
        checkError(call("unknown", "", false), 502, "upstream_unreachable");
    }

    @Test
    void answers504_whenTheConnectionIsNotAccepted() throws IOException {
        Answer answer = call("deaf", "", false);

        checkError(answer, 504, "upstream_timeout");
        assertThat(answer.body()).contains("did not accept the connection in time");
    }

    @ParameterizedTest
    @CsvSource({"'', false", "'', true", "HTTP/1.1 200 OK/content-ty, false"})
    void answers502_whenTheProviderClosesBeforeItsHead(String raw, boolean resets)
            throws IOException {
        if (resets) {
            canned.answerAndResetWith(raw);
        } else {
            canned.answerWith(raw.replace("/c", "\r\nc"));
        }
        Answer answer = call("canned", "", true);

        checkError(answer, 502, "upstream_closed");
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("1");
        assertThat(lastRecord(answer).get("end").asText()).isEqualTo("UF");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "HTTP/1.1 2x0 OK\r\ncontent-length: 2\r\n\r\n{}",
                "HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nx y: z\r\n\r\n{}",
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
            })
    void answers502_whenTheAnswerIsNotHttp(String raw) throws IOException {
        canned.answerWith(raw.equals("garbage") ? "x".repeat(70_000) : raw);

        checkError(call("canned", "", false), 502, "upstream_closed");
    }

    @Test
    void cutsThePlainAnswer_thatIsCut() throws IOException {
        Answer answer = call("one-2", "close=mid", false);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.isWhole()).isFalse();
        assertThat(Integer.parseInt(answer.header("content-length")))
                .isGreaterThan(answer.body().length());
        assertThat(lastRecord(answer).get("end").asText()).isEqualTo("US");
        assertThat(lastRecord(answer).get("attempts").asInt()).isEqualTo(1);
    }

    @Test
    void cutsThePlainChunkedAnswer_thatIsCut() throws IOException {
        Answer answer = call("one-2", "close=mid framing=chunked", false);

        assertThat(answer.isWhole()).isFalse();
        assertThat(answer.body()).startsWith("{").doesNotContain("upstream_closed");
    }

    @Test
    void passesOn_whatEndsWithTheConnection() throws IOException {
        canned.answerWith("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"a\":1}");

        Answer answer = call("canned", "", false);

        assertThat(answer.isWhole()).isTrue();
        assertThat(answer.body()).isEqualTo("{\"a\":1}");
    }

    @Test
    void cutsTheAnswer_whoseConnectionIsReset_whereItsEndIsTheConnections() throws IOException {
        Answer answer = call("one-0", "framing=close cut=after:2 reset chunks=9", true);

        checkErrorEvent(answer, "upstream_closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut=after:3", "cut=after:3 reset", "cut=after:3 close=event"})
    void endsTheStreamWithAnErrorEvent_whenItIsCutBetweenEvents(String knobs) throws IOException {
        Answer answer = call("one-2", "chunks=9 " + knobs, true);

        checkErrorEvent(answer, "upstream_closed");
        List<String> events = events(answer);
        assertThat(events).hasSize(4);
        assertThat(events.subList(0, 3)).allMatch(FailureIT::isWholeChunk);
        assertThat(answer.body()).doesNotContain("\n\n\n");
        assertThat(lastRecord(answer).get("end").asText()).isEqualTo("US");
        assertThat(lastRecord(answer).get("attempts").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close=mid", "close=chunk"})
    void endsTheEventThatIsCut_beforeTheErrorEvent(String close) throws IOException {
        Answer answer = call("one-0", "chunks=9 size=400 cut=after:3 " + close, true);

        checkErrorEvent(answer, "upstream_closed");
        List<String> events = events(answer);
        assertThat(events.subList(0, 3)).allMatch(FailureIT::isWholeChunk);
        assertThat(events).hasSizeBetween(4, 5);
        assertThat(answer.body()).doesNotContain("\n\n\n");
    }

    @Test
    void sendsNoStrayLine_whenTheEventThatIsCutWasHeldBack() throws IOException {
        String whole = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
        String held = "data: {\"choices\":[],\"usa";
        canned.answerWith(streamHead() + chunk(whole) + chunk(held));

        Answer answer = call("canned", "", true);

        assertThat(answer.body()).startsWith(whole + "data: {\"error\":");
        checkErrorEvent(answer, "upstream_closed");
    }

    @Test
    void passesWhatCameBefore_whenTheFramingBreaksInTheSameRead() throws IOException {
        String one = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
        canned.answerWith(streamHead() + chunk(one) + chunk(one) + "zz\r\n");

        Answer answer = call("canned", "", true);

        assertThat(answer.body()).startsWith(one + one + "data: {\"error\":");
        checkErrorEvent(answer, "upstream_closed");
    }

    @Test
    void endsAStreamOfResponses_inItsOwnDialect() throws IOException {
        String json =
                "{\"model\":\"one-0\",\"stream\":true,\"input\":\"[[chunks=9 cut=after:3]]\"}";
        Answer answer;
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(WireClient.post("/v1/responses", json));
            answer = client.readAnswer();
        }

        String last = events(answer).getLast();
        assertThat(last).startsWith("event: error\ndata: ");
        JsonNode error = JSON.readTree(last.substring(last.indexOf('{')));
        assertThat(error.get("type").asText()).isEqualTo("error");
        assertThat(error.get("code").asText()).isEqualTo("upstream_closed");
        assertThat(error.get("sequence_number").asInt()).isEqualTo(3);
        assertThat(error.get("param").isNull()).isTrue();
    }

    /** Nobody was told that it would close: the client's next call would meet a reset. */
    @Test
    void keepsTheConnection_whenAStreamIsCut() throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(WireClient.chat("one-0", "[[chunks=9 cut=after:3]]", true));
            Answer cut = client.readAnswer();
            client.send(WireClient.chat("one-0", "hi", false));
            Answer next = client.readAnswer();

            assertThat(cut.isWhole()).isTrue();
            assertThat(cut.body()).contains("upstream_closed");
            assertThat(next.status()).isEqualTo(200);
        }
    }

    @Test
    void closesWithoutAWord_whenACompressedStreamIsCut() throws IOException {
        String gzip = streamHead().replace("\r\n\r\n", "\r\ncontent-encoding: gzip\r\n\r\n");
        canned.answerWith(gzip + chunk("\u001f\u008b\u0008"));

        Answer answer = call("canned", "", true);

        assertThat(answer.isWhole()).isFalse();
        assertThat(answer.body()).doesNotContain("error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"framing=chunked", "framing=close"})
    void isComplete_whenAnEndedStreamIsCut(String framing) throws IOException {
        boolean isOpenEnded = framing.equals("framing=close");
        String head =
                isOpenEnded
                        ? "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
                        : streamHead();
        String events = "data: {\"choices\":[{\"delta\":{}}]}\n\ndata: [DONE]\n\n";
        canned.answerWith(head + (isOpenEnded ? events : chunk(events)));

        Answer answer = call("canned", "", true);

        assertThat(answer.body()).isEqualTo(events);
        assertThat(answer.isWhole()).isTrue();
        assertThat(lastRecord(answer).get("end").asText()).isEqualTo("--");
    }

    @Test
    void appendsNothing_whenAStreamEndsWellWithoutATerminalEvent() throws IOException {
        Answer answer = call("one-0", "chunks=9 cut=after:3 close=clean", true);

        assertThat(answer.isWhole()).isTrue();
        assertThat(events(answer)).hasSize(3).allMatch(FailureIT::isWholeChunk);
        assertThat(lastRecord(answer).get("end").asText()).isEqualTo("--");
    }

    @ParameterizedTest
    @CsvSource({
        "408, one-0, 1", "408, one-1, 2", "408, one-2, 3", "408, two-0, 1", "408, two-1, 2",
        "429, one-0, 1", "429, one-1, 2", "429, two-0, 1", "429, two-1, 2", "429, two-2, 3",
        "500, one-0, 1", "500, one-1, 2", "500, one-2, 3", "500, two-0, 1", "500, two-2, 3",
        "502, one-1, 2", "503, one-0, 1", "503, two-1, 2", "504, one-1, 2", "529, two-1, 2",
        "400, one-2, 1", "401, two-2, 2", "403, one-2, 1", "404, two-2, 2", "409, one-2, 1",
        "422, two-2, 1"
    })
    void passesTheFailureOn_afterAsManyAttemptsAsMayBe(int status, String model, int attempts)
            throws IOException {
        int before = fixture.provider().books().received().size();
        Answer answer = call(model, "fail=" + status, false);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).contains("Simulated failure.");
        assertThat(answer.header("x-sluice-error-source")).isEqualTo("upstream");
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("" + attempts);
        String id = answer.id();
        assertThat(fixture.provider().books().attempts(id).times()).isEqualTo(attempts);
        assertThat(lastRecord(answer).get("attempts").asInt()).isEqualTo(attempts);
        checkOthersFirst(model, id, before);
    }

    /** Where there are two targets, the second attempt is at the other one. */
    private void checkOthersFirst(String model, String id, int before) {
        List<String> asked =
                fixture.provider().books().received().stream()
                        .skip(before)
                        .filter(one -> id.equals(one.header("x-request-id")))
                        .map(FailureIT::model)
                        .toList();
        if (model.startsWith("two") && asked.size() > 1) {
            assertThat(asked.get(0)).isNotEqualTo(asked.get(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"408, one-1", "429, two-1", "500, one-2", "503, two-2"})
    void answersAsIfNothingHadBeen_whenAnotherAttemptSucceeds(int status, String model)
            throws IOException {
        Answer answer = call(model, "fail=" + status + "#1", true);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("2");
        assertThat(answer.header("x-sluice-error-source")).isNull();
        assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("error");
        assertThat(lastRecord(answer).get("end").asText()).isEqualTo("--");
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry_after=1", "retry_after=0.3"})
    void waitsAsLongAsItIsAsked_beforeItTriesTheSameTarget(String knob) throws IOException {
        long askedNanos = (long) (Double.parseDouble(knob.substring(12)) * 1e9);
        long startNanos = System.nanoTime();
        Answer answer = call("one-1", "fail=429#1 " + knob, false);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(askedNanos);
    }

    @Test
    void waitsUntilTheDateItIsGiven_beforeItTriesTheSameTarget() throws IOException {
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2).withNano(0));
        long untilMillis =
                ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant()
                        .toEpochMilli();
        Answer answer = call("one-1", "fail=429#1 headers=\"retry-after:" + date + "\"", false);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(untilMillis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry_after=3600", "headers=retry-after-ms:3600000"})
    void passesOn_whatAsksForALongerWaitThanItMay(String knob) throws IOException {
        Answer answer = call("one-2", "fail=429 " + knob, false);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("1");
        assertThat(answer.header(knob.startsWith("retry") ? "retry-after" : "retry-after-ms"))
                .startsWith("3600");
    }

    @Test
    void goesToTheOtherTargetAtOnce_whenOneAsksForALongWait() throws IOException {
        Answer answer = call("two-2", "fail=429#1 retry_after=3600", false);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("2");
    }

    @Test
    void passesOn_whatBothTargetsAskALongWaitFor() throws IOException {
        Answer answer = call("two-2", "fail=429 retry_after=3600", false);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("2");
    }

    @Test
    void sendsTheRequestOnceMore_whenAKeptConnectionHasDied() throws IOException {
        assertThat(call("one-0", "", false).status()).isEqualTo(200);

        Answer answer = call("one-0", "close=reused", false);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("2");
        String id = answer.id();
        assertThat(fixture.provider().books().attempts(id).times()).isEqualTo(2);
        assertThat(fixture.provider().books().attempts(id).completed()).isEqualTo(1);
    }

    /** One call on a connection of its own. */
    private Answer call(String model, String knobs, boolean stream) throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(
                    WireClient.chat(model, knobs.isEmpty() ? "x" : "[[" + knobs + "]]", stream));
            return client.readAnswer();
        }
    }

    private static void checkError(Answer answer, int status, String code) throws IOException {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.isWhole()).isTrue();
        assertThat(answer.header("x-sluice-error-source")).isEqualTo("upstream");
        JsonNode error = JSON.readTree(answer.body()).get("error");
        assertThat(error.get("code").asText()).isEqualTo(code);
        assertThat(error.get("type").asText()).isEqualTo("api_error");
    }

    private static void checkErrorEvent(Answer answer, String code) throws IOException {
        assertThat(answer.isWhole()).isTrue();
        assertThat(answer.body()).endsWith("\n\n").doesNotContain("[DONE]");
        String last = events(answer).getLast();
        assertThat(last).startsWith("data: {\"error\":");
        JsonNode error = JSON.readTree(last.substring(6)).get("error");
        assertThat(error.get("code").asText()).isEqualTo(code);
    }

    private static List<String> events(Answer answer) {
        return List.of(answer.body().strip().split("\n\n", -1));
    }

    private static boolean isWholeChunk(String event) {
        return event.startsWith("data: {") && event.endsWith("}") && event.contains("\"choices\"");
    }

    private static String model(ReceivedRequest request) {
        String body = UTF_8.decode(request.body()).toString();
        return body.contains("\"model\":\"a\"") ? "a" : "b";
    }

    private JsonNode lastRecord(Answer answer) {
        String id = answer.id();
        return fixture.accessLine(id);
    }

    private static String streamHead() {
        return String.join(
                "\r\n",
                "HTTP/1.1 200 OK",
                "content-type: text/event-stream",
                "transfer-encoding: chunked",
                "",
                "");
    }

    private static String chunk(String payload) {
        return Integer.toHexString(payload.length()) + "\r\n" + payload + "\r\n";
    }
}
