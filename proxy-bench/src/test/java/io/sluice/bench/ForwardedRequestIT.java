package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.RawCaller;
import io.sluice.bench.testing.ScriptedGateway;
import io.sluice.bench.testing.ScriptedProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller's request becomes on its way to the provider. */
class ForwardedRequestIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final String BODY = "{\"model\":\"raw\",\"messages\":[]}";
    private static final String SENT = "{\"model\":\"sent\",\"messages\":[]}";

    @TempDir static Path folder;

    @RegisterExtension
    private static final ScriptedGateway GATEWAY =
            new ScriptedGateway(
                    () -> folder, provider -> provider.modelEntry("raw", "openai/sent"));

    private final ScriptedProvider provider = GATEWAY.provider();
    private final RawCaller caller = GATEWAY.newCaller();

    static Stream<Arguments> bodies() {
        String deep = "[".repeat(400) + "{\"model\":\"raw\"}" + "]".repeat(400);
        String long_ = "a\u00f6\\u0000\ud83d\ude42 ".repeat(20_000);
        return Stream.of(
                same(" {\n\t\"messages\" : [ ] ,\r\n \"model\" :  \"raw\" } \n"),
                same(
                        "{\"x\":1,\"x\":2,\"messages\":[{\"model\":\"raw\"}],\"model\":\"raw\",\"x\":[]}"),
                same(
                        "{\"temperature\":1e400,\"seed\":-0.0E+5,\"big\":12345678901234567890,"
                                + "\"model\":\"raw\",\"messages\":[]}"),
                same("{\"unknown\":" + deep + ",\"model\":\"raw\",\"messages\":[]}"),
                same(
                        "{\"\":\"\",\"a\\u002fb\":\"\\/\\ud83d\\n\",\"messages\":[],\"model\":\"raw\"}"),
                same(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\""
                                + long_
                                + "\"}],\"model\":\"raw\"}"),
                same(
                        "{\"model\":\"raw\",\"messages\":[],\"stream\":false,\"stream_options\":null}"),
                same("{\"model\":\"raw\",\"messages\":[],\"stream\":null}"),
                Arguments.of(
                        "{\"mod\\u0065l\":\"r\\u0061w\",\"messages\":[]}",
                        "{\"mod\\u0065l\":\"sent\",\"messages\":[]}"),
                stream("", ",\"stream_options\":{\"include_usage\":true}"),
                stream(
                        ",\"stream_options\": null",
                        ",\"stream_options\": {\"include_usage\":true}"),
                stream(",\"stream_options\":{}", ",\"stream_options\":{\"include_usage\":true}"),
                stream(
                        ",\"stream_options\":{\"include_usage\": false,\"y\":[1]}",
                        ",\"stream_options\":{\"include_usage\": true,\"y\":[1]}"),
                stream(
                        ",\"stream_options\":{\"include_usage\":null}",
                        ",\"stream_options\":{\"include_usage\":true}"),
                stream(
                        ",\"stream_options\":{ \"include_obfuscation\":false}",
                        ",\"stream_options\":{\"include_usage\":true, \"include_obfuscation\":false}"),
                stream(
                        ",\"stream_options\":{ \"include_usage\" :true }",
                        ",\"stream_options\":{ \"include_usage\" :true }"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void sendsBodyAsItCame_butForDeclaredEdits(String sent, String received) throws IOException {
        provider.willAnswer("application/json", "{}");

        assertThat(caller.post(CHAT, sent).read().status()).isEqualTo(200);
        assertThat(provider.last().text()).isEqualTo(received);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void sendsBodyAsItCame_howeverItIsChunked(String sent, String received) throws IOException {
        provider.willAnswer("application/json", "{}");
        byte[] bytes = sent.getBytes(UTF_8);
        ByteArrayOutputStream chunked = new ByteArrayOutputStream();
        for (int at = 0, size = 1; at < bytes.length; at += size, size = size * 3 % 20_011) {
            size = Math.min(size, bytes.length - at);
            chunked.writeBytes((Integer.toHexString(size) + ";x=y\r\n").getBytes(UTF_8));
            chunked.write(bytes, at, size);
            chunked.writeBytes("\r\n".getBytes(UTF_8));
        }
        caller.send(
                "POST "
                        + CHAT
                        + " HTTP/1.1\r\nhost: g\r\ncontent-type: application/json\r\n"
                        + "authorization: Bearer "
                        + GatewayFixture.KEY
                        + "\r\ntransfer-encoding: chunked\r\n\r\n");
        caller.send(chunked.toByteArray()).send("0\r\nx-trailer: 1\r\n\r\n");

        assertThat(caller.read().status()).isEqualTo(200);
        assertThat(provider.last().text()).isEqualTo(received);
        assertThat(provider.last().header("transfer-encoding")).isNull();
        assertThat(provider.last().header("x-trailer")).isNull();
    }

    @Test
    void decodesGzip() throws IOException {
        provider.willAnswer("application/json", "{}");

        RawCaller.Answer answer = caller.post(CHAT, gzip(BODY), "content-encoding: gzip").read();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(provider.last().text()).isEqualTo(SENT);
        assertThat(provider.last().header("content-encoding")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "br", "zstd", "gzip, gzip", "compress"})
    void refusesOtherEncodings(String encoding) throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (OutputStream zip = new DeflaterOutputStream(deflated)) {
            zip.write(BODY.getBytes(UTF_8));
        }
        int before = provider.received().size();

        RawCaller.Answer answer =
                caller.post(CHAT, deflated.toByteArray(), "content-encoding: " + encoding).read();

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.text()).contains("\"code\":\"unsupported_media_type\"");
        assertThat(answer.header("x-sluice-error-source")).isEqualTo("gateway");
        assertThat(provider.received()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 12, 30})
    void refusesGzip_thatIsCutShort(int bytes) throws IOException {
        byte[] whole = gzip(BODY);
        byte[] cut = java.util.Arrays.copyOf(whole, Math.min(bytes, whole.length - 1));

        RawCaller.Answer answer = caller.post(CHAT, cut, "content-encoding: gzip").read();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("\"code\":\"invalid_json\"");
    }

    @Test
    void bidsToContinue_beforeBodyIsSent() throws IOException {
        provider.willAnswer("application/json", "{}");
        String request =
                new String(
                        RawCaller.request(
                                "POST", CHAT, BODY.getBytes(UTF_8), "expect: 100-continue"),
                        UTF_8);
        int body = request.indexOf("\r\n\r\n") + 4;

        caller.send(request.substring(0, body));

        assertThat(caller.read().status()).isEqualTo(100);
        caller.send(request.substring(body));
        assertThat(caller.read().status()).isEqualTo(200);
        assertThat(provider.last().header("expect")).isNull();
    }

    @Test
    void refusesAtOnce_insteadOfBiddingToContinue() throws IOException {
        caller.send(
                "POST "
                        + CHAT
                        + " HTTP/1.1\r\nhost: g\r\ncontent-type: application/json\r\n"
                        + "authorization: Bearer sk-wrong\r\nexpect: 100-continue\r\n"
                        + "content-length: 1000\r\n\r\n");

        assertThat(caller.read().status()).isEqualTo(401);
        assertThat(caller.isClosedByPeer()).isTrue();
    }

    @Test
    void answersPipelinedRequests_inOrder() throws IOException {
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String knobs = i % 4 == 0 ? "[[ttft=30ms]]" : "[[chunks=3]]";
            String body = GatewayFixture.chatBody("m", knobs, i % 3 == 0);
            String id = "pipelined-" + i;
            ids.add(id);
            requests.writeBytes(
                    i == 7
                            ? RawCaller.request(
                                    "GET", "/v1/models", new byte[0], "x-request-id: " + id)
                            : RawCaller.request(
                                    "POST", CHAT, body.getBytes(UTF_8), "x-request-id: " + id));
        }
        caller.send(requests.toByteArray());

        for (String id : ids) {
            RawCaller.Answer answer = caller.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("x-request-id")).isEqualTo(id);
        }
    }

    @Test
    void keepsFromProvider_whatIsBetweenCallerAndGateway() throws IOException {
        provider.willAnswer("application/json", "{}");
        List<String> hidden =
                List.of(
                        "cookie",
                        "x-hop",
                        "keep-alive",
                        "te",
                        "trailer",
                        "upgrade",
                        "proxy-authorization",
                        "proxy-connection",
                        "x-forwarded-for",
                        "x-forwarded-host",
                        "x-forwarded-proto",
                        "x-forwarded-port",
                        "forwarded",
                        "via",
                        "x-real-ip",
                        "x-sluice-anything",
                        "content-md5-of-hop");
        List<String> lines = new ArrayList<>();
        lines.add("connection: X-Hop, content-md5-of-hop");
        hidden.forEach(name -> lines.add(name + ": leaked"));
        lines.add("user-agent: OpenAI/Java 4");
        lines.add("openai-beta: assistants=v2");
        lines.add("x-stainless-lang: java");

        caller.post(CHAT, BODY, lines.toArray(String[]::new));

        assertThat(caller.read().status()).isEqualTo(200);
        ScriptedProvider.Request request = provider.last();
        assertThat(request.head()).noneMatch(line -> line.contains("leaked"));
        assertThat(request.head()).noneMatch(line -> line.contains(GatewayFixture.KEY));
        assertThat(request.header("authorization")).isEqualTo("Bearer sk-up");
        assertThat(request.header("host")).startsWith("127.0.0.1:");
        assertThat(request.header("accept-encoding")).isEqualTo("identity");
        assertThat(request.header("user-agent")).isEqualTo("OpenAI/Java 4");
        assertThat(request.header("openai-beta")).isEqualTo("assistants=v2");
        assertThat(request.header("x-stainless-lang")).isEqualTo("java");
        assertThat(request.header("content-type")).isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization: Bearer %s",
                "Authorization:bearer %s",
                "api-key: %s",
                "x-api-key: %s",
                "x-goog-api-key: %s"
            })
    void takesCredential_fromEachOfItsHeaders(String line) throws IOException {
        provider.willAnswer("application/json", "{}");

        caller.post(CHAT, BODY, line.formatted(GatewayFixture.KEY));

        assertThat(caller.read().status()).isEqualTo(200);
        assertThat(provider.last().head()).noneMatch(sent -> sent.contains(GatewayFixture.KEY));
    }

    private static Arguments same(String body) {
        int at = body.lastIndexOf("\"raw\"");
        return Arguments.of(body, body.substring(0, at) + "\"sent\"" + body.substring(at + 5));
    }

    private static Arguments stream(String options, String received) {
        String body = "{\"model\":\"%s\",\"stream\":true,\"messages\":[]%s}";
        return Arguments.of(body.formatted("raw", options), body.formatted("sent", received));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
