package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.admission.Account;
import io.sluice.admission.AccountKind;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.ScriptedProvider;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Options;
import io.sluice.ledger.Outcome;
import io.sluice.ledger.Settlement;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Budgets of keys of the file and of the gateway, over the wire. */
class BudgetRaceIT {

    private static final String PRICES =
            "pricing: {currency: USD, m: {input: 0.001, output: 0.002}}\n";
    private static final long INPUT_PICOS = 1_000_000;
    private static final long OUTPUT_PICOS = 2_000_000;

    @TempDir Path folder;

    @Test
    void neverSpendsMoreThanAHardBudget_howeverManyCallAtOnce() throws IOException {
        String more = PRICES + key("budget: {amount: 0.002 USD, window: day, mode: hard}");
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            List<HttpResponse<String>> answers = callAtOnce(fixture, 300);

            long spent = 0;
            int served = 0;
            for (HttpResponse<String> answer : answers) {
                assertThat(answer.statusCode()).isIn(200, 429);
                if (answer.statusCode() == 200) {
                    served++;
                    spent += cost(answer);
                } else {
                    assertThat(answer.body()).contains("\"insufficient_quota\"");
                    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
                    assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0))
                            .isBetween(1L, 86_400L);
                }
            }
            assertThat(served).isPositive().isLessThan(300);
            assertThat(spent).isPositive().isLessThanOrEqualTo(2_000_000_000L);
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(served);
            assertThat(fixture.metric("sluice_budget_holds")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "accounts: {models: [{name: m, budget: {amount: 0.002 USD, mode: hard}}]}",
                "accounts: {providers: [{name: openai, budget: {amount: 0.002 USD, mode: hard}}]}",
                "accounts: {tags: [{name: t, budget: {amount: 0.002 USD, mode: hard}}]}",
                "accounts: {end_user: {budget: {amount: 0.002 USD, mode: hard}}}",
                "budgets: {default_mode: hard}\nrouter_settings: {provider_budget_config: {openai:"
                        + " {budget_limit: 0.002, time_period: 1d}}}",
                "budgets: {default_mode: hard}\nlitellm_settings: {tag_budget_config: {t:"
                        + " {max_budget: 0.002, budget_duration: 1d}}}",
                "budgets: {default_mode: hard}\nlitellm_settings: {max_end_user_budget: 0.002}"
            })
    void neverSpendsMore_atTheOtherLevels(String terms) throws IOException {
        assertNeverSpendsMore(PRICES + terms + "\n");
    }

    @Test
    void neverSpendsMore_onOneModelOfAKey() throws IOException {
        assertNeverSpendsMore(
                PRICES + key("model_budgets: [{model: m, amount: 0.002 USD, mode: hard}]"));
    }

    private void assertNeverSpendsMore(String more) throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            String body =
                    bounded(GatewayFixture.chatBody("m", "hello", false))
                            .replaceFirst(
                                    "\\{", "{\"user\":\"u\",\"metadata\":{\"tags\":[\"t\"]},");
            long spent = 0;
            int served = 0;
            for (HttpResponse<String> answer : callAtOnce(fixture, body, 200)) {
                assertThat(answer.statusCode()).as(answer.body()).isIn(200, 429);
                if (answer.statusCode() == 200) {
                    served++;
                    spent += cost(answer);
                } else {
                    assertThat(answer.body()).contains("\"insufficient_quota\"");
                    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
                }
            }
            assertThat(served).isPositive().isLessThan(200);
            assertThat(spent).isPositive().isLessThanOrEqualTo(2_000_000_000L);
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(served);
            assertNothingIsHeld(fixture);
        }
    }

    @Test
    void goesToTheNextProvider_whereABudgetIsUsedUp() throws IOException {
        String more =
                """
                  - {model_name: two, litellm_params: {model: openai/dear, weight: 1000000, max_budget: 0.0000001, api_base: "BASE", api_key: sk-up}}
                  - {model_name: two, litellm_params: {model: groq/cheap, weight: 1, api_base: "BASE", api_key: sk-up}}
                pricing: {currency: USD, dear: {input: 0.001, output: 0.002}, cheap: {input: 0.001, output: 0.002}}
                """;
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            for (int i = 0; i < 3; i++) {
                assertThat(fixture.chat("two", "hello").statusCode()).isEqualTo(200);
            }

            assertThat(fixture.accessLines(3))
                    .extracting(line -> line.path("target").asText())
                    .containsExactly("openai/dear", "groq/cheap", "groq/cheap");
        }
    }

    @Test
    void paysForEachAttemptOfACall() throws IOException {
        String more =
                PRICES
                        + "router_settings: {num_retries: 2, retry_after: 0}\n"
                        + key("budget: {amount: 1 USD, window: day, mode: hard}");
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            HttpResponse<String> refused = fixture.chat("m", "[[fail=503#1 chunks=3]]");
            HttpResponse<String> cut = fixture.chat("m", "[[close=reused chunks=3]]");

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(200);
            assertThat(cut.statusCode()).as(cut.body()).isEqualTo(200);
            List<Settlement> rows = fixture.ledgerRows(4);
            assertThat(rows)
                    .extracting(row -> row.end().outcome())
                    .containsExactly(
                            Outcome.RETRIED, Outcome.COMPLETED, Outcome.RETRIED, Outcome.COMPLETED);
            assertThat(spent(fixture)).isEqualTo(cost(refused) + cost(cut));
            assertNothingIsHeld(fixture);
        }
    }

    @Test
    void chargesTheHold_ofAnAttemptThatMayHaveBeenBilled() throws IOException {
        String more =
                PRICES
                        + "router_settings: {num_retries: 2, retry_after: 0}\n"
                        + key("budget: {amount: 0.0006 USD, window: day, mode: hard}");
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            String body = bounded(GatewayFixture.chatBody("m", "[[close=head]]", false));
            HttpResponse<String> answer =
                    fixture.send(fixture.post("/v1/chat/completions", body).build());

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
            assertThat(answer.body()).contains("\"insufficient_quota\"");
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(1);
            assertThat(spent(fixture)).isBetween(400_000_000L, 600_000_000L);
            assertNothingIsHeld(fixture);
        }
    }

    @ParameterizedTest
    @CsvSource({"cancel, CANCELLED", "drain, DRAINED"})
    void chargesWhatTheRowSays_whereTheClientLeaves(String rule, Outcome outcome)
            throws IOException {
        String more =
                PRICES
                        + "on_disconnect: "
                        + rule
                        + "\n"
                        + key("budget: {amount: 1 USD, window: day, mode: hard}");
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            try (WireClient client = new WireClient(fixture.port())) {
                client.send(WireClient.chat("m", "[[chunks=20 word=water stall=2s@11]]", true));
                client.readToWord("water", 10);
                assertThat(fixture.metric("sluice_budget_holds")).isEqualTo(1);
            }

            Settlement row = fixture.ledgerRows(1).getFirst();
            assertThat(row.end().outcome()).isEqualTo(outcome);
            assertThat(row.cost().picos()).isPositive();
            assertThat(spent(fixture)).isEqualTo(row.cost().picos());
            assertNothingIsHeld(fixture);
        }
    }

    @Test
    void cutsAStream_thatUsesUpItsHold() throws IOException {
        try (ScriptedProvider provider = new ScriptedProvider()) {
            String more =
                    provider.modelEntry("long", "openai/long")
                            + "pricing: {currency: USD, long: {input: 0.001, output: 0.002}}\n"
                            + key("budget: {amount: 1 USD, window: day, mode: hard}");
            try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
                String event =
                        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"water\"}}]}\n\n";
                String chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
                provider.willAnswer(
                        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                                + "transfer-encoding: chunked\r\n\r\n"
                                + chunk.repeat(200)
                                + "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
                String body = bounded(GatewayFixture.chatBody("long", "more", true));

                String answer =
                        fixture.send(fixture.post("/v1/chat/completions", body).build()).body();

                assertThat(answer.split("water", -1).length - 1).isBetween(50, 51);
                assertThat(answer)
                        .contains("\n\ndata: {\"error\":", "\"insufficient_quota\"")
                        .doesNotContain("[DONE]");
                Settlement row = fixture.ledgerRows(1).getFirst();
                assertThat(row.end().outcome()).isEqualTo(Outcome.CUT);
                assertThat(row.end().errorCode()).isEqualTo("insufficient_quota");
                assertThat(spent(fixture)).isEqualTo(row.cost().picos()).isPositive();
                assertNothingIsHeld(fixture);
            }
        }
    }

    private static void assertNothingIsHeld(GatewayFixture fixture) {
        GatewayFixture.await(
                () -> fixture.metric("sluice_budget_holds") == 0,
                () -> "no hold: " + fixture.metric("sluice_budget_holds"));
    }

    /** What the tester's key was charged, in 10^-12 dollars. */
    private static long spent(GatewayFixture fixture) {
        Account key =
                Objects.requireNonNull(
                        fixture.gateway().accounts().find(AccountKind.KEY, "file:tester"));
        return key.spentPicos(key.terms().budgets().getFirst(), System.currentTimeMillis());
    }

    private static String bounded(String body) {
        return body.replaceFirst("\\{", "{\"max_tokens\":50,");
    }

    @Test
    void boundsTheOutput_ofACallThatStatesNoBound() throws IOException {
        String more = PRICES + key("budget: {amount: 0.001 USD, window: day, mode: hard}");
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            HttpResponse<String> answer = fixture.chat("m", "hello");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(fixture.provider().received().getLast().bodyText())
                    .contains("\"max_completion_tokens\":");
        }
    }

    @Test
    void servesTheFirstCallOfATinySoftBudget_andNotTheSecond() throws IOException {
        String more = PRICES + key("budget: {amount: 0.0000001 USD, window: day}");
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            HttpResponse<String> first = fixture.chat("m", "hello");
            HttpResponse<String> second = fixture.chat("m", "hello");

            assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body()).contains("insufficient_quota", "used up", "resets at");
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(1);
        }
    }

    @Test
    void keepsTheDailyCapOfTheWholeGateway() throws IOException {
        String more =
                """
                pricing: {currency: EUR, m: {input: 1.0, output: 1.0}}
                budget: {amount: 0.01 EUR, window: day}
                """;
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);
            HttpResponse<String> capped = fixture.chat("m", "hello");

            assertThat(capped.statusCode()).isEqualTo(429);
            assertThat(capped.body())
                    .containsPattern(
                            "the budget of the gateway is used up: [0-9]+\\.[0-9]{4} of 0\\.01 EUR"
                                    + " were spent; it resets at [0-9-]{10} 00:00:00 UTC");
            long wait = capped.headers().firstValueAsLong("retry-after").orElse(0);
            long untilMidnight = 86_400 - System.currentTimeMillis() / 1000 % 86_400;
            assertThat(wait).isBetween(untilMidnight - 1, untilMidnight + 5);
        }
    }

    @Test
    void refusesWhatHasNoBound_underAHardBudget() throws IOException {
        String more = PRICES + key("budget: {amount: 1 USD, window: day, mode: hard}");
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            String image =
                    "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":"
                            + "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]}]}";
            HttpResponse<String> answer =
                    fixture.send(fixture.post("/v1/chat/completions", image).build());

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"unbounded_cost\"");
            assertThat(fixture.provider().books().totals().calls()).isZero();
        }
    }

    private static String key(String terms) {
        return "keys: [{alias: tester, key: " + GatewayFixture.KEY + ", " + terms + "}]\n";
    }

    private static List<HttpResponse<String>> callAtOnce(GatewayFixture fixture, int calls) {
        return callAtOnce(fixture, bounded(GatewayFixture.chatBody("m", "hello", false)), calls);
    }

    private static List<HttpResponse<String>> callAtOnce(
            GatewayFixture fixture, String body, int calls) {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(
                    fixture.client()
                            .sendAsync(
                                    fixture.post("/v1/chat/completions", body).build(),
                                    HttpResponse.BodyHandlers.ofString()));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    private static long cost(HttpResponse<String> answer) throws IOException {
        JsonNode usage = new ObjectMapper().readTree(answer.body()).path("usage");
        return usage.path("prompt_tokens").asLong() * INPUT_PICOS
                + usage.path("completion_tokens").asLong() * OUTPUT_PICOS;
    }
}
