package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.sluice.aws.AwsCredentials;
import io.sluice.aws.SigV4;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.PathProvider;
import io.sluice.bench.upstream.Options;
import io.sluice.config.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of every dialect before Bedrock. */
class BedrockIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PathProvider BEDROCK = new PathProvider();
    private static final String NOVA = "/model/eu.amazon.nova-lite-v1%3A0/converse";
    private static final String CLAUDE = "/model/anthropic.claude-sonnet-4-v1%3A0/";
    private static final String SESSION = "role-token";
    private static final String FRAMES = "application/vnd.amazon.eventstream";
    private static final String MODELS =
            """
              - {model_name: nova, litellm_params: {model: "bedrock/eu-west-1/eu.amazon.nova-lite-v1:0", \
            aws_bedrock_runtime_endpoint: "BEDROCK", aws_access_key_id: AKID, \
            aws_secret_access_key: topsecret, aws_session_token: role-token, \
            input_cost_per_token: 0.001, output_cost_per_token: 0.002}}
              - {model_name: claude, litellm_params: {model: "bedrock/anthropic.claude-sonnet-4-v1:0", \
            api_base: "BEDROCK", aws_access_key_id: AKID, aws_secret_access_key: topsecret}}
              - {model_name: keyed, litellm_params: {model: "bedrock/converse/eu.amazon.nova-lite-v1:0", \
            api_base: "BEDROCK", api_key: bearer-key}}
              - {model_name: half, litellm_params: {model: "bedrock/m", api_base: "BEDROCK", \
            aws_access_key_id: AKID}}
              - {model_name: role, litellm_params: {model: "bedrock/eu.amazon.nova-lite-v1:0", \
            api_base: "BEDROCK", aws_access_key_id: AKID, aws_secret_access_key: topsecret, \
            aws_role_name: "arn:aws:iam::123456789012:role/models", aws_sts_endpoint: "BEDROCK"}}
            """;

    @TempDir static Path folder;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws IOException {
        gateway =
                GatewayFixture.start(
                        folder, Options.DEFAULT, MODELS.replace("BEDROCK", BEDROCK.uri()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        BEDROCK.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "messages", "gemini"})
    void plainCallIsTranslated_signedAndBooked(String dialect) throws IOException {
        BEDROCK.answer(
                NOVA,
                200,
                "application/json",
                """
                {"metrics":{"latencyMs":1},"output":{"message":{"content":[{"text":"Hallo"}],\
                "role":"assistant"}},"stopReason":"end_turn",\
                "usage":{"inputTokens":7,"outputTokens":3,"totalTokens":10}}\
                """);

        HttpResponse<String> answer = ask(dialect, "nova", false);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("Hallo");
        PathProvider.Asked asked = BEDROCK.asked().getLast();
        assertThat(asked.target()).isEqualTo(NOVA);
        assertThat(JSON.readTree(asked.body()))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"messages":[{"role":"user","content":[{"text":"hi"}]}],\
                                "inferenceConfig":{"maxTokens":50}}\
                                """));
        assertThat(asked.header("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKID/")
                .contains("/eu-west-1/bedrock/aws4_request")
                .isEqualTo(signatureOf(asked, "eu-west-1", Secret.of(SESSION)));
        assertThat(asked.headers().values()).noneMatch(value -> value.contains("topsecret"));
        JsonNode line = logged(answer);
        assertThat(line.path("input_tokens").asLong()).isEqualTo(7);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(3);
        assertThat(line.path("cost_picos").asLong()).isEqualTo(13_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "messages", "gemini"})
    void streamIsTranslated_andBooked(String dialect) throws IOException {
        BEDROCK.answer(
                NOVA + "-stream",
                200,
                FRAMES,
                frames(
                        event("messageStart", "{\"role\":\"assistant\"}"),
                        event(
                                "contentBlockDelta",
                                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hal\"}}"),
                        event(
                                "contentBlockDelta",
                                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"lo\"}}"),
                        event("contentBlockStop", "{\"contentBlockIndex\":0}"),
                        event("messageStop", "{\"stopReason\":\"end_turn\"}"),
                        event(
                                "metadata",
                                "{\"usage\":{\"inputTokens\":7,\"outputTokens\":3,\"totalTokens\":10}}")));

        HttpResponse<String> answer = ask(dialect, "nova", true);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(answer.body()).contains("\"Hal\"").contains("\"lo\"");
        JsonNode line = logged(answer);
        assertThat(line.path("input_tokens").asLong()).isEqualTo(7);
        assertThat(line.path("output_tokens").asLong()).isEqualTo(3);
        assertThat(line.path("end").asText()).isEqualTo("--");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "messages", "gemini"})
    void exceptionInAStream_endsItWithAnError(String dialect) throws IOException {
        BEDROCK.answer(
                NOVA + "-stream",
                200,
                FRAMES,
                frames(
                        event("messageStart", "{\"role\":\"assistant\"}"),
                        frame(
                                "{\"message\":\"too many\"}",
                                ":exception-type",
                                "throttlingException",
                                ":message-type",
                                "exception")));

        HttpResponse<String> answer = ask(dialect, "nova", true);

        assertThat(answer.body()).contains("too many").doesNotContain("[DONE]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "messages", "gemini"})
    void errorKeepsItsStatus(String dialect) throws IOException {
        BEDROCK.answer(NOVA, 403, "application/json", "{\"message\":\"no access to the model\"}");

        HttpResponse<String> answer = ask(dialect, "nova", false);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("no access to the model");
    }

    @Test
    void damagedStreamEndsWithAnError() throws IOException {
        byte[] stream = frames(event("messageStart", "{\"role\":\"assistant\"}"));
        stream[stream.length - 1] ^= 1;
        BEDROCK.answer(NOVA + "-stream", 200, FRAMES, stream);

        assertThat(ask("chat", "nova", true).body()).contains("checksum");
    }

    @Test
    void anthropicsCallers_areRelayedToAnthropicsModels() throws IOException {
        String message =
                """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":\
                [{"type":"text","text":"Hallo"}],"stop_reason":"end_turn","usage":\
                {"input_tokens":5,"output_tokens":2}}\
                """;
        BEDROCK.answer(CLAUDE + "invoke", 200, "application/json", message);

        HttpResponse<String> answer = ask("messages", "claude", false);

        assertThat(answer.body()).isEqualTo(message);
        PathProvider.Asked asked = BEDROCK.asked().getLast();
        assertThat(asked.body())
                .isEqualTo(
                        "{\"anthropic_beta\":[\"one\",\"two\"],"
                                + "\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":50,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(asked.headers()).doesNotContainKeys("anthropic-version", "anthropic-beta");
        assertThat(asked.header("authorization")).isEqualTo(signatureOf(asked, "us-east-1", null));
        assertThat(logged(answer).path("input_tokens").asLong()).isEqualTo(5);
    }

    @Test
    void anthropicsCallers_getTheEventsOfAnthropicsModels() throws IOException {
        BEDROCK.answer(
                CLAUDE + "invoke-with-response-stream",
                200,
                FRAMES,
                frames(
                        chunk(
                                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"usage\":"
                                        + "{\"input_tokens\":5,\"output_tokens\":1}}}"),
                        chunk(
                                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                                        + "\"usage\":{\"output_tokens\":2}}"),
                        chunk("{\"type\":\"message_stop\"}")));

        HttpResponse<String> answer = ask("messages", "claude", true);

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(answer.body())
                .startsWith("event: message_start\ndata: {\"type\":\"message_start\"")
                .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        assertThat(logged(answer).path("output_tokens").asLong()).isEqualTo(2);
    }

    @Test
    void othersAreTranslated_forAnthropicsModels() throws IOException {
        BEDROCK.answer(
                CLAUDE + "converse",
                200,
                "application/json",
                "{\"output\":{\"message\":{\"content\":[{\"text\":\"Hallo\"}]}},\"stopReason\":\"end_turn\"}");

        assertThat(ask("chat", "claude", false).body()).contains("Hallo");
    }

    @Test
    void keyIsShownAsABearerToken() throws IOException {
        BEDROCK.answer(NOVA, 200, "application/json", "{\"output\":{}}");

        ask("chat", "keyed", false);

        assertThat(BEDROCK.asked().getLast().header("authorization"))
                .isEqualTo("Bearer bearer-key");
    }

    @Test
    void halfAPairOfKeys_is503() throws IOException {
        HttpResponse<String> answer = ask("chat", "half", false);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("aws_secret_access_key");
    }

    @Test
    void roleIsTakenOn_onceForAllCalls() throws IOException {
        BEDROCK.answer(
                "/",
                200,
                "text/xml",
                """
                <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>\
                <SecretAccessKey>s</SecretAccessKey><SessionToken>fresh</SessionToken>\
                <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
                </AssumeRoleResponse>\
                """);
        BEDROCK.answer(NOVA, 200, "application/json", "{\"output\":{}}");

        ask("chat", "role", false);
        ask("chat", "role", false);

        assertThat(BEDROCK.asked().getLast().header("x-amz-security-token")).isEqualTo("fresh");
        assertThat(BEDROCK.asked().getLast().header("authorization")).contains("Credential=ASIA/");
        var fetches = BEDROCK.asked().stream().filter(one -> one.target().equals("/")).toList();
        assertThat(fetches).hasSize(1);
        assertThat(fetches.getFirst().body())
                .contains("Action=AssumeRole&")
                .contains("RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmodels");
        assertThat(fetches.getFirst().header("authorization")).contains("/us-east-1/sts/");
    }

    private static HttpResponse<String> ask(String dialect, String model, boolean stream) {
        String text = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        String bound = ",\"max_tokens\":50,";
        String flag = stream ? ",\"stream\":true" : "";
        return switch (dialect) {
            case "chat" ->
                    send(
                            "/v1/chat/completions",
                            "{\"model\":\"" + model + "\"" + flag + bound + text + "}");
            case "responses" ->
                    send(
                            "/v1/responses",
                            "{\"model\":\""
                                    + model
                                    + "\",\"max_output_tokens\":50"
                                    + flag
                                    + ",\"input\":\"hi\"}");
            case "messages" ->
                    gateway.send(
                            gateway.post(
                                            "/v1/messages",
                                            "{\"model\":\""
                                                    + model
                                                    + "\""
                                                    + flag
                                                    + bound
                                                    + text
                                                    + "}")
                                    .header("anthropic-version", "2023-06-01")
                                    .header("anthropic-beta", "one, two")
                                    .build());
            default ->
                    send(
                            "/v1beta/models/"
                                    + model
                                    + (stream
                                            ? ":streamGenerateContent?alt=sse"
                                            : ":generateContent"),
                            "{\"generationConfig\":{\"maxOutputTokens\":50},\"contents\":[{\"role\":"
                                    + "\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
        };
    }

    private static HttpResponse<String> send(String path, String json) {
        return gateway.send(gateway.post(path, json).build());
    }

    private static JsonNode logged(HttpResponse<String> answer) throws IOException {
        return gateway.accessLine(
                answer.headers()
                        .firstValue("x-request-id")
                        .or(() -> answer.headers().firstValue("request-id"))
                        .orElseThrow());
    }

    /** What the provider would work out itself. */
    private static String signatureOf(
            PathProvider.Asked asked,
            String region,
            @org.jspecify.annotations.Nullable Secret token) {
        String lines =
                new SigV4(region, "bedrock")
                        .headerLines(
                                new AwsCredentials("AKID", Secret.of("topsecret"), token),
                                asked.method(),
                                String.valueOf(asked.header("host")),
                                asked.target(),
                                Unpooled.copiedBuffer(asked.body(), UTF_8),
                                ZonedDateTime.parse(
                                                String.valueOf(asked.header("x-amz-date")),
                                                DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                                                        .withZone(ZoneOffset.UTC))
                                        .toInstant());
        return lines.substring(lines.indexOf("authorization: ") + 15).strip();
    }

    private static byte[] chunk(String json) {
        return event(
                "chunk",
                "{\"bytes\":\"" + Base64.getEncoder().encodeToString(json.getBytes(UTF_8)) + "\"}");
    }

    private static byte[] event(String type, String payload) {
        return frame(payload, ":event-type", type, ":message-type", "event");
    }

    private static byte[] frame(String payload, String... headers) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        for (int i = 0; i < headers.length; i += 2) {
            byte[] name = headers[i].getBytes(UTF_8);
            byte[] value = headers[i + 1].getBytes(UTF_8);
            encoded.write(name.length);
            encoded.writeBytes(name);
            encoded.write(7);
            encoded.write(value.length >> 8);
            encoded.write(value.length);
            encoded.writeBytes(value);
        }
        byte[] body = payload.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(16 + encoded.size() + body.length);
        frame.putInt(frame.capacity()).putInt(encoded.size());
        frame.putInt(checksum(frame)).put(encoded.toByteArray()).put(body);
        frame.putInt(checksum(frame));
        return frame.array();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate().flip());
        return (int) crc.getValue();
    }

    private static byte[] frames(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
