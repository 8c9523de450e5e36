package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import io.sluice.transport.cli.Sluice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands for keys, budgets, spend and chat, as people use them, against a gateway. */
class KeyCommandsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PRICES =
            "pricing: {currency: USD, m: {input: 0.001, output: 0.002}}\n";
    private static final String CALL = "[[input=1000 output=500 chunks=3 word=water]]";

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

    private record Told(int exitCode, String out, String errors) {}

    @Test
    void makesShowsChangesAndEndsAKey() throws IOException {
        Told made =
                manage(
                        "key",
                        "create",
                        "--alias",
                        "bot",
                        "--model",
                        "m",
                        "--max-requests",
                        "9",
                        "--priority",
                        "0.5");
        assertThat(made.exitCode()).as(made.errors()).isZero();
        String key = made.out().strip();
        assertThat(key).matches("sk-[A-Za-z0-9_-]{43}");
        assertThat(made.errors()).contains("it is not shown again").doesNotContain(key);
        assertThat(gateway.chatAs(key).statusCode()).isEqualTo(200);

        Told table = manage("key", "list");
        assertThat(table.out().lines().findFirst().orElseThrow())
                .matches("token +key_alias +display +status +spend +max_budget +expires");
        assertThat(table.out()).contains(" bot ", " active ").doesNotContain(key);
        JsonNode listed = JSON.readTree(manage("key", "list", "--format", "json").out());
        assertThat(listed.at("/0/key_alias").asText()).isEqualTo("bot");
        assertThat(manage("key", "list", "--format", "csv").out())
                .startsWith("token,key_alias,display,status,spend,max_budget,expires\r\n")
                .contains(",bot,");
        assertThat(manage("key", "list", "--alias", "none", "--format", "csv").out().lines())
                .hasSize(1);

        Told shown = manage("key", "show", "bot");
        assertThat(shown.out())
                .containsPattern("(?m)^key_alias +bot$")
                .containsPattern("(?m)^max_requests +9$")
                .containsPattern("(?m)^priority +0.5$")
                .doesNotContain(key);

        assertThat(manage("key", "update", "bot", "--model", "other").exitCode()).isZero();
        assertThat(gateway.chatAs(key).statusCode()).isEqualTo(403);
        assertThat(manage("key", "update", "bot", "--model", "m").exitCode()).isZero();

        String rotated = manage("key", "rotate", "bot").out().strip();
        assertThat(rotated).startsWith("sk-").isNotEqualTo(key);
        assertThat(gateway.chatAs(key).statusCode()).isEqualTo(401);
        assertThat(gateway.chatAs(rotated).statusCode()).isEqualTo(200);

        assertThat(manage("key", "revoke", "bot").exitCode()).isZero();
        assertThat(gateway.chatAs(rotated).statusCode()).isEqualTo(401);
    }

    @Test
    void setsShowsAndRemovesABudget() throws IOException {
        assertThat(
                        manage("budget", "set", "small", "--amount", "5", "--currency", "EUR")
                                .exitCode())
                .isZero();
        assertThat(manage("budget", "set", "small", "--window", "day", "--mode", "hard").exitCode())
                .isZero();

        JsonNode listed = JSON.readTree(manage("budget", "list", "--format", "json").out());
        assertThat(listed.at("/0/budget_id").asText()).isEqualTo("small");
        assertThat(listed.at("/0/max_budget").asText()).isEqualTo("5");
        assertThat(listed.at("/0/budget_currency").asText()).isEqualTo("EUR");
        assertThat(listed.at("/0/budget_mode").asText()).isEqualTo("hard");
        assertThat(manage("budget", "list", "--format", "csv").out()).contains("\r\nsmall,5,EUR,");
        assertThat(manage("budget", "show", "small").out()).contains("small");
        assertThat(manage("budget", "today").out()).contains("USD");
        assertThat(manage("budget", "remove", "small").exitCode()).isZero();
        assertThat(manage("budget", "show", "small").exitCode()).isEqualTo(5);
    }

    @Test
    void showsSpend_byEverythingAndInEveryForm() throws IOException {
        gateway.managed("POST", "/team/new", "{\"team_id\":\"red\"}");
        String key =
                manage("key", "create", "--alias", "bot", "--team", "red", "--tag", "blue")
                        .out()
                        .strip();
        assertThat(gateway.chatAs(key, GatewayFixture.chatBody("m", CALL, false)).statusCode())
                .isEqualTo(200);
        GatewayFixture.await(
                () -> spend("model").contains(",1,"), () -> "the call: " + spend("model"));

        assertThat(spend("model")).isEqualTo("model,spend,requests,tokens\r\nm,0.002,1,1500\r\n");
        assertThat(spend("team")).contains("\r\nred,0.002,1,1500\r\n");
        assertThat(spend("tag")).contains("\r\nblue,0.002,1,1500\r\n");
        assertThat(spend("day"))
                .contains("\r\n" + LocalDate.now(ZoneOffset.UTC) + ",0.002,1,1500\r\n");
        assertThat(spend("key"))
                .startsWith("key,alias,spend,requests,tokens\r\n")
                .contains(",bot,0.002,1,1500\r\n");
        JsonNode rows = JSON.readTree(manage("spend", "--by", "key", "--format", "json").out());
        assertThat(rows.at("/0/alias").asText()).isEqualTo("bot");
        assertThat(rows.at("/0/spend").asText()).isEqualTo("0.002");
        assertThat(manage("spend").out())
                .isEqualTo("model  spend  requests  tokens\nm      0.002  1         1500\n");
        assertThat(manage("spend", "--by", "model", "--since", "2026-01-01").exitCode()).isZero();
    }

    @Test
    void printsTheAnswerOfAModel() {
        Told told = chat(GatewayFixture.KEY, "m", CALL);

        assertThat(told.exitCode()).as(told.errors()).isZero();
        assertThat(told.out().strip()).matches("(water ?){3}");
    }

    @Test
    void failsWithACode_thatSaysWhy() throws IOException {
        manage("key", "create", "--alias", "bot");

        assertThat(manage("key", "create", "--ttl").exitCode()).isEqualTo(2);
        assertThat(manage("key").exitCode()).isEqualTo(2);
        assertThat(manage("spend", "--by", "colour").exitCode()).isEqualTo(2);
        assertThat(manage("spend", "--format", "xml").exitCode()).isEqualTo(2);
        assertThat(chat(GatewayFixture.KEY).exitCode()).isEqualTo(2);
        Told wrong = run("key", "list", "--url", admin(), "--master-key", "sk-wrong-0123456789");
        assertThat(wrong.exitCode()).isEqualTo(4);
        assertThat(wrong.errors()).contains("invalid_api_key").doesNotContain("sk-wrong");
        assertThat(run("key", "list", "--url", admin(), "--master-key-env", "NOT_SET").exitCode())
                .isEqualTo(4);
        assertThat(chat("sk-wrong-0123456789", "m", "why").exitCode()).isEqualTo(4);
        assertThat(manage("key", "show", "nobody").exitCode()).isEqualTo(5);
        assertThat(manage("key", "update", "nobody", "--rpm", "1").exitCode()).isEqualTo(5);
        assertThat(manage("key", "rotate", "nobody").exitCode()).isEqualTo(5);
        assertThat(manage("key", "revoke", "nobody").exitCode()).isEqualTo(5);
        assertThat(chat(GatewayFixture.KEY, "no-such-model", "why").exitCode()).isEqualTo(5);
        Told taken = manage("key", "create", "--alias", "bot");
        assertThat(taken.exitCode()).isEqualTo(6);
        assertThat(taken.errors()).startsWith("error: ").contains("already_exists");
        String nowhere = "http://127.0.0.1:" + freePort();
        Told away = run("key", "list", "--url", nowhere, "--master-key", "sk-any-0123456789");
        assertThat(away.exitCode()).isEqualTo(7);
        assertThat(away.errors()).contains("cannot reach " + nowhere);
        assertThat(run("chat", "m", "why", "--url", nowhere, "--key", "sk-any").exitCode())
                .isEqualTo(7);
    }

    @Test
    void failsAndSaysWhy_whenAStreamEndsInAnError() {
        Told told = chat(GatewayFixture.KEY, "m", "[[chunks=9 word=water error=after:2]]");

        assertThat(told.exitCode()).isEqualTo(1);
        assertThat(told.out()).contains("water");
        assertThat(told.errors()).startsWith("error: ");
    }

    private String spend(String by) {
        Told told = manage("spend", "--by", by, "--format", "csv");
        assertThat(told.exitCode()).as(told.errors()).isZero();
        return told.out();
    }

    private Told manage(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--url", admin(), "--master-key", GatewayFixture.MASTER_KEY));
        return words.length == 1 && words[0].equals("key") ? run("key") : run(all);
    }

    private Told chat(String key, String... words) {
        List<String> all = new ArrayList<>(List.of("chat", "--key", key));
        all.addAll(List.of("--url", "http://127.0.0.1:" + gateway.port()));
        all.addAll(List.of(words));
        return run(all);
    }

    private String admin() {
        return "http://127.0.0.1:" + gateway.gateway().adminPort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Told run(String... words) {
        return run(List.of(words));
    }

    private static Told run(List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine line = Sluice.newCommandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(errors));
        int exitCode = line.execute(words.toArray(String[]::new));
        return new Told(exitCode, out.toString(), errors.toString());
    }
}
