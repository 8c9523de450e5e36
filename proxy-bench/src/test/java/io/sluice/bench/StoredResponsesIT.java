package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.RawCaller;
import io.sluice.bench.testing.ScriptedProvider;
import io.sluice.bench.upstream.Options;
import io.sluice.ledger.Settlement;
import io.sluice.usage.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that a provider keeps: found again where they are, by whom they belong to. */
class StoredResponsesIT {

    private static final String RESPONSES = "/v1/responses";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir static Path folder;

    private static ScriptedProvider azure;
    private static GatewayFixture fixture;
    private RawCaller caller;

    @BeforeAll
    static void start() throws IOException {
        azure = new ScriptedProvider();
        fixture =
                GatewayFixture.start(
                        folder,
                        Options.DEFAULT,
                        azure.modelEntry("cloud", "azure/kept").replace("/v1\"", "\"")
                                + """
                                  - {model_name: "many", litellm_params: {model: openai/a, api_base: "{provider}/v1", api_key: sk-up}}
                                  - {model_name: "many", litellm_params: {model: openai/b, api_base: "{provider}/v1", api_key: sk-up}}
                                  - {model_name: "many", litellm_params: {model: openai/c, api_base: "{provider}/v1", api_key: sk-up}}
                                  - {model_name: "many", litellm_params: {model: openai/d, api_base: "{provider}/v1", api_key: sk-up}}
                                """);
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
        azure.close();
    }

    @BeforeEach
    void connect() throws IOException {
        caller = new RawCaller(fixture.port());
    }

    @AfterEach
    void disconnect() throws IOException {
        caller.close();
    }

    @Test
    void findsResponse_whereItIsKept() throws IOException {
        Set<String> targets = new HashSet<>();
        for (int i = 0; i < 24; i++) {
            RawCaller.Answer made = create("\"background\":true");
            String target = made.header("x-sluice-target");
            String path = RESPONSES + "/" + id(made);
            targets.add(target);

            assertTarget(caller.ask("GET", path).read(), target);
            assertTarget(caller.ask("GET", path + "/input_items?limit=3").read(), target);
            assertTarget(caller.post(path + "/cancel", "").read(), target);
        }
        assertThat(targets).as("targets of 24 responses").hasSizeGreaterThan(1);
    }

    @Test
    void costsNothing_toReadWhatWasPaidForBefore() throws IOException {
        RawCaller.Answer made = create("\"store\":true");
        String path = RESPONSES + "/" + id(made);
        assertThat(caller.ask("GET", path).read().text()).contains("\"usage\":{");
        caller.ask("GET", path + "/input_items").read();
        caller.ask("DELETE", path).read();

        GatewayFixture.await(() -> ofStored().size() >= 3, () -> "three rows: " + ofStored());
        assertThat(ofStored())
                .allSatisfy(row -> {
                    assertThat(row.usage().origin()).isEqualTo(Usage.Origin.NONE);
                    assertThat(row.cost().dollarPicos()).isZero();
                });
    }

    @Test
    void booksWhatABackgroundResponseUsed_once() throws IOException {
        RawCaller.Answer made = create("\"background\":true");
        String ordered = made.header("x-request-id");
        String path = RESPONSES + "/" + id(made);
        assertThat(caller.ask("GET", path).read().text()).contains("\"in_progress\"");
        JsonNode told = JSON.readTree(caller.ask("GET", path).read().text());
        caller.ask("GET", path).read();
        caller.post(path + "/cancel", "").read();
        caller.ask("DELETE", path).read();

        long tokens = told.at("/usage/output_tokens").asLong();
        assertThat(tokens).isPositive();
        GatewayFixture.await(() -> ofOrder(ordered).size() == 2, () -> "rows of " + ordered);
        assertThat(ofOrder(ordered))
                .extracting(row -> row.id().attempt())
                .containsExactlyInAnyOrder(0, 1);
        Settlement work =
                ofOrder(ordered).stream()
                        .filter(row -> row.id().attempt() == 0)
                        .findAny()
                        .orElseThrow();
        assertThat(work.asked().modelAsked()).isEqualTo("many");
        assertThat(work.usage().outputTokens()).isEqualTo(tokens);
        assertThat(work.usage().inputTokens()).isEqualTo(told.at("/usage/input_tokens").asLong());
    }

    private static List<Settlement> ofOrder(String requestId) {
        return fixture.ledgerRows(1).stream()
                .filter(row -> row.requestId().equals(requestId))
                .toList();
    }

    private static List<Settlement> ofStored() {
        return fixture.ledgerRows(1).stream()
                .filter(row -> row.asked().endpoint().equals("STORED_RESPONSE"))
                .toList();
    }

