package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.Knobs;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the caller gets when a provider fails, for each way to fail and each dialect. The table in
 * {@code docs/failover.md} is what this test finds; {@code -Dsluice.failover.write=true} writes it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailoverIT {

    private static final String BEGIN = "<!-- what FailoverIT finds -->\n";
    private static final String END = "<!-- end of what FailoverIT finds -->\n";
    private static final List<String> DIALECTS = List.of("chat", "responses", "messages", "gemini");

    /** How the first target fails, by the name of its model; each answer has nine pieces. */
    private static final Map<String, String> CASES = new LinkedHashMap<>();

    private static final Map<String, String> TITLES = new LinkedHashMap<>();

    static {
        add("head", "closes before the head", "close=head");
        add("reset", "resets before the head", "close=head reset=yes");
        add("half", "closes inside the head", "close=mid-head");
        add("early", "closes after the head", "head=early cut=0");
        add("chunk", "closes at event 3", "gap=100ms cut=after:3");
        add("chunkreset", "resets at event 3", "gap=200ms cut=after:3 reset=yes");
        add("slow", "says nothing in time", "ttft=1h");
        add("stall", "falls silent after event 3", "stall=forever@3");
        add("busy", "answers 429, retry-after 30 s", "fail=429 retry_after=30");
        add("down", "answers 503", "fail=503");
        add("denied", "answers 401", "fail=401");
        add("gone", "answers 404", "fail=404");
        add("bad", "answers 400", "fail=400");
        add("inside", "error event first, status 200", "error=after:0");
        add("inside3", "error event after event 3", "gap=100ms error=after:3");
    }

    private GatewayFixture fixture;

    private static void add(String name, String title, String knobs) {
        CASES.put(name, "chunks=9 word=water keepalive=no " + knobs);
        TITLES.put(name, title);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Map<String, Knobs> models = new LinkedHashMap<>();
        CASES.forEach((name, knobs) -> models.put(name, Knobs.parse(knobs)));
        models.put("good", Knobs.parse("chunks=9 word=wine keepalive=no"));
        models.put(
                "toolong",
                Knobs.parse(
                        "status=400 body={\"error\":{\"message\":\"This-model's-maximum\","
                                + "\"code\":\"context_length_exceeded\"}}"));
        models.put(
                "unsafe",
                Knobs.parse(
                        "status=400"
                                + " body={\"error\":{\"message\":\"no\",\"code\":\"content_filter\"}}"));
        Options plain = Options.DEFAULT;
        Options options =
                new Options(
                        plain.host(),
                        plain.port(),
                        plain.loops(),
                        plain.seed(),
                        plain.knobs(),
                        models,
                        null,
                        null,
                        null,
                        null,
                        1024);
        fixture = GatewayFixture.start(folder, options, models());
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private static String models() {
        StringBuilder list = new StringBuilder();
        for (String name : CASES.keySet()) {
            for (String dialect : DIALECTS) {
                addModel(list, name + "-" + dialect, dialect, name, 1);
                addModel(list, name + "-" + dialect, dialect, "good", 0);
                addModel(list, "only-" + name + "-" + dialect, dialect, name, 1);
            }
        }
        addModel(list, "down", "chat", "down", 1);
        addModel(list, "spare", "chat", "good", 1);
        addModel(list, "dear", "chat", "good", 1);
        addModel(list, "toolong", "chat", "toolong", 1);
        addModel(list, "unsafe", "chat", "unsafe", 1);
        addModel(list, "plain400", "chat", "bad", 1);
        addModel(list, "chain", "chat", "down", 1);
        addModel(list, "large", "chat", "good", 1);
        addModel(list, "patient", "chat", "bad", 1);
        addModel(list, "once", "chat", "down", 1);
        return list
                + """
                timeouts: {first_byte: 1s, between_chunks: 1s}
                keys:
                  - {alias: tester, key: sk-tester-0123456789abcdef}
                  - {alias: narrow, key: sk-narrow-0123456789abcdef, models: [down]}
                  - {alias: one, key: sk-one-0123456789abcdef, limits: {requests_per_minute: 1, parallel: 1}}
                  - {alias: two, key: sk-two-0123456789abcdef, limits: {requests_per_minute: 2}}
                failover: {gate_time: 10s, retries_per_second: 1000}
                router_settings:
                  num_retries: 1
                  max_fallbacks: 3
                  fallbacks: [{down: [spare]}, {plain400: [spare]}, {chain: [once, spare]}]
                  context_window_fallbacks: [{toolong: [large]}]
                  content_policy_fallbacks: [{unsafe: [large]}]
                  model_group_retry_policy: {patient: {BadRequestErrorRetries: 3}, once: {InternalServerErrorRetries: 0}}
                """;
    }

    private static void addModel(
            StringBuilder list, String name, String dialect, String model, int weight) {
        String target =
                switch (dialect) {
                    case "messages" -> "anthropic/" + model + ", api_base: \"{provider}\"";
                    case "gemini" -> "gemini/" + model + ", api_base: \"{provider}/v1beta\"";
                    default -> "openai/" + model + ", api_base: \"BASE\"";
                };
        list.append(
                "  - {model_name: %s, litellm_params: {model: %s, api_key: k, weight: %d}}%n"
                        .formatted(name, target, weight));
    }

    @Test
    void findsWhatTheTableSays() throws IOException {
        StringBuilder table = new StringBuilder("\n| The provider |");
        DIALECTS.forEach(dialect -> table.append(' ').append(dialect).append(" |"));
        table.append("\n|---|---|---|---|---|\n");
        for (String name : CASES.keySet()) {
            table.append("| ").append(TITLES.get(name)).append(" |");
            for (String dialect : DIALECTS) {
                Answer answer = stream(name + "-" + dialect, dialect);
                table.append(' ').append(outcome(answer)).append(" |");
                checkNothingTwice(answer);
            }
            table.append('\n');
        }
        table.append("\nWith no other target:\n\n| The provider |");
        DIALECTS.forEach(dialect -> table.append(' ').append(dialect).append(" |"));
        table.append("\n|---|---|---|---|---|\n");
        for (String name : CASES.keySet()) {
            table.append("| ").append(TITLES.get(name)).append(" |");
            for (String dialect : DIALECTS) {
                Answer answer = stream("only-" + name + "-" + dialect, dialect);
                table.append(' ').append(outcome(answer)).append(" |");
                checkNothingTwice(answer);
            }
            table.append('\n');
        }
        table.append('\n');
        compare(table.toString());
    }

    /** Never a word of one target behind one of another. */
    private static void checkNothingTwice(Answer answer) {
        boolean isOfFirst = answer.body().contains("water");
        boolean isOfSecond = answer.body().contains("wine");
        assertThat(isOfFirst && isOfSecond).as(answer.body()).isFalse();
        assertThat(answer.body().split("water", -1).length).isLessThanOrEqualTo(10 + 9);
    }

    private static String outcome(Answer answer) {
        String attempts = answer.header("x-sluice-attempts");
        String tries = "1".equals(attempts) ? "" : ", attempt " + attempts;
        if (answer.status() != 200) {
            String source = answer.header("x-sluice-error-source");
            return answer.status() + " of the " + source + tries;
        }
        boolean isFromSecond = answer.body().contains("wine");
        if (isFromSecond) {
            return "the other target's answer" + tries;
        }
        boolean isOurs = answer.body().contains("upstream_");
        if (isOurs) {
            return "cut, error event of ours" + tries;
        }
        return (answer.isWhole() ? "passed on as it is" : "cut") + tries;
    }

    private static void compare(String found) throws IOException {
        Path page = Path.of("..", "docs", "failover.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if (Boolean.getBoolean("sluice.failover.write")) {
            Files.writeString(page, text.substring(0, begin) + found + text.substring(end));
        } else {
            assertThat(found).isEqualTo(text.substring(begin, end));
        }
    }

    private Answer stream(String model, String dialect) throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(request(model, dialect));
            return client.readAnswer();
        }
    }

    private static String request(String model, String dialect) {
        String key = "authorization: Bearer " + GatewayFixture.KEY;
        String user = "{\"role\":\"user\",\"content\":\"hi\"}";
        return switch (dialect) {
            case "responses" ->
                    WireClient.post(
                            "/v1/responses",
                            "{\"model\":\"%s\",\"stream\":true,\"input\":\"hi\"}".formatted(model),
                            key);
            case "messages" ->
                    WireClient.post(
                            "/v1/messages",
                            "{\"model\":\"%s\",\"stream\":true,\"max_tokens\":99,\"messages\":[%s]}"
                                    .formatted(model, user),
                            key);
            case "gemini" ->
                    WireClient.post(
                            "/v1beta/models/" + model + ":streamGenerateContent?alt=sse",
                            "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}",
                            key);
            default ->
                    WireClient.post(
                            "/v1/chat/completions",
                            "{\"model\":\"%s\",\"stream\":true,\"messages\":[%s]}"
                                    .formatted(model, user),
                            key);
        };
    }

    @Test
    void asksTheFallbackModel_whenAllTargetsHaveFailed() {
        HttpResponse<String> answer = fixture.chat("down", "hi");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-model")).hasValue("spare");
        assertThat(answer.headers().firstValue("x-sluice-attempts")).hasValue("3");
        JsonNode line =
                fixture.accessLine(answer.headers().firstValue("x-request-id").orElseThrow());
        assertThat(line.path("model_asked").asText()).isEqualTo("down");
        assertThat(line.path("model_sent").asText()).isEqualTo("good");
    }

    @Test
    void followsTheListOfTheModelThatWasNamed() {
        HttpResponse<String> answer = fixture.chat("chain", "hi");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-model")).hasValue("spare");
        assertThat(answer.headers().firstValue("x-sluice-attempts")).hasValue("4");
    }

    @Test
    void asksNoFallback_thatTheKeyMayNotUse() {
        HttpResponse<String> answer =
                fixture.chatAs(
                        "sk-narrow-0123456789abcdef", GatewayFixture.chatBody("down", "hi", false));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("Simulated failure.");
    }

    @Test
    void countsTheRequestOnce_andGivesItsPlaceBack() {
        String body = GatewayFixture.chatBody("down", "hi", false);

        assertThat(fixture.chatAs("sk-one-0123456789abcdef", body).statusCode()).isEqualTo(200);
        assertThat(fixture.chatAs("sk-one-0123456789abcdef", body).statusCode()).isEqualTo(429);
        assertThat(fixture.chatAs("sk-two-0123456789abcdef", body).statusCode()).isEqualTo(200);
        assertThat(fixture.chatAs("sk-two-0123456789abcdef", body).statusCode()).isEqualTo(200);
    }

    @Test
    void asksALargerModel_whenTheRequestIsTooLong() {
        HttpResponse<String> answer = fixture.chat("toolong", "hi");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-model")).hasValue("large");
    }

    @Test
    void asksAnotherModel_whenTheContentIsRefused() {
        HttpResponse<String> answer = fixture.chat("unsafe", "hi");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-sluice-model")).hasValue("large");
    }

    @Test
    void asksNoOther_whereTheRequestIsAtFault() {
        HttpResponse<String> answer = fixture.chat("plain400", "hi");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("x-sluice-attempts")).hasValue("1");
    }

    @Test
    void triesAsOftenAsThePolicySays() {
        assertThat(fixture.chat("patient", "hi").headers().firstValue("x-sluice-attempts"))
                .hasValue("4");
        assertThat(fixture.chat("once", "hi").headers().firstValue("x-sluice-attempts"))
                .hasValue("1");
    }
}
