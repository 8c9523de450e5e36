package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of keys of the file and of the gateway, over the wire. */
class RateLimitIT {

    @TempDir Path folder;

    @Test
    void servesAsManyAsTheLimitSays_onAllEventLoopsTogether() throws IOException {
        try (GatewayFixture fixture = start(key("requests_per_hour: 40"))) {
            List<HttpResponse<String>> answers = callAtOnce(fixture, 200);

            long served = answers.stream().filter(one -> one.statusCode() == 200).count();
            assertThat(served).isEqualTo(40);
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(40);
            assertThat(fixture.metric("sluice_errors_total")).isEqualTo(160);
        }
    }

    @Test
    void saysWhatIsLeft_inHeadersThatAgree() throws IOException {
        try (GatewayFixture fixture = start(key("requests_per_minute: 2"))) {
            HttpResponse<String> first = fixture.chat("m", "hello");
            HttpResponse<String> second = fixture.chat("m", "hello");
            HttpResponse<String> third = fixture.chat("m", "hello");

            assertThat(first.headers().allValues("x-ratelimit-limit-requests"))
                    .as("and not the provider's")
                    .containsExactly("2");
            assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("1");
            assertThat(header(second, "x-ratelimit-remaining-requests")).isEqualTo("0");
            assertThat(header(first, "x-ratelimit-reset-requests")).isIn("1m0s", "1m1s");
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.body())
                    .contains("\"rate_limit_exceeded\"", "this key may use 2 requests per minute");
            assertThat(header(third, "x-sluice-error-source")).isEqualTo("gateway");
            long seconds = Long.parseLong(header(third, "retry-after"));
            long millis = Long.parseLong(header(third, "retry-after-ms"));
            assertThat(seconds).isBetween(1L, 61L);
            assertThat(seconds * 1000 - millis).isBetween(0L, 999L);
        }
    }

    @Test
    void returnsTokensThatWereNotUsed() throws IOException {
        try (GatewayFixture fixture = start(key("tokens_per_hour: 100000"))) {
            HttpResponse<String> answer = fixture.chat("m", "hello");
            HttpResponse<String> next = fixture.chat("m", "hello");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(next, "x-ratelimit-limit-tokens")).isEqualTo("100000");
            assertThat(Long.parseLong(header(next, "x-ratelimit-remaining-tokens")))
                    .as("one call's guess and the other's use")
                    .isBetween(98_000L, 99_900L);
        }
    }

    @Test
    void servesAsManyAsADeploymentMay_onAllEventLoopsTogether() throws IOException {
        try (GatewayFixture fixture =
                start(group("limits: {requests_per_hour: 20}", "limits: {requests_per_hour: 5}"))) {
            List<HttpResponse<String>> answers = callAtOnce(fixture, "group", 100);

            assertThat(answers.stream().filter(one -> one.statusCode() == 200).count())
                    .isEqualTo(25);
            assertThat(answers.stream().filter(one -> one.statusCode() == 429).count())
                    .isEqualTo(75);
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(25);
            HttpResponse<String> refused = fixture.chat("group", "hello");
            assertThat(refused.body())
                    .contains("\"rate_limit_exceeded\"", "the deployment openai/");
            assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("0");
            assertThat(header(refused, "x-sluice-error-source")).isEqualTo("gateway");
            long seconds = Long.parseLong(header(refused, "retry-after"));
            long millis = Long.parseLong(header(refused, "retry-after-ms"));
            assertThat(seconds).isBetween(3_500L, 3_661L);
            assertThat(seconds * 1000 - millis).isBetween(0L, 999L);
        }
    }

    @Test
    void leavesADeploymentWithoutRoom_inTheWordsOfLiteLlm() throws IOException {
        try (GatewayFixture fixture =
                start(
                        """
                          - {model_name: group, litellm_params: {model: openai/x, rpm: 2, weight: 1000000, api_base: "BASE", api_key: sk-up}}
                          - {model_name: group, litellm_params: {model: openai/y, max_parallel_requests: 3, weight: 1, api_base: "BASE", api_key: sk-up}}
                        """)) {
            for (int i = 0; i < 10; i++) {
                assertThat(fixture.chat("group", "hello").statusCode()).isEqualTo(200);
            }

            assertThat(
                            fixture.accessLines(10).stream()
                                    .filter(line ->
                                            line.path("target").asText().equals("openai/x")))
                    .hasSize(2);
        }
    }

    @Test
    void limitsAModelAndAProvider_whoeverCalls() throws IOException {
        String more =
                """
                accounts:
                  models: [{name: m, limits: {requests_per_hour: 3}}]
                  providers: [{name: openai, limits: {requests_per_hour: 5}}]
                """;
        try (GatewayFixture fixture = start(more)) {
            List<HttpResponse<String>> answers = callAtOnce(fixture, "m", 20);
            assertThat(answers.stream().filter(one -> one.statusCode() == 200).count())
                    .isEqualTo(3);
            assertThat(fixture.chat("m", "hello").body())
                    .contains("the model m may use 3 requests per hour");

            assertThat(fixture.chat("pair", "hello").statusCode()).isEqualTo(200);
            assertThat(fixture.chat("pair", "hello").statusCode()).isEqualTo(200);
            assertThat(fixture.chat("pair", "hello").body())
                    .contains("the provider openai may use 5 requests per hour");
        }
    }

    @Test
    void givesParallelCallsBack_whoeverEndsThem() throws IOException {
        try (GatewayFixture fixture = start(key("parallel: 3"))) {
            List<HttpResponse<String>> answers = callAtOnce(fixture, 50);

            assertThat(answers).allMatch(one -> one.statusCode() == 200 || isRefused(one));
            for (int i = 0; i < 10; i++) {
                assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);
                assertThat(fixture.chat("unknown", "hello").statusCode()).isEqualTo(404);
            }
            assertThat(
                            fixture.gateway()
                                    .accounts()
                                    .all(io.sluice.admission.AccountKind.KEY)
                                    .getFirst()
                                    .openCalls())
                    .isZero();
        }
    }

    @Test
    void passesTheProvidersHeaders_whereTheKeyHasNoLimit() throws IOException {
        try (GatewayFixture fixture = start("")) {
            HttpResponse<String> answer = fixture.chat("m", "hello");

            assertThat(answer.headers().allValues("x-ratelimit-limit-requests"))
                    .containsExactly("10000");
        }
    }

    private GatewayFixture start(String more) throws IOException {
        return GatewayFixture.start(folder, Options.DEFAULT, more);
    }

    private static boolean isRefused(HttpResponse<String> answer) {
        return answer.statusCode() == 429
                && answer.body().contains("may have 3 calls at the same time");
    }

    private static String key(String limit) {
        return "keys: [{alias: tester, key: "
                + GatewayFixture.KEY
                + ", limits: {"
                + limit
                + "}}]\n";
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("(none)");
    }

    private static String group(String first, String second) {
        return """
          - {model_name: group, %s, litellm_params: {model: openai/x, api_base: "BASE", api_key: sk-up}}
          - {model_name: group, %s, litellm_params: {model: openai/y, api_base: "BASE", api_key: sk-up}}
        """
                .formatted(first, second);
    }

    private static List<HttpResponse<String>> callAtOnce(GatewayFixture fixture, int calls) {
        return callAtOnce(fixture, "m", calls);
    }

    private static List<HttpResponse<String>> callAtOnce(
            GatewayFixture fixture, String model, int calls) {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(
                    fixture.client()
                            .sendAsync(
                                    fixture.post(
                                                    "/v1/chat/completions",
                                                    GatewayFixture.chatBody(model, "hello", false))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString()));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }
}
