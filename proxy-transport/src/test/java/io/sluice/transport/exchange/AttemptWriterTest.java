package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.message.Endpoint;
import io.sluice.provider.Provider;
import io.sluice.routing.UpstreamAddress;
import io.sluice.testing.Heads;
import io.sluice.testing.TargetFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to a provider, byte for byte, and what does not. */
class AttemptWriterTest {

    private static final String BODY = "{\"model\":\"gpt\",\"messages\":[]}";

    private final CallUnderTest call = new CallUnderTest();

    @AfterEach
    void release() {
        call.exchange().onClientGone();
        call.release();
    }

    @Test
    void writesTheWholeRequest() {
        TargetFixture target =
                new TargetFixture()
                        .address(new UpstreamAddress("api.example.com", 443, true))
                        .model("gpt-4o")
                        .headers("X-Team: red\r\n", "x-team");

        assertThat(
                        sent(
                                target,
                                "User-Agent: test/1",
                                "Content-Type: application/json",
                                "X-Team: blue",
                                "traceparent: 00-1-2-01",
                                "Content-Length: 29",
                                "Accept: */*"))
                .isEqualTo(
                        """
                        POST /v1/chat/completions HTTP/1.1
                        host: api.example.com
                        accept-encoding: identity
                        x-request-id: req-1
                        x-correlation-id: corr-1
                        authorization: Bearer sk-provider
                        X-Team: red
                        User-Agent: test/1
                        Content-Type: application/json
                        traceparent: 00-1-2-01
                        Accept: */*
                        content-length: 32

                        {"model":"gpt-4o","messages":[]}\
                        """
                                .replace("\n", "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer caller",
                "api-key: caller",
                "X-Api-Key: caller",
                "x-goog-api-key: caller",
                "Cookie: caller",
                "Accept-Encoding: gzip",
                "Content-Encoding: identity",
                "Expect: 100-continue",
                "X-Request-Id: caller",
                "X-Correlation-Id: caller",
                "Forwarded: for=caller",
                "Via: 1.1 caller",
                "X-Forwarded-For: caller",
                "X-Forwarded-Host: caller",
                "X-Forwarded-Proto: caller",
                "X-Forwarded-Anything: caller",
                "X-Real-IP: caller",
                "CF-Connecting-IP: caller",
                "True-Client-IP: caller",
                "X-Client-IP: caller",
                "X-Sluice-Target: caller",
                "OpenAI-Organization: caller",
                "OpenAI-Project: caller",
                "Keep-Alive: caller",
                "Proxy-Authorization: caller",
                "Proxy-Connection: caller",
                "TE: trailers",
                "Upgrade: caller"
            })
    void keepsTo_itself(String line) {
        String plain = sent(new TargetFixture());
        call.exchange().onClientGone();

        assertThat(sent(new TargetFixture(), line)).isEqualTo(plain);
    }

    @Test
    void keepsToItself_whatTheConnectionHeaderNames() {
        assertThat(sent(new TargetFixture(), "Connection: keep-alive, X-Secret", "X-Secret: 1"))
                .doesNotContain("X-Secret", "Connection");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OpenAI-Beta: assistants=v2",
                "Idempotency-Key: 1",
                "X-Stainless-Lang: java",
                "baggage: a=b",
                "tracestate: a=1",
                "x-custom: \u00e4"
            })
    void passesOn(String line) {
        assertThat(sent(new TargetFixture(), line)).contains("\r\n" + line + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CHAT_COMPLETIONS |                    |        | /base/openai/deployments/my%2Fgpt%204o/chat/completions?api-version=2024-10-21
                    EMBEDDINGS       |                    | 2025-1 | /base/openai/deployments/my%2Fgpt%204o/embeddings?api-version=2025-1
                    RESPONSES        |                    |        | /base/openai/responses?api-version=2024-10-21
                    STORED_RESPONSE  | resp_1             |        | /base/openai/responses/resp_1?api-version=2024-10-21&a=b&limit=2
                    """)
    void writesPathsAsAzureWantsThem(
            Endpoint endpoint, @Nullable String id, @Nullable String version, String path) {
        TargetFixture target =
                new TargetFixture()
                        .provider("azure")
                        .basePath("/base")
                        .model("my/gpt 4o")
                        .apiVersion("2024-10-21");
        String body =
                endpoint == Endpoint.STORED_RESPONSE
                        ? null
                        : "{\"model\":\"x\",\"messages\":[],\"input\":\"\"}";
        call.asking(
                        Heads.post("/x"),
                        new RequestPath(
                                endpoint,
                                null,
                                id,
                                version,
                                "a=b&api-version=9&key=secret&limit=2&"),
                        body)
                .at(target.build())
                .start();

        assertThat(call.provider().received()).startsWith("POST " + path + " HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CHAT_COMPLETIONS |                    | /v1/chat/completions
                    MODERATIONS      |                    | /v1/moderations
                    STORED_RESPONSE  | resp_1/input_items | /v1/responses/resp_1/input_items?a=b
                    """)
    void writesPathsAsOpenAiWantsThem(Endpoint endpoint, @Nullable String id, String path) {
        String body =
                endpoint == Endpoint.STORED_RESPONSE
                        ? null
                        : "{\"model\":\"x\",\"messages\":[],\"input\":\"\"}";
        call.asking(
                        Heads.post("/x"),
                        new RequestPath(endpoint, null, id, null, "key=secret&a=b"),
                        body)
                .at(new TargetFixture().build())
                .start();

        assertThat(call.provider().received()).startsWith("POST " + path + " HTTP/1.1\r\n");
    }

    @Test
    void leavesTheBodyOfAnAzureDeploymentAlone_whereThePathNamedIt() {
        String body = "{\"messages\":[]}";
        call.asking(
                        Heads.post("/x"),
                        new RequestPath(Endpoint.CHAT_COMPLETIONS, "gpt", null, null, null),
                        body)
                .at(new TargetFixture().provider("azure").build())
                .start();

        assertThat(call.provider().received()).endsWith("\r\n\r\n" + body);
    }

    @Test
    void namesTheModelInTheBody_whereOnlyThePathNamedIt() {
        call.asking(
                        Heads.post("/x"),
                        new RequestPath(Endpoint.CHAT_COMPLETIONS, "gpt", null, null, null),
                        "{\"messages\":[]}")
                .at(new TargetFixture().build())
                .start();

        assertThat(call.provider().received())
                .contains("\r\ncontent-length: 29\r\n")
                .endsWith("{\"model\":\"gpt\",\"messages\":[]}");
    }

    @Test
    void sendsALargeBody_asItCame() {
        String content = "x".repeat(40_000);
        String body = "{\"model\":\"gpt\",\"messages\":[\"" + content + "\"]}";
        call.asking(
                        Heads.post("/x"),
                        new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null),
                        body)
                .at(new TargetFixture().model("other").build())
                .start();

        assertThat(call.provider().received())
                .contains("\r\ncontent-length: " + (body.length() + 2) + "\r\n")
                .endsWith(body.replace("\"gpt\"", "\"other\""));
    }