    @Test
    void forgetsResponse_onceItIsDeleted() throws IOException {
        RawCaller.Answer made = create("\"store\":true");
        String path = RESPONSES + "/" + id(made);

        RawCaller.Answer deleted = caller.ask("DELETE", path).read();

        assertTarget(deleted, made.header("x-sluice-target"));
        assertThat(deleted.text()).contains("\"deleted\":true");
        assertNotFound(caller.ask("GET", path).read());
    }

    @Test
    void keepsFollowingResponses_atTheSameTarget() throws IOException {
        RawCaller.Answer made = create("\"store\":true");
        String target = made.header("x-sluice-target");
        String previous = id(made);
        for (int i = 0; i < 12; i++) {
            RawCaller.Answer next = create("\"previous_response_id\":\"" + previous + "\"");
            assertTarget(next, target);
            previous = id(next);
        }
    }

    @Test
    void knowsStreamedResponse_onceItsEndIsSeen() throws IOException {
        caller.post(RESPONSES, "{\"model\":\"many\",\"input\":\"hi\",\"stream\":true}");
        RawCaller.Answer streamed = caller.read();
        String text = streamed.text();
        int at = text.indexOf("\"id\":\"resp_") + 6;
        String id = text.substring(at, text.indexOf('"', at));

        assertTarget(
                caller.ask("GET", RESPONSES + "/" + id).read(), streamed.header("x-sluice-target"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET ", "DELETE ", "GET /input_items", "POST /cancel"})
    void isNotThere_forAnotherKey(String what) throws IOException {
        String method = what.substring(0, what.indexOf(' '));
        String id = id(create("\"store\":true"));
        String path = RESPONSES + "/" + id + what.substring(what.indexOf(' ') + 1);
        String other = "authorization: Bearer " + GatewayFixture.MASTER_KEY;

        assertNotFound(caller.send(RawCaller.request(method, path, new byte[0], other)).read());

        assertThat(caller.ask("GET", RESPONSES + "/" + id).read().status()).isEqualTo(200);
    }

    @Test
    void refusesToFollow_whatIsNotTheCallers() throws IOException {
        String body =
                "{\"model\":\"many\",\"input\":\"hi\",\"previous_response_id\":\"%s\"}"
                        .formatted(id(create("\"store\":true")));
        String other = "authorization: Bearer " + GatewayFixture.MASTER_KEY;

        assertNotFound(caller.post(RESPONSES, body, other).read());
        assertNotFound(create("\"previous_response_id\":\"resp_unknown\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/responses/resp_unknown", "/responses/resp_unknown/input_items"})
    void isNotThere_whereNobodyMadeIt(String path) throws IOException {
        assertNotFound(caller.ask("GET", path).read());
    }

    @Test
    void asksAzure_withVersionAndItsKey() throws IOException {
        azure.willAnswer("application/json", "{\"id\":\"resp_az\",\"model\":\"kept\"}");
        azure.willAnswer("application/json", "{\"id\":\"resp_az\"}");
        azure.willAnswer("application/json", "{\"data\":[]}");
        String key = "api-key: " + GatewayFixture.KEY;
        caller.post(
                "/openai/responses?api-version=v9", "{\"model\":\"cloud\",\"input\":\"hi\"}", key);
        assertThat(caller.read().status()).isEqualTo(200);
        assertThat(azure.last().line()).isEqualTo("POST /openai/responses?api-version=v9 HTTP/1.1");
        assertThat(azure.last().text()).isEqualTo("{\"model\":\"kept\",\"input\":\"hi\"}");
        assertThat(azure.last().header("api-key")).isEqualTo("sk-up");

        assertThat(caller.ask("GET", "/v1/responses/resp_az?include=x", key).read().status())
                .isEqualTo(200);
        assertThat(azure.last().line())
                .isEqualTo(
                        "GET /openai/responses/resp_az?api-version=2024-10-21&include=x HTTP/1.1");

        String items = "/openai/responses/resp_az/input_items?limit=2&api-version=v9";
        assertThat(caller.ask("GET", items, key).read().status()).isEqualTo(200);
        assertThat(azure.last().line())
                .isEqualTo(
                        "GET /openai/responses/resp_az/input_items?api-version=v9&limit=2 HTTP/1.1");
    }

    private RawCaller.Answer create(String member) throws IOException {
        return caller.post(RESPONSES, "{\"model\":\"many\",\"input\":\"hi\"," + member + "}")
                .read();
    }

    private static String id(RawCaller.Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode json = JSON.readTree(answer.body());
        return json.path("id").asText();
    }

    private static void assertTarget(RawCaller.Answer answer, String target) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("x-sluice-target")).isEqualTo(target);
    }

    private static void assertNotFound(RawCaller.Answer answer) {
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).contains("\"code\":\"response_not_found\"");
        assertThat(answer.header("x-sluice-error-source")).isEqualTo("gateway");
    }
}
