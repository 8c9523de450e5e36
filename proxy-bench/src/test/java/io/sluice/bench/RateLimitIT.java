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

    private static List<HttpResponse<String>> callAtOnce(GatewayFixture fixture, int calls) {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(
                    fixture.client()
                            .sendAsync(
                                    fixture.post(
                                                    "/v1/chat/completions",
                                                    GatewayFixture.chatBody("m", "hello", false))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString()));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }
}
