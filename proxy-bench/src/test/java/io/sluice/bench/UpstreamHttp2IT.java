package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.SelfSigned;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Options;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 to providers: the provider is another gateway, which speaks it to its clients. */
class UpstreamHttp2IT {

    private static final int CALLS = 100;

    @TempDir private Path folder;

    @Test
    void sendsManyCallsAtOnce_overFewConnections() throws Exception {
        try (GatewayFixture provider = provider("{port: 0}");
                GatewayFixture gateway = gateway(provider, "http", "always")) {
            List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                String prompt = "[[chunks=20 gap=5ms]]";
                calls.add(
                        gateway.client()
                                .sendAsync(
                                        gateway.post(
                                                        "/v1/chat/completions",
                                                        GatewayFixture.chatBody("m", prompt, true))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString()));
            }
            String expected = contents(provider.chat("m", "hi").body());
            for (CompletableFuture<HttpResponse<String>> call : calls) {
                assertThat(call.get().statusCode()).isEqualTo(200);
                assertThat(call.get().body()).endsWith("data: [DONE]\n\n");
            }
            assertThat(contents(gateway.chat("m", "hi").body())).isEqualTo(expected);
            assertThat(gateway.ledgerRows(CALLS + 1)).hasSize(CALLS + 1);
            int loops = Runtime.getRuntime().availableProcessors();
            assertThat(provider.metric("sluice_client_connections"))
                    .isLessThanOrEqualTo(loops + 1.0);
        }
    }

    @Test
    void passesLargeBodies_bothWays() throws Exception {
        try (GatewayFixture provider = provider("{port: 0}");
                GatewayFixture gateway = gateway(provider, "http", "always")) {
            HttpResponse<String> answer = gateway.chat("m", "[[bytes=3MiB]]" + "x".repeat(5 << 20));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).hasSize(3 << 20);
        }
    }

    @Test
    void passesTheProvidersErrorsOn() throws Exception {
        try (GatewayFixture provider = provider("{port: 0}");
                GatewayFixture gateway = gateway(provider, "http", "always")) {
            HttpResponse<String> answer = gateway.chat("m", "[[status=418 body={\"error\":1}]]");

            assertThat(answer.statusCode()).isEqualTo(418);
            assertThat(answer.body()).isEqualTo("{\"error\":1}");
        }
    }

    @Test
    void cancelsTheCall_whenTheClientLeaves() throws Exception {
        try (GatewayFixture provider = provider("{port: 0}");
                GatewayFixture gateway = gateway(provider, "http", "always")) {
            try (WireClient client = new WireClient(gateway.port())) {
                client.send(WireClient.chat("m", "[[chunks=9 stall=forever@2]]", true));
                client.readTo("\n\n");
            }

            GatewayFixture.await(
                    () -> provider.provider().books().totals().clientsLeft() == 1,
                    () -> "the provider's call is cancelled");
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void saysThatAStreamIsNotWhole_whenTheProviderCutsIt() throws Exception {
        try (GatewayFixture provider = provider("{port: 0}");
                GatewayFixture gateway = gateway(provider, "http", "always")) {
            HttpResponse<String> answer =
                    gateway.send(
                            gateway.post(
                                            "/v1/chat/completions",
                                            GatewayFixture.chatBody(
                                                    "m", "[[chunks=9 cut=3]]", true))
                                    .build());

            assertThat(answer.body()).contains("\"error\"").doesNotContain("[DONE]");
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void goesOnElsewhere_whenTheProviderStopsAndComesBack() throws Exception {
        GatewayFixture first = provider("{port: 0}");
        int port = first.port();
        try (GatewayFixture gateway = gateway(first, "http", "always")) {
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
            first.close();
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(502);

            try (GatewayFixture second = provider("{port: %d}".formatted(port))) {
                assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
                assertThat(second.provider().books().totals().calls()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void agreesOnWhatTheProviderSpeaks(boolean isHttp2) throws Exception {
        SelfSigned identity = SelfSigned.in(folder);
        String listen =
                "{port: 0, http2: {enabled: %s}, tls: {certificate: %s, private_key: %s}}"
                        .formatted(isHttp2, identity.certificate(), identity.privateKey());
        try (GatewayFixture provider = provider(listen);
                GatewayFixture gateway =
                        gateway(
                                provider,
                                "https",
                                "tls, trusted_certificates: \"" + identity.certificate() + "\"")) {
            for (int i = 0; i < 5; i++) {
                assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
            }
            HttpResponse<String> stream =
                    gateway.send(
                            gateway.post(
                                            "/v1/chat/completions",
                                            GatewayFixture.chatBody("m", "[[chunks=50]]", true))
                                    .build());
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
        }
    }

    private GatewayFixture provider(String listen) throws Exception {
        Path own = Files.createTempDirectory(folder, "provider");
        return GatewayFixture.start(own, Options.DEFAULT, "", listen);
    }

    private GatewayFixture gateway(GatewayFixture provider, String scheme, String http2)
            throws Exception {
        Path own = Files.createTempDirectory(folder, "gateway");
        return GatewayFixture.start(
                own,
                Options.DEFAULT,
                """
                upstream: {http2: %s}
                model_list:
                  - model_name: m
                    litellm_params: {model: openai/m, api_base: "%s://localhost:%d/v1", api_key: %s, max_retries: 0}
                """
                        .formatted(http2, scheme, provider.port(), GatewayFixture.KEY));
    }

    /** An answer without what differs from call to call. */
    private static String contents(String answer) {
        return answer.replaceAll("\"(id|created)\":[^,]*", "");
    }
}
