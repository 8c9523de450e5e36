package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budgets of keys and teams of the database, changed while calls come. A call costs 0.002 USD. */
class KeyBudgetsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PRICES =
            "pricing: {currency: USD, m: {input: 0.001, output: 0.002}}\n";
    private static final String CALL =
            GatewayFixture.chatBody("m", "[[input=1000 output=500]]", false);

    @TempDir private Path folder;
    private GatewayFixture gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = GatewayFixture.startWithDatabase(folder, Options.DEFAULT, PRICES);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void bitesOnTheNextCall_whenABudgetIsLoweredOrRaised() throws IOException {
        String key = newKey("{\"max_budget\":1}");
        assertServed(key);

        update(key, "\"max_budget\":0.001");
        assertUsedUp(key);
        update(key, "\"max_budget\":0.003");
        assertServed(key);
        assertUsedUp(key);
        update(key, "\"max_budget\":null");
        assertServed(key);
        update(key, "\"max_budget\":1,\"budget_mode\":\"hard\"");
        assertServed(key);
    }

    @Test
    void letsAnExhaustedKeyCallAtOnce_whenItsSpendIsReset() throws Exception {
        String key = newKey("{\"max_budget\":0.002}");
        assertServed(key);
        assertUsedUp(key);

        gateway.managed("POST", "/key/" + sha256(key) + "/reset_spend", "{}");
        assertServed(key);
        assertUsedUp(key);
        gateway.managed("POST", "/global/spend/reset", "{}");
        assertServed(key);
    }

    @Test
    void limitsSingleModels_ofKeysAndOfTheirTeams() throws IOException {
        gateway.managed(
                "POST", "/team/new", "{\"team_id\":\"blue\",\"model_rpm_limit\":{\"pair\":3}}");
        String key =
                newKey(
                        "{\"team_id\":\"blue\",\"model_rpm_limit\":{\"m\":2},\"model_tpm_limit\":"
                                + "{\"pair\":100000},\"priority\":0.5}");
        JsonNode shown = gateway.managed("GET", "/key/info?key=" + key, "").path("info");
        assertThat(shown.at("/model_rpm_limit/m").asInt()).as(shown.toString()).isEqualTo(2);
        assertThat(shown.at("/model_tpm_limit/pair").asInt()).isEqualTo(100_000);
        assertThat(shown.path("priority").asDouble()).isEqualTo(0.5);
        String pair = GatewayFixture.chatBody("pair", "hi", false);
        String m = GatewayFixture.chatBody("m", "hi", false);
        for (int i = 0; i < 2; i++) {
            assertThat(gateway.chatAs(key, m).statusCode()).isEqualTo(200);
        }

        HttpResponse<String> refused = gateway.chatAs(key, m);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("rate_limit_exceeded", "of the model m");
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.chatAs(key, pair).statusCode()).isEqualTo(200);
        }
        assertThat(gateway.chatAs(key, pair).body()).contains("team blue", "of the model pair");

        update(key, "\"model_rpm_limit\":null");
        assertThat(gateway.chatAs(key, m).statusCode()).isEqualTo(200);
        assertThat(gateway.manage("POST", "/key/generate", "{\"priority\":-1}").statusCode())
                .isEqualTo(400);
        assertThat(
                        gateway.manage(
                                        "POST",
                                        "/key/generate",
                                        "{\"model_rpm_limit\":{\"m\":\"x\"}}")
                                .statusCode())
                .isEqualTo(400);
    }

    @Test
    void boundsAllKeysOfATeamTogether() throws IOException {
        gateway.managed("POST", "/team/new", "{\"team_id\":\"red\",\"max_budget\":0.004}");
        String first = newKey("{\"team_id\":\"red\",\"max_budget\":1}");
        String second = newKey("{\"team_id\":\"red\"}");
        String stranger = newKey("{}");
        assertServed(first);
        assertServed(second);

        assertUsedUp(first);
        assertUsedUp(second);
        assertServed(stranger);
        gateway.managed("POST", "/team/update", "{\"team_id\":\"red\",\"max_budget\":0.006}");
        assertServed(second);
        assertUsedUp(first);
        gateway.managed("POST", "/team/red/reset_spend", "{}");
        assertServed(first);
    }

    @Test
    void boundsKeysThatNameAStoredBudget_eachOnItsOwn() throws IOException {
        gateway.managed("POST", "/budget/new", "{\"budget_id\":\"small\",\"max_budget\":0.002}");
        String first = newKey("{\"budget_id\":\"small\"}");
        String second = newKey("{\"budget_id\":\"small\"}");
        assertServed(first);
        assertUsedUp(first);
        assertServed(second);

        gateway.managed("POST", "/budget/update", "{\"budget_id\":\"small\",\"max_budget\":0.004}");
        assertServed(first);
        assertUsedUp(first);
    }

    @Test
    void letsAKeyCallAgain_whenItsWindowIsOver() throws IOException {
        String key = newKey("{\"max_budget\":0.002,\"budget_duration\":\"2s\"}");

        GatewayFixture.await(() -> call(key).statusCode() == 429, () -> "it is used up");
        GatewayFixture.await(() -> call(key).statusCode() == 200, () -> "another window");
    }

    @Test
    void boundsSingleModelsOfAKey() throws IOException {
        String key =
                newKey(
                        "{\"model_max_budget\":{\"m\":{\"budget_limit\":\"0.002\","
                                + "\"time_period\":\"1d\"},\"other\":5}}");
        String other = newKey("{\"model_max_budget\":{\"other\":{\"max_budget\":0.0000001}}}");
        assertServed(key);
        assertThat(call(key).body()).contains("the budget of this key for m is used up");
        assertServed(other);
        assertServed(other);

        update(key, "\"model_max_budget\":{\"m\":1}");
        assertServed(key);
        assertThat(
                        gateway.manage(
                                        "POST",
                                        "/key/generate",
                                        "{\"model_max_budget\":{\"m\":{\"time_period\":\"1d\"}}}")
                                .statusCode())
                .isEqualTo(400);
    }

    @Test
    void boundsTags_andBlocksThem() throws IOException {
        String key = newKey("{}");
        gateway.managed("POST", "/tag/new", "{\"name\":\"red\",\"max_budget\":0.002}");
        assertThat(tagged(key, "red").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = tagged(key, "red");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("the budget of the tag red is used up");
        assertThat(tagged(key, "blue").statusCode()).isEqualTo(200);

        gateway.managed("POST", "/tag/update", "{\"name\":\"red\",\"max_budget\":1}");
        assertThat(tagged(key, "red").statusCode()).isEqualTo(200);
        gateway.managed("POST", "/tag/block", "{\"name\":\"red\"}");
        HttpResponse<String> blocked = tagged(key, "red");
        assertThat(blocked.statusCode()).isEqualTo(403);
        assertThat(blocked.body()).contains("\"key_blocked\"", "the tag red is blocked");
        gateway.managed("POST", "/tag/delete", "{\"name\":\"red\"}");
        assertThat(tagged(key, "red").statusCode()).isEqualTo(200);
        assertThat(gateway.managed("GET", "/tag/list", "")).isEmpty();
    }

    @Test
    void boundsEndUsers_andBlocksThem() throws IOException {
        String key = newKey("{}");
        gateway.managed("POST", "/budget/new", "{\"budget_id\":\"tiny\",\"max_budget\":0.002}");
        gateway.managed("POST", "/customer/new", "{\"user_id\":\"ada\",\"budget_id\":\"tiny\"}");
        assertThat(acting(key, "ada").statusCode()).isEqualTo(200);
        assertThat(acting(key, "ada").body()).contains("the budget of the end-user ada is used up");
        assertThat(acting(key, "bob").statusCode()).isEqualTo(200);
        GatewayFixture.await(
                () ->
                        gateway.managed("GET", "/customer/info?end_user_id=ada", "")
                                        .path("spend")
                                        .asDouble()
                                > 0.0019,
                () -> "its spend");

        gateway.managed("POST", "/budget/update", "{\"budget_id\":\"tiny\",\"max_budget\":1}");
        assertThat(acting(key, "ada").statusCode()).isEqualTo(200);
        gateway.managed("POST", "/customer/block", "{\"user_ids\":[\"ada\",\"eve\"]}");
        assertThat(acting(key, "ada").statusCode()).isEqualTo(403);
        assertThat(acting(key, "eve").body()).contains("the end-user eve is blocked");
        gateway.managed("POST", "/end_user/unblock", "{\"user_ids\":[\"eve\"]}");
        assertThat(acting(key, "eve").statusCode()).isEqualTo(200);
        gateway.managed("POST", "/customer/delete", "{\"user_ids\":[\"ada\"]}");
        assertThat(acting(key, "ada").statusCode()).isEqualTo(200);
    }

    @Test
    void remembersTagsAndEndUsers_whenItStartsAgain() throws IOException {
        String key = newKey("{}");
        gateway.managed("POST", "/tag/new", "{\"name\":\"red\",\"max_budget\":0.002}");
        gateway.managed("POST", "/customer/block", "{\"user_ids\":[\"eve\"]}");
        assertThat(tagged(key, "red").statusCode()).isEqualTo(200);
        gateway.close();
        start();

        assertThat(tagged(key, "red").statusCode()).isEqualTo(429);
        assertThat(acting(key, "eve").statusCode()).isEqualTo(403);
    }

    @Test
    void remembersWhatEndUsersSpent_whoHaveTheTermsOfAll() throws IOException {
        gateway.close();
        gateway =
                GatewayFixture.startWithDatabase(
                        folder,
                        Options.DEFAULT,
                        PRICES + "litellm_settings: {max_end_user_budget: 0.002}\n");
        String key = newKey("{}");
        assertThat(acting(key, "bob").statusCode()).isEqualTo(200);
        gateway.close();
        gateway =
                GatewayFixture.startWithDatabase(
                        folder,
                        Options.DEFAULT,
                        PRICES + "litellm_settings: {max_end_user_budget: 0.002}\n");

        assertThat(acting(key, "bob").statusCode()).isEqualTo(429);
        assertThat(acting(key, "ada").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> tagged(String key, String tag) {
        return gateway.chatAs(
                key, CALL.replaceFirst("\\{", "{\"metadata\":{\"tags\":[\"" + tag + "\"]},"));
    }

    private HttpResponse<String> acting(String key, String endUser) {
        return gateway.chatAs(key, CALL.replaceFirst("\\{", "{\"user\":\"" + endUser + "\","));
    }

    @Test
    void removesAnOrganization_byItsPathOrByABody() {
        for (String id : new String[] {"a", "b", "c"}) {
            gateway.managed("POST", "/organization/new", "{\"organization_id\":\"" + id + "\"}");
        }

        assertThat(gateway.managed("DELETE", "/organization/delete/a", "").toString())
                .isEqualTo("{\"deleted_organizations\":[\"a\"]}");
        gateway.managed("DELETE", "/organization/delete", "{\"organization_ids\":[\"b\"]}");

        for (String id : new String[] {"a", "b"}) {
            String path = "/organization/info?organization_id=" + id;
            assertThat(gateway.manage("GET", path, "").statusCode()).isEqualTo(404);
        }
        assertThat(gateway.manage("DELETE", "/organization/delete/a", "").statusCode())
                .isEqualTo(404);
        assertThat(gateway.managed("GET", "/organization/info/c", "").path("organization_id"))
                .hasToString("\"c\"");
    }

    private String newKey(String terms) {
        return gateway.managed("POST", "/key/generate", terms).path("key").asText();
    }

    private void update(String key, String terms) {
        gateway.managed("POST", "/key/update", "{\"key\":\"" + key + "\"," + terms + "}");
    }

    private HttpResponse<String> call(String key) {
        return gateway.chatAs(key, CALL);
    }

    private void assertServed(String key) {
        HttpResponse<String> answer = call(key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void assertUsedUp(String key) throws IOException {
        HttpResponse<String> answer = call(key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(JSON.readTree(answer.body()).at("/error/code").asText())
                .isEqualTo("insufficient_quota");
    }

    private static String sha256(String key) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
    }
}
