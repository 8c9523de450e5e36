package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the management tells of spend, against calls whose price is known: an input token is a
 * micro-dollar, an output token two. The rows go through the ledger into the database.
 */
class SpendRoutesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MORE =
            """
            prices: {rates: {EUR: 1.25}}
            pricing: {currency: USD, m: {input: 0.001, output: 0.002}, other: {input: 0.001, output: 0.002}}
            budget: {amount: 0.016 EUR, window: day}
            model_list:
              - {model_name: m, litellm_params: {model: openai/m, api_base: BASE, api_key: sk-up}}
              - {model_name: other, litellm_params: {model: openai/other, api_base: BASE, api_key: sk-up}}
            """;

    private final String today = LocalDate.now(ZoneOffset.UTC).toString();

    @TempDir private Path folder;
    private GatewayFixture gateway;
    private String first;
    private String second;

    /** Four calls: 2000 and 1000 and 500 micro-dollars of two keys, and one that was refused. */
    @BeforeEach
    void makeCalls() throws IOException {
        gateway = GatewayFixture.startStored(folder, MORE);
        gateway.managed("POST", "/team/new", "{\"team_id\":\"red\"}");
        gateway.managed("POST", "/user/new", "{\"user_id\":\"ann\"}");
        JsonNode one =
                gateway.managed(
                        "POST",
                        "/key/generate",
                        "{\"key_alias\":\"one\",\"team_id\":\"red\",\"tags\":[\"blue\"]}");
        JsonNode two =
                gateway.managed(
                        "POST", "/key/generate", "{\"user_id\":\"ann\",\"models\":[\"other\"]}");
        first = one.path("token").asText();
        second = two.path("token").asText();
        String ofOne = one.path("key").asText();
        String ofTwo = two.path("key").asText();
        assertServed(ofOne, call("m", 1000, 500, "\"metadata\":{\"tags\":[\"green\"]},"));
        assertServed(ofOne, call("other", 600, 200, "\"user\":\"zoe\","));
        assertServed(ofTwo, call("other", 300, 100, ""));
        assertThat(gateway.chatAs(ofTwo).statusCode()).isEqualTo(403);
        GatewayFixture.await(() -> calls() == 3, () -> "three calls: " + calls());
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void sumsByKeyUserTeamTagModelAndEndUser() {
        assertThat(texts(get("/spend/keys?key=one&key=" + second), "api_key"))
                .containsExactly(first + " 0.003 2300 2", second + " 0.0005 400 1");
        assertThat(texts(get("/spend/users?user=ann&user=nobody"), "user"))
                .containsExactly("ann 0.0005 400 1");
        assertThat(texts(get("/spend/teams"), "team_id")).containsExactly("red 0.003 2300 2");
        assertThat(texts(get("/spend/tags"), "tag"))
                .containsExactly("blue 0.003 2300 2", "green 0.002 1500 1");
        assertThat(texts(get("/spend/models"), "model"))
                .containsExactly("m 0.002 1500 1", "other 0.0015 1200 2");
        assertThat(texts(get("/spend/end_users"), "end_user")).containsExactly("zoe 0.001 800 1");
    }

    @Test
    void groupsAndRanks() {
        JsonNode models = get("/spend/analytics?group_by=model");
        assertThat(groups(models)).containsExactly("m 0.002 1", "other 0.0015 2");
        assertThat(models.path("Total").decimalValue()).isEqualByComparingTo("0.0035");
        assertThat(groups(get("/spend/analytics?group_by=tag")))
                .containsExactly("blue 0.003 2", "green 0.002 1");
        assertThat(groups(get("/spend/analytics?group_by=team"))).contains("red 0.003 2");
        assertThat(groups(get("/spend/analytics?group_by=user"))).contains("ann 0.0005 1");
        JsonNode keys = get("/spend/analytics?group_by=key");
        assertThat(groups(keys)).containsExactly(first + " 0.003 2", second + " 0.0005 1");
        assertThat(keys.at("/Groups/0/alias").asText()).isEqualTo("one");
        assertThat(keys.at("/Groups/1/alias").isNull()).isTrue();
        JsonNode top = get("/spend/top?group_by=model&n=1");
        assertThat(groups(top)).containsExactly("m 0.002 1");
    }

    @Test
    void sumsByDay() {
        assertThat(texts(get("/spend/trend"), "date")).containsExactly(today + " 0.0035 2700 3");
        assertThat(texts(get("/global/spend/keys"), "date", "api_key"))
                .containsExactlyInAnyOrder(
                        today + ' ' + first + " 0.003 2300 2",
                        today + ' ' + second + " 0.0005 400 1");
        assertThat(texts(get("/global/spend/models"), "date", "model"))
                .containsExactlyInAnyOrder(
                        today + " m 0.002 1500 1", today + " other 0.0015 1200 2");
        assertThat(texts(get("/global/spend/teams"), "date", "team_id"))
                .containsExactly(today + " red 0.003 2300 2");
        assertThat(texts(get("/global/spend/tags"), "date", "tag"))
                .containsExactlyInAnyOrder(
                        today + " blue 0.003 2300 2", today + " green 0.002 1500 1");
        assertThat(texts(get("/global/spend/provider"), "provider"))
                .containsExactly("openai 0.0035 2700 3");
    }

    @Test
    void reportsByTeamCustomerAndKey() {
        assertThat(report("")).containsExactly("red " + today + " 0.003 2");
        assertThat(report("?group_by=team")).isEqualTo(report(""));
        assertThat(report("?group_by=customer")).containsExactly("zoe " + today + " 0.001 1");
        assertThat(report("?group_by=key"))
                .containsExactlyInAnyOrder(
                        first + ' ' + today + " 0.003 2", second + ' ' + today + " 0.0005 1");
    }

    @Test
    void countsAll() {
        JsonNode all = get("/global/spend");
        assertThat(all.path("total_spend").decimalValue()).isEqualByComparingTo("0.0035");
        assertThat(all.path("total_tokens").asLong()).isEqualTo(2700);
        assertThat(all.path("request_count").asLong()).isEqualTo(3);
        JsonNode activity = get("/global/activity");
        assertThat(activity.path("sum_api_requests").asLong()).isEqualTo(3);
        assertThat(activity.path("sum_total_tokens").asLong()).isEqualTo(2700);
        assertThat(activity.at("/daily_data/0/date").asText()).isEqualTo(today);
        List<String> models = new ArrayList<>();
        get("/global/activity/model")
                .forEach(day ->
                        models.add(
                                day.path("model").asText()
                                        + ' '
                                        + day.path("api_requests").asLong()));
        assertThat(models).containsExactlyInAnyOrder("m 1", "other 2");
        JsonNode hits = get("/global/activity/cache_hits");
        assertThat(hits.at("/0/cache_hits").asLong(-1)).isZero();
        assertThat(hits.at("/0/api_requests").asLong()).isEqualTo(3);
    }

    @Test
    void listsCalls_newestFirstAndByPages() throws IOException {
        JsonNode calls = get("/spend/logs");
        assertThat(calls).hasSize(3);
        assertThat(calls.at("/0/api_key").asText()).isEqualTo(second);
        assertThat(calls.at("/0/user").asText()).isEqualTo("ann");
        assertThat(calls.at("/2/key_alias").asText()).isEqualTo("one");
        assertThat(calls.at("/2/team_id").asText()).isEqualTo("red");
        assertThat(calls.at("/2/model").asText()).isEqualTo("m");
        assertThat(calls.at("/2/spend").decimalValue()).isEqualByComparingTo("0.002");
        assertThat(calls.at("/2/total_tokens").asLong()).isEqualTo(1500);
        assertThat(Instant.parse(calls.at("/2/starttime").asText()))
                .isBefore(Instant.parse(calls.at("/0/starttime").asText()).plusMillis(1));

        assertThat(get("/spend/logs?key=one")).hasSize(2);
        assertThat(get("/spend/logs?team=red&model=other")).hasSize(1);
        assertThat(get("/spend/logs?limit=2&offset=2")).hasSize(1);
        assertThat(get("/spend/logs?offset=3")).isEmpty();

        Set<String> seen = new HashSet<>();
        String next = "";
        for (int page = 0; page < 3; page++) {
            HttpResponse<String> answer = gateway.manage("GET", "/spend/logs?limit=1" + next, "");
            seen.add(JSON.readTree(answer.body()).at("/0/request_id").asText());
            next = "&before=" + answer.headers().firstValue("x-sluice-next").orElseThrow();
        }
        assertThat(seen).hasSize(3).doesNotContain("");
        assertThat(get("/spend/logs?limit=1" + next)).isEmpty();
    }

    @Test
    void countsOnlyTheTimeThatIsAskedFor() {
        String tomorrow = LocalDate.parse(today).plusDays(1).toString();
        assertThat(get("/spend/teams?start_date=" + today + "&end_date=" + today)).hasSize(1);
        assertThat(get("/spend/teams?start_date=" + tomorrow)).isEmpty();
        assertThat(get("/spend/logs?since=" + Instant.now().plusSeconds(60))).isEmpty();
        assertThat(get("/spend/teams?start_date=2026-01-01&end_date=2026-01-31")).isEmpty();
    }

    @Test
    void tellsOfTheGatewaysBudget_inItsCurrency() {
        JsonNode told = get("/spend/today");
        assertThat(told.path("currency").asText()).isEqualTo("EUR");
        assertThat(told.path("cost").decimalValue()).isEqualByComparingTo("0.0028");
        assertThat(told.path("cap").decimalValue()).isEqualByComparingTo("0.016");
        assertThat(told.path("percent").decimalValue()).isEqualByComparingTo("17.5");
        assertThat(told.path("remaining").decimalValue()).isEqualByComparingTo("0.0132");
        assertThat(told.path("resets_at").asText())
                .startsWith(LocalDate.parse(today).plusDays(1) + "T00:00:00");
    }

    @Test
    void tellsAKeysSpend_inTheCurrencyOfItsBudget() {
        gateway.managed(
                "POST",
                "/key/update",
                "{\"key\":\"one\",\"max_budget\":1,\"budget_currency\":\"EUR\"}");

        assertThat(get("/key/info?key=one").at("/info/spend").decimalValue())
                .isEqualByComparingTo("0.0024");
    }

    @Test
    void zeroesTheSpendOfKeys_whenToldTo() {
        assertThat(gateway.managed("POST", "/global/spend/reset", "{}").path("status").asText())
                .isEqualTo("ok");

        assertThat(get("/key/info?key=one").at("/info/spend").decimalValue())
                .isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(get("/global/spend").path("total_spend").decimalValue())
                .isEqualByComparingTo("0.0035");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/spend/keys",
                "/spend/users",
                "/spend/analytics",
                "/spend/analytics?group_by=colour",
                "/spend/top?group_by=model&n=0",
                "/spend/top?group_by=model&n=1001",
                "/spend/logs?limit=0",
                "/spend/logs?limit=1001",
                "/spend/logs?limit=ten",
                "/spend/logs?offset=-1",
                "/spend/logs?before=yesterday",
                "/spend/teams?start_date=yesterday",
                "/spend/teams?start_date=2026-02-01&end_date=2026-01-01",
                "/spend/teams?start_date=1990-01-01",
                "/global/spend/report?group_by=user"
            })
    void refuses_whatItCannotTell(String path) throws IOException {
        HttpResponse<String> answer = gateway.manage("GET", path, "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).at("/error/type").asText())
                .isEqualTo("invalid_request_error");
    }

    @Test
    void tellsNobodyButTheAdministrator() {
        var request =
                java.net.http.HttpRequest.newBuilder(
                                java.net.URI.create(
                                        "http://127.0.0.1:"
                                                + gateway.gateway().adminPort()
                                                + "/spend/teams"))
                        .build();

        assertThat(gateway.send(request).statusCode()).isEqualTo(401);
    }

    private long calls() {
        return get("/global/spend").path("request_count").asLong();
    }

    private JsonNode get(String path) {
        return gateway.managed("GET", path, "");
    }

    private void assertServed(String key, String body) {
        HttpResponse<String> answer = gateway.chatAs(key, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String call(String model, int input, int output, String field) {
        String prompt = "[[input=%d output=%d]]".formatted(input, output);
        return GatewayFixture.chatBody(model, prompt, false).replaceFirst("\\{", "{" + field);
    }

    /** Each row: what it is for, dollars, tokens, calls. */
    private static List<String> texts(JsonNode rows, String... names) {
        List<String> texts = new ArrayList<>();
        for (JsonNode row : rows) {
            StringBuilder text = new StringBuilder();
            for (String name : names) {
                text.append(row.path(name).asText()).append(' ');
            }
            texts.add(
                    text.append(amount(row.path("total_spend")))
                            .append(' ')
                            .append(row.path("total_tokens").asLong())
                            .append(' ')
                            .append(row.path("request_count").asLong())
                            .toString());
        }
        return texts;
    }

    private static List<String> groups(JsonNode answer) {
        List<String> texts = new ArrayList<>();
        for (JsonNode group : answer.path("Groups")) {
            texts.add(
                    group.path("name").asText()
                            + ' '
                            + amount(group.path("spend"))
                            + ' '
                            + group.path("count").asLong());
        }
        return texts;
    }

    private List<String> report(String query) {
        List<String> texts = new ArrayList<>();
        for (JsonNode row : get("/global/spend/report" + query)) {
            texts.add(
                    row.path("group_key").asText()
                            + ' '
                            + row.path("date").asText()
                            + ' '
                            + amount(row.path("total_spend"))
                            + ' '
                            + row.path("request_count").asLong());
        }
        return texts;
    }

    private static String amount(JsonNode amount) {
        return amount.decimalValue().stripTrailingZeros().toPlainString();
    }
}
