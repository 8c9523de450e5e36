package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.ScriptedProvider;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which targets and keys a running gateway leaves alone, and what an operator sees of it. */
class HealthIT {

    private static final String SERVED =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"p\","
                    + "\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,"
                    + "\"completion_tokens\":1,\"total_tokens\":2}}";

    @TempDir private Path folder;

    private ScriptedProvider provider;
    private GatewayFixture gateway;

    @BeforeEach
    void start() throws IOException {
        provider = new ScriptedProvider();
        gateway = newGateway();
    }

    private GatewayFixture newGateway() throws IOException {
        String address = provider.modelEntry("x", "openai/x");
        String base = address.replaceAll("(?s).*api_base: \"([^\"]+)\".*", "$1");
        return GatewayFixture.start(
                folder,
                Options.DEFAULT,
                """
                  - model_name: pool
                    litellm_params: {model: openai/p, api_base: "%s", max_retries: 0}
                    keys:
                      - {name: first, key: sk-first-0123456789abcdef}
                      - {name: second, key: sk-second-0123456789abcdef}
                  - model_name: single
                    litellm_params:
                      {model: openai/s, api_base: "%s", api_key: sk-single-0123456789, max_retries: 0}
                router_settings: {allowed_fails: 3, cooldown_time: 60}
                """
                        .formatted(base, base));
    }

    @AfterEach
    void close() throws IOException {
        gateway.close();
        provider.close();
    }

    private void answers(int status, String... lines) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " No");
        for (String line : lines) {
            head.append("\r\n").append(line);
        }
        provider.willAnswer(
                head + "\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    }

    private String keyOfLastRequest() {
        return String.valueOf(provider.last().header("authorization"));
    }

    private JsonNode keyNamed(String name) {
        for (JsonNode key : gateway.managed("GET", "/admin/keys", "").path("keys")) {
            if (key.path("name").asText().equals(name)) {
                return key;
            }
        }
        throw new AssertionError("no key " + name);
    }

    @Test
    void leavesAKeyAlone_thatItsProviderRefuses_untilSomebodyEnablesIt() {
        answers(401);
        assertThat(gateway.chat("pool", "hi").statusCode()).isEqualTo(401);
        String refused = keyOfLastRequest();
        String name = refused.contains("first") ? "first" : "second";

        for (int i = 0; i < 8; i++) {
            provider.willAnswer("application/json", SERVED);
            assertThat(gateway.chat("pool", "hi").statusCode()).isEqualTo(200);
            assertThat(keyOfLastRequest()).isNotEqualTo(refused);
        }
        assertThat(keyNamed(name).path("status").asText()).isEqualTo("circuit_open");
        assertThat(keyNamed(name).path("reason").asText()).isEqualTo("unauthorized");
        assertThat(keyNamed(name).path("next_retry").isNull()).isTrue();
        assertThat(gateway.managed("GET", "/admin/health", "").path("status").asText())
                .isEqualTo("degraded");

        gateway.managed("POST", "/admin/keys/" + name + "/enable", "");
        assertThat(keyNamed(name).path("status").asText()).isEqualTo("active");
    }

    @Test
    void answersItself_whereTheOnlyTargetHasFailedThreeTimes() {
        for (int i = 0; i < 3; i++) {
            answers(500);
            assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(500);
        }
        int asked = provider.received().size();

        HttpResponse<String> refused = gateway.chat("single", "hi");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("no_healthy_target");
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(provider.received()).hasSize(asked);

        JsonNode breakers =
                gateway.managed("GET", "/admin/circuit-breakers/openai%2Fs", "")
                        .path("circuit_breakers");
        assertThat(breakers.path(0).path("state").asText()).isEqualTo("open");
        gateway.managed("POST", "/admin/circuit-breakers/openai%2Fs/reset", "");
        provider.willAnswer("application/json", SERVED);
        assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(200);
    }

    @Test
    void takesNoCallersMistake_forTheTargets() {
        for (int i = 0; i < 5; i++) {
            answers(400);
            assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(400);
        }
        provider.willAnswer("application/json", SERVED);

        assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(200);
    }

    @Test
    void leavesAKeyAlone_forAsLongAsItsProviderWants() {
        answers(429, "retry-after: 1800");
        assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(429);

        HttpResponse<String> refused = gateway.chat("single", "hi");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Integer.parseInt(refused.headers().firstValue("retry-after").orElse("0")))
                .isBetween(1700, 1800);
    }

    @Test
    void keepsWhatItKnows_overARestart_andShowsNoKey() throws IOException {
        answers(401);
        gateway.chat("pool", "hi");
        String name = keyOfLastRequest().contains("first") ? "first" : "second";
        String other = name.equals("first") ? "second" : "first";
        gateway.managed("POST", "/admin/keys/" + other + "/disable", "");
        gateway.managed(
                "POST",
                "/admin/targets/drain",
                "{\"target\": \"openai/s\", \"for\": \"30m\", \"reason\": \"maintenance\"}");
        String state = gateway.manage("GET", "/admin/state", "").body();
        gateway.close();

        gateway = newGateway();

        assertThat(keyNamed(name).path("status").asText()).isEqualTo("circuit_open");
        assertThat(keyNamed(other).path("status").asText()).isEqualTo("disabled");
        assertThat(gateway.chat("pool", "hi").statusCode()).isEqualTo(503);
        assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(503);
        String shown = gateway.manage("GET", "/admin/targets", "").body();
        assertThat(shown).contains("maintenance", "draining");
        assertThat(List.of(shown, state))
                .allSatisfy(text -> assertThat(text).doesNotContain("sk-first", "sk-second"));

        gateway.managed("POST", "/admin/targets/enable", "{\"target\": \"openai/s\"}");
        provider.willAnswer("application/json", SERVED);
        assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(200);
    }

    @Test
    void explainsWhereACallWouldGo() {
        gateway.managed(
                "POST",
                "/admin/targets/disable",
                "{\"target\": \"openai/a\", \"reason\": \"slow\"}");

        JsonNode explained =
                gateway.managed(
                        "POST", "/route/explain", "{\"model\": \"pair\", \"key\": \"tester\"}");

        assertThat(explained.path("strategy").asText()).isEqualTo("weighted-shuffle");
        assertThat(explained.path("candidates"))
                .extracting(one -> one.path("target").asText() + ' ' + one.path("taken"))
                .containsExactly("openai/a false", "openai/b true");
        assertThat(explained.path("candidates").path(0).path("reason").asText())
                .isEqualTo("disabled by an operator: slow");
    }

    @Test
    void goesByOtherRules_asSoonAsTheyAreSet() {
        JsonNode changed =
                gateway.managed(
                        "PATCH",
                        "/router/settings",
                        "{\"routing_strategy\": \"least-busy\", \"allowed_fails\": 1}");
        assertThat(changed.path("routing_strategy").asText()).isEqualTo("least-busy");

        answers(500);
        assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(500);

        assertThat(gateway.chat("single", "hi").statusCode()).isEqualTo(503);
        assertThat(gateway.manage("PATCH", "/router/settings", "{\"timeout\": 3}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void tellsWhatIsBehindAModel() {
        JsonNode group =
                gateway.managed("GET", "/model_group/info?model_group=pair", "")
                        .path("data")
                        .path(0);

        assertThat(group.path("num_deployments").asInt()).isEqualTo(2);
        assertThat(group.path("providers").path(0).asText()).isEqualTo("openai");
        assertThat(gateway.managed("GET", "/model/info?model=pool", "").path("data")).hasSize(1);
    }
}