    @Test
    void statesNoLength_whereThereIsNoBody() {
        call.asking(
                        Heads.request("GET /v1/responses/resp_1 HTTP/1.1", "Host: h"),
                        new RequestPath(Endpoint.STORED_RESPONSE, null, "resp_1", null, null),
                        null)
                .at(new TargetFixture().build())
                .start();

        assertThat(call.provider().received())
                .startsWith("GET /v1/responses/resp_1 HTTP/1.1\r\n")
                .doesNotContain("content-length");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    openai  | CHAT_COMPLETIONS | "stream":true                                          | true
                    openai  | COMPLETIONS      | "stream":true                                          | true
                    openai  | CHAT_COMPLETIONS | "stream":true,"stream_options":{"include_usage":false} | true
                    openai  | CHAT_COMPLETIONS | "stream":true,"stream_options":{"include_usage":true}  | false
                    openai  | CHAT_COMPLETIONS | "stream":false                                         | false
                    openai  | RESPONSES        | "stream":true                                          | false
                    mistral | CHAT_COMPLETIONS | "stream":true                                          | false
                    """)
    void asksForUsage_whereTheCallerDidNotAndTheProviderUnderstands(
            String provider, Endpoint endpoint, String fields, boolean asks) {
        call.asking(
                        Heads.post("/x"),
                        new RequestPath(endpoint, null, null, null, null),
                        "{\"model\":\"gpt\",\"messages\":[],\"input\":\"\"," + fields + "}")
                .at(new TargetFixture().provider(provider).build())
                .start();
        GatewayRequest request = call.newRequest();

        assertThat(
                        AttemptWriter.mustAskForUsage(
                                request, new TargetFixture().provider(provider).build()))
                .isEqualTo(asks);
        boolean asked = call.provider().received().contains("\"include_usage\":true");
        assertThat(asked).isEqualTo(asks || fields.contains("include_usage\":true"));
        request.releaseBody();
    }

    @Test
    void writesMessages_asAnthropicWantsThem() {
        call.asking(
                        Heads.post("/x", "anthropic-beta: a"),
                        new RequestPath(
                                Endpoint.MESSAGES, null, null, null, "beta=true&%6bey=secret"),
                        BODY)
                .at(
                        new TargetFixture()
                                .provider("anthropic")
                                .basePath("/base")
                                .model("claude")
                                .build())
                .start();

        assertThat(call.provider().received())
                .startsWith("POST /base/v1/messages?beta=true HTTP/1.1\r\n")
                .contains("\r\nanthropic-version: 2023-06-01\r\n", "\r\nanthropic-beta: a\r\n")
                .endsWith("{\"model\":\"claude\",\"messages\":[]}");
    }

    @Test
    void writesContents_asGoogleWantsThem() {
        call.asking(
                        Heads.post("/x"),
                        new RequestPath(
                                Endpoint.STREAM_GENERATE_CONTENT,
                                "gem",
                                null,
                                null,
                                "$alt=sse&alt=sse&access_token=secret&$key=secret"),
                        "{\"contents\":[]}")
                .at(
                        new TargetFixture()
                                .provider("gemini", Provider.PathStyle.GEMINI)
                                .basePath("/v1beta")
                                .model("a b")
                                .build())
                .start();

        assertThat(call.provider().received())
                .startsWith(
                        "POST /v1beta/models/a%20b:streamGenerateContent?$alt=sse&alt=sse"
                                + " HTTP/1.1\r\n")
                .endsWith("\r\n\r\n{\"contents\":[]}")
                .doesNotContain("secret");
    }

    private String sent(TargetFixture target, String... lines) {
        call.asking(
                        Heads.post("/v1/chat/completions", lines),
                        new RequestPath(Endpoint.CHAT_COMPLETIONS, null, null, null, null),
                        BODY)
                .at(target.build())
                .start();
        return call.provider().received();
    }
}
