package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.ReceivedRequest;
import io.sluice.bench.upstream.SimulatedProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Azure targets that show a token instead of a key. */
class EntraTokenIT {

    private final List<String> fetches = new CopyOnWriteArrayList<>();
    private final SimulatedProvider azure = SimulatedProvider.start();
    private final HttpServer tokenService = newTokenService();
    private volatile int status = 200;
    private volatile String answer = "{\"access_token\":\"eyJ.token\",\"expires_in\":3599}";

    @TempDir private Path folder = Path.of("");

    private static HttpServer newTokenService() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        tokenService.createContext("/", this::answer);
        tokenService.start();
    }

    @AfterEach
    void stop() {
        tokenService.stop(0);
        azure.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        fetches.add(exchange.getRequestMethod() + ' ' + exchange.getRequestURI().getPath());
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String tokenServiceUri() {
        return "http://127.0.0.1:" + tokenService.getAddress().getPort();
    }

    private GatewayFixture gateway(String params, String variables) throws IOException {
        String more =
                """
                  - {model_name: gpt, litellm_params: {model: azure/dep, api_base: "%1$s"%2$s}}
                  - {model_name: both, litellm_params: {model: azure/dep, api_base: "%1$s"%2$s}}
                  - {model_name: both, litellm_params: {model: openai/o, api_base: "%1$s/v1", api_key: sk}}
                router_settings: {num_retries: 1}
                environment_variables: {%3$s}
                """
                        .formatted(azure.baseUri(), params, variables);
        return GatewayFixture.start(folder, Options.DEFAULT, more);
    }

    private GatewayFixture withSecret() throws IOException {
        return gateway(
                ", tenant_id: t, client_id: c, client_secret: topsecret",
                "AZURE_AUTHORITY_HOST: \"" + tokenServiceUri() + "\"");
    }

    @Test
    void showsTheTokenOfTheClientSecret_andFetchesItOnce() throws Exception {
        try (GatewayFixture gateway = withSecret()) {
            List<CompletableFuture<HttpResponse<String>>> calls =
                    IntStream.range(0, 20)
                            .mapToObj(_ ->
                                    gateway.client()
                                            .sendAsync(
                                                    gateway.post(
                                                                    "/v1/chat/completions",
                                                                    GatewayFixture.chatBody(
                                                                            "gpt", "hi", false))
                                                            .build(),
                                                    HttpResponse.BodyHandlers.ofString()))
                            .toList();
            calls.forEach(call -> assertThat(call.join().statusCode()).isEqualTo(200));
            assertThat(gateway.chat("gpt", "again").statusCode()).isEqualTo(200);
        }

        assertThat(fetches).containsExactly("POST /t/oauth2/v2.0/token");
        assertThat(azure.received()).hasSize(21).allSatisfy(EntraTokenIT::showsTheToken);
    }

    private static void showsTheToken(ReceivedRequest request) {
        assertThat(request.header("authorization")).isEqualTo("Bearer eyJ.token");
        assertThat(request.header("api-key")).isNull();
        assertThat(request.path()).isEqualTo("/openai/deployments/dep/chat/completions");
    }

    @Test
    void showsTheTokenOfManagedIdentity() throws Exception {
        String variables =
                "IDENTITY_ENDPOINT: \"" + tokenServiceUri() + "/msi\", IDENTITY_HEADER: h";
        try (GatewayFixture gateway = gateway("", variables)) {
            assertThat(gateway.chat("gpt", "hi").statusCode()).isEqualTo(200);
        }

        assertThat(fetches).containsExactly("GET /msi");
        assertThat(azure.received()).hasSize(1).allSatisfy(EntraTokenIT::showsTheToken);
    }

    @Test
    void showsAReadyTokenAsItIs() throws Exception {
        try (GatewayFixture gateway = gateway(", azure_ad_token: eyJ.token", "")) {
            assertThat(gateway.chat("gpt", "hi").statusCode()).isEqualTo(200);
        }

        assertThat(fetches).isEmpty();
        assertThat(azure.received()).hasSize(1).allSatisfy(EntraTokenIT::showsTheToken);
    }

    @Test
    void answers503_whenThereIsNoToken() throws Exception {
        status = 401;
        answer = "{\"error\":\"invalid_client\",\"error_description\":\"topsecret\"}";
        try (GatewayFixture gateway = withSecret()) {
            HttpResponse<String> refused = gateway.chat("gpt", "hi");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body())
                    .contains("\"credential_missing\"", "status 401 (invalid_client)")
                    .doesNotContain("topsecret");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(gateway.accessLines(1).getFirst().path("error_source").asText())
                    .isEqualToIgnoringCase("gateway");
        }

        assertThat(fetches).hasSize(1);
        assertThat(azure.received()).isEmpty();
    }

    @Test
    void callsTheNextTarget_whenThereIsNoToken() throws Exception {
        status = 500;
        try (GatewayFixture gateway = withSecret()) {
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.chat("both", "hi").statusCode()).isEqualTo(200);
            }
        }

        assertThat(azure.received())
                .hasSize(10)
                .allMatch(request -> "Bearer sk".equals(request.header("authorization")));
    }

    @Test
    void fetchesAgain_afterAFailure() throws Exception {
        status = 500;
        try (GatewayFixture gateway = withSecret()) {
            assertThat(gateway.chat("gpt", "hi").statusCode()).isEqualTo(503);
            status = 200;

            GatewayFixture.await(
                    () -> gateway.chat("gpt", "hi").statusCode() == 200,
                    () -> "a token after " + fetches);
        }

        assertThat(fetches).hasSize(2);
    }
}
