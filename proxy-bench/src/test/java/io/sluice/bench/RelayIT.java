package io.sluice.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.RawCaller;
import io.sluice.bench.testing.ScriptedGateway;
import io.sluice.bench.testing.ScriptedProvider;
import io.sluice.bench.testing.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider's answer becomes on its way to the caller. */
class RelayIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final String PLAIN = GatewayFixture.chatBody("raw", "hi", false);
    private static final String STREAM = GatewayFixture.chatBody("raw", "hi", true);
    private static final String EVENTS = "text/event-stream";

    @TempDir static Path folder;

    @RegisterExtension
    private static final ScriptedGateway GATEWAY =
            new ScriptedGateway(
                    () -> folder, provider -> provider.modelEntry("raw", "openai/sent"));

    private final ScriptedProvider provider = GATEWAY.provider();
    private final GatewayFixture fixture = GATEWAY.fixture();
    private final RawCaller caller = GATEWAY.newCaller();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "absent      | -                            | -                            | 1 | 1",
                "null        | null                         | null                         | 1 | 1",
                "zero        | -                            | {\"prompt_tokens\":0,\"completion_tokens\":0} | 0 | 0",
                "last chunk  | -                            | {\"prompt_tokens\":8,\"completion_tokens\":3} | 8 | 3",
                "every chunk | {\"prompt_tokens\":8,\"completion_tokens\":1} | {\"prompt_tokens\":8,\"completion_tokens\":3} | 8 | 3"
            })
    void metersStream_whereverUsageStands(
            String where, String early, String late, long input, long output) throws IOException {
        String chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]%s}\n\n";
        String body =
                chunk.formatted(early == null ? "" : ",\"usage\":" + early)
                        + chunk.formatted(late == null ? "" : ",\"usage\":" + late)
                        + "data: [DONE]\n\n";
        provider.willAnswer(EVENTS, body);

        RawCaller.Answer answer = caller.post(CHAT, STREAM).read();

        assertThat(answer.text()).as(where).isEqualTo(body);
        Tokens logged = Tokens.logged(log(answer));
        assertThat(logged.input()).isEqualTo(input);
        assertThat(logged.output()).isEqualTo(output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void hidesUsageEventOnly_howeverLinesEnd(String end) throws IOException {
        String before =
                String.join(
                        end,
                        ": a comment",
                        "",
                        "event: chunk",
                        "data:{\"choices\":[{\"delta\":{\"content\":\"\\\"choices\\\":[]\"}}],\"usage\":null}",
                        "",
                        "id: 7",
                        "data: {\"choices\":[],\"prompt_filter_results\":[],\"usage\":null}",
                        "",
                        "data: {\"choices\":[]}",
                        "",
                        "");
        String hidden = "data:{\"usage\":{\"prompt_tokens\":1},\"choices\":[ ]}" + end + end;
        String after = ":" + end + end + "data:[DONE]" + end + end;
        provider.willAnswer(EVENTS, before + hidden + after);

        assertThat(caller.post(CHAT, STREAM).read().text()).isEqualTo(before + after);
    }

    @Test
    void leavesUsageEvent_toCallerThatAsks() throws IOException {
        String body = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\ndata: [DONE]\n\n";
        provider.willAnswer(EVENTS, body);
        String asking = STREAM.replaceFirst("\\{", "{\"stream_options\":{\"include_usage\":true},");

        assertThat(caller.post(CHAT, asking).read().text()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({
        "text/event-stream, transfer-encoding: chunked",
        "text/event-stream, content-length: 62",
        "text/event-stream, connection: close",
        "application/json, transfer-encoding: chunked",
        "application/json, content-length: 62",
        "application/json, connection: close"
    })
    void passesEachPieceOn_beforeTheNextIsThere(String type, String framing) throws IOException {
        String head = "HTTP/1.1 200 OK\r\ncontent-type: %s\r\n%s\r\n\r\n".formatted(type, framing);
        List<String> pieces =
                List.of(
                        "data: {\"choices\":[{\"i",
                        "\":\"one",
                        "\"}]}\n\n",
                        "data: [DONE]\n\n: the last one\n");
        boolean isChunked = framing.endsWith("chunked");
        List<String> framed =
                pieces.stream()
                        .map(piece ->
                                isChunked
                                        ? Integer.toHexString(piece.length())
                                                + "\r\n"
                                                + piece
                                                + "\r\n"
                                        : piece)
                        .toList();
        provider.willAnswerPiecewise(
                List.of(
                        head + framed.get(0),
                        framed.get(1),
                        framed.get(2),
                        framed.get(3) + (isChunked ? "0\r\n\r\n" : "")));

        caller.post(CHAT, STREAM);

        caller.readTo(pieces.get(0));
        for (String piece : pieces.subList(1, 4)) {
            provider.sendNext();
            assertThat(caller.readTo(piece)).doesNotContain("error");
        }
    }

    @Test
    void dropsChunkExtensionsAndTrailers() throws IOException {
        provider.willAnswer(
                """
                HTTP/1.1 200 OK\r
                content-type: application/json\r
                trailer: x-digest\r
                transfer-encoding: chunked\r
                \r
                2;a=b;c="d"\r
                [1\r
                003\r
                ,2]\r
                0;last\r
                x-digest: 1\r
                \r
                """);

        RawCaller.Answer answer = caller.post(CHAT, PLAIN).read();

        assertThat(answer.text()).isEqualTo("[1,2]");
        assertThat(answer.has("trailer")).isFalse();
        provider.willAnswer("application/json", "{}");
        assertThat(caller.post(CHAT, PLAIN).read().text()).as("the next answer").isEqualTo("{}");
    }

    @Test
    void givesOldCaller_payloadWithoutFramingAndClosedConnection() throws IOException {
        String body = "data: {\"choices\":[]}\n\ndata: [DONE]\n\n";
        provider.willAnswer(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                        + "transfer-encoding: chunked\r\n\r\n16\r\n"
                        + body.substring(0, 22)
                        + "\r\ne\r\n"
                        + body.substring(22)
                        + "\r\n0\r\n\r\n");
        byte[] request = RawCaller.request("POST", CHAT, STREAM.getBytes(UTF_8));
        String old = new String(request, UTF_8).replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n");

        RawCaller.Answer answer = caller.send(old).read();

        assertThat(answer.has("transfer-encoding")).isFalse();
        assertThat(answer.has("content-length")).isFalse();
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(answer.text()).isEqualTo(body);
        assertThat(caller.isClosedByPeer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", EVENTS})
    void passesCompressedAnswerUntouched(String type) throws IOException {
        byte[] body = gzip("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                """
                HTTP/1.1 200 OK\r
                content-encoding: gzip\r
                content-type: %s\r
                content-length: %d\r
                \r
                """
                        .formatted(type, body.length)
                        .getBytes(ISO_8859_1));
        bytes.writeBytes(body);
        provider.willAnswer(bytes.toByteArray());

        RawCaller.Answer answer = caller.post(CHAT, STREAM, "accept-encoding: gzip, br").read();

        assertThat(answer.header("content-encoding")).isEqualTo("gzip");
        assertThat(answer.body()).isEqualTo(body);
        assertThat(provider.last().header("accept-encoding")).isEqualTo("identity");
    }

    @Test
    void keepsFromCaller_whatIsBetweenGatewayAndProvider() throws IOException {
        List<String> hidden =
                List.of(
                        "set-cookie",
                        "set-cookie2",
                        "keep-alive",
                        "proxy-authenticate",
                        "proxy-connection",
                        "upgrade",
                        "x-hop",
                        "x-sluice-model",
                        "access-control-allow-origin");
        StringBuilder head =
                new StringBuilder("HTTP/1.1 200 OK\r\nconnection: keep-alive, X-Hop\r\n");
        hidden.forEach(name -> head.append(name).append(": leaked\r\n"));
        head.append(
                "openai-version: 1\r\nx-ratelimit-limit-requests: 9\r\nx-odd:  two  words \r\n");
        head.append("x-request-id: req_up\r\ncontent-length: 2\r\n\r\n{}");
        provider.willAnswer(head.toString());

        RawCaller.Answer answer = caller.post(CHAT, PLAIN).read();

        assertThat(answer.headers()).noneMatch(header -> header.getValue().contains("leaked"));
        assertThat(answer.has("connection")).isFalse();
        assertThat(answer.header("openai-version")).isEqualTo("1");
        assertThat(answer.header("x-ratelimit-limit-requests")).isEqualTo("9");
        assertThat(answer.header("x-odd")).isEqualTo("two  words");
        assertThat(answer.header("x-sluice-upstream-request-id")).isEqualTo("req_up");
        assertThat(answer.header("x-sluice-model")).isEqualTo("raw");
        assertThat(answer.header("x-sluice-target")).isEqualTo("openai/sent");
        assertThat(answer.header("x-sluice-attempts")).isEqualTo("1");
    }

    @Test
    void takesRequestIdOver_andSaysItEverywhere() throws IOException {
        provider.willAnswer("application/json", "{}", "x-request-id: req_up");

        RawCaller.Answer answer =
                caller.post(CHAT, PLAIN, "x-request-id: mine-1", "x-correlation-id: flow-2").read();

        assertThat(answer.header("x-request-id")).isEqualTo("mine-1");
        assertThat(answer.header("request-id")).isEqualTo("mine-1");
        assertThat(answer.header("x-correlation-id")).isEqualTo("flow-2");
        assertThat(provider.last().header("x-request-id")).isEqualTo("mine-1");
        assertThat(provider.last().header("x-correlation-id")).isEqualTo("flow-2");
        assertThat(log(answer).path("id").asText()).isEqualTo("mine-1");
        assertThat(log(answer).path("correlation_id").asText()).isEqualTo("flow-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "quote\"", "with-\u00fc", "%s"})
    void makesRequestId_whereNoneCanBeTakenOver(String id) throws IOException {
        provider.willAnswer("application/json", "{}");
        String sent = id.equals("%s") ? "x".repeat(129) : id;

        RawCaller.Answer answer = caller.post(CHAT, PLAIN, "x-request-id: " + sent).read();

        String made = answer.header("x-request-id");
        assertThat(made).isNotEqualTo(sent).matches("[A-Za-z0-9_-]{8,64}");
        assertThat(provider.last().header("x-request-id")).isEqualTo(made);
        assertThat(log(answer).path("id").asText()).isEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 408, 418, 429, 500, 529, 599})
    void passesErrorByteForByte_andSaysWhoFailed(int status) throws IOException {
        String body = "{ \"error\" : {\"message\":\"n\u00f6\"} }\n";
        provider.willAnswer(
                "HTTP/1.1 %d Something\r\ncontent-type: application/json\r\nretry-after: 3\r\n"
                                .formatted(status)
                        + "content-length: %d\r\n\r\n%s"
                                .formatted(body.getBytes(UTF_8).length, body));

        RawCaller.Answer answer = caller.post(CHAT, PLAIN).read();

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(body);
        assertThat(answer.header("retry-after")).isEqualTo("3");
        assertThat(answer.header("x-sluice-error-source")).isEqualTo("upstream");
        assertThat(log(answer).path("error_source").asText()).isEqualTo("upstream");
    }

    @Test
    void passesOnlyTheFinalAnswer_whereInterimOnesCome() throws IOException {
        provider.willAnswer(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");

        RawCaller.Answer answer = caller.post(CHAT, PLAIN).read();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.has("link")).isFalse();
    }

    @Test
    void answersWithoutBody_whereProviderDoes() throws IOException {
        provider.willAnswer("HTTP/1.1 204 No Content\r\n\r\n");
        provider.willAnswer("application/json", "{}");

        assertThat(caller.post(CHAT, PLAIN).read().status()).isEqualTo(204);
        assertThat(caller.post(CHAT, PLAIN).read().text()).isEqualTo("{}");
    }

    private JsonNode log(RawCaller.Answer answer) {
        return fixture.accessLine(answer.header("x-request-id"));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
