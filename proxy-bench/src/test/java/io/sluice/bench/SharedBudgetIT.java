package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.ServeProcess;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.SimulatedProvider;
import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import io.sluice.store.Database;
import io.sluice.store.Dimension;
import io.sluice.store.SpendRepository;
import io.sluice.testing.PostgresFixture;
import io.sluice.testing.RestartablePostgres;
import io.sluice.transport.cli.Sluice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One hard budget, spent by two gateways on one PostgreSQL. */
class SharedBudgetIT {

    private static final String PRICES =
            "pricing: {currency: USD, m: {input: 0.001, output: 0.5}}\n";
    private static final long INPUT_PICOS = 1_000_000;
    private static final long OUTPUT_PICOS = 500_000_000;
    private static final long AMOUNT = 1_000_000_000_000L;
    private static final int CALLERS = 4;

    private static final List<String> NAMES = List.of("m", "nick");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir private Path folder;

    @Test
    void neverSpendsMoreThanTheBudget_togetherOrAfterARestart() throws Exception {
        String url = PostgresFixture.newDatabaseUrl();
        AtomicLong spent = new AtomicLong();
        String key;
        try (GatewayFixture one = gateway("one", url);
                GatewayFixture other = gateway("other", url)) {
            key = newKey(one);
            assertThat(call(one, key).statusCode()).isEqualTo(200);
            GatewayFixture.await(
                    () -> call(other, key).statusCode() == 200, () -> "the key is known");
            spendAll(List.of(one, other), key, spent, "insufficient_quota");
        }

        long booked = booked(url);
        assertThat(booked).isBetween(AMOUNT * 8 / 10, AMOUNT);
        assertThat(spent.get()).isLessThanOrEqualTo(booked);

        try (GatewayFixture again = gateway("one", url)) {
            spendAll(List.of(again), key, spent, "insufficient_quota");
        }
        assertThat(booked(url)).isBetween(booked, AMOUNT);
    }

    @Test
    void spendsItsSliceAndNoMore_whileTheDatabaseIsAway() throws Exception {
        try (RestartablePostgres database =
                RestartablePostgres.start(Files.createDirectory(folder.resolve("db")))) {
            AtomicLong spent = new AtomicLong();
            try (GatewayFixture one = gateway("one", database.url());
                    GatewayFixture other = gateway("other", database.url())) {
                String key = newKey(one);
                for (GatewayFixture gateway : List.of(one, other)) {
                    GatewayFixture.await(
                            () -> call(gateway, key).statusCode() == 200, () -> "the key is known");
                }

                database.kill();
                spendAll(List.of(one, other), key, spent, "overloaded");

                assertThat(spent.get()).isBetween(1L, AMOUNT / 2);
                assertThat(call(one, key).headers().firstValue("retry-after")).hasValue("1");

                database.startAgain();
                for (GatewayFixture gateway : List.of(one, other)) {
                    GatewayFixture.await(
                            () -> call(gateway, key).statusCode() != 503,
                            () -> "it takes slices again");
                }
                spendAll(List.of(one, other), key, spent, "insufficient_quota");
            }
            assertThat(booked(database.url())).isBetween(AMOUNT * 8 / 10, AMOUNT);
        }
    }

    @Test
    void givesAnIdleSliceBack_andWritesOffThatOfAProcessThatIsGone() throws Exception {
        String url = PostgresFixture.newDatabaseUrl();
        try (GatewayFixture one = gateway("one", url, ", lease_idle: 2s");
                GatewayFixture other = gateway("other", url, ", lease_idle: 2s")) {
            String key = newKey(one);
            for (GatewayFixture gateway : List.of(one, other)) {
                GatewayFixture.await(
                        () -> call(gateway, key).statusCode() == 200, () -> "the key is known");
            }
            GatewayFixture.await(
                    () -> {
                        JsonNode leases = one.managed("GET", "/budget/leases", "").path("leases");
                        return leases.size() == 2
                                && granted(leases, 0) <= 0.03
                                && granted(leases, 1) <= 0.03;
                    },
                    () -> "slices go back: " + one.managed("GET", "/budget/leases", ""));
            GatewayFixture.await(
                    () -> call(one, key).statusCode() == 200, () -> "it takes a slice again");

            String gone = other.managed("GET", "/budget/leases", "").at("/leases/0/owner").asText();
            JsonNode early =
                    one.managed("POST", "/budget/write-off", "{\"owner\":\"" + gone + "\"}");
            assertThat(early.path("written_off").asInt()).isZero();
            assertThat(early.path("not_expired").asInt()).isOne();
            assertThat(one.manage("POST", "/budget/write-off", "{\"owner\":\"x\"}").statusCode())
                    .isEqualTo(404);
            expire(url, gone);
            assertThat(told(one, "budget", "leases")).contains(gone, "expired");
            assertThat(told(one, "budget", "write-off", gone))
                    .containsPattern("written_off +1")
                    .containsPattern("not_expired +0");
            assertThat(told(one, "budget", "leases", "--owner", gone, "--all"))
                    .contains("written_off");
            assertThat(told(one, "budget", "leases", "--owner", gone)).doesNotContain(gone);
        }
    }

    @Test
    void countsEveryNameOfAModelOnce_inBothProcessesAndAfterTheyWereKilled() throws Exception {
        String url = PostgresFixture.newDatabaseUrl();
        try (SimulatedProvider provider = SimulatedProvider.start(Options.DEFAULT)) {
            Path one = configuration("one", url, provider);
            Path other = configuration("other", url, provider);
            long first;
            try (ServeProcess a = serve(one);
                    ServeProcess b = serve(other)) {
                for (String name : NAMES) {
                    spendSome(a, name);
                    spendSome(b, name);
                }
                a.kill();
                b.kill();
            }
            try (ServeProcess a = serve(one);
                    ServeProcess b = serve(other)) {
                spendAll(List.of(a, b));
                a.terminate();
                b.terminate();
                assertThat(a.exitCode()).as(a.errors()).isZero();
                assertThat(b.exitCode()).as(b.errors()).isZero();
            }
            first = booked(url);
            assertThat(first).isBetween(AMOUNT * 8 / 10, AMOUNT);
            try (ServeProcess a = serve(one)) {
                for (String name : NAMES) {
                    GatewayFixture.await(
                            () ->
                                    ask(a, name).body().contains("insufficient_quota")
                                            || booked(url) > AMOUNT,
                            () -> name + " is refused after a restart");
                }
            }
            assertThat(booked(url)).isBetween(first, AMOUNT);
        }
    }

    private Path configuration(String name, String url, SimulatedProvider provider)
            throws IOException {
        Path at = Files.createDirectories(folder.resolve(name));
        return Files.writeString(
                at.resolve("sluice.yaml"),
                """
                general_settings: {master_key: %s, salt_key: %s}
                listen: {port: 0}
                admin: {port: 0}
                state_dir: %s
                logging: {access: none, level: warn}
                ledger: {ring_bytes: 8MiB, journal_bytes: 64MiB}
                database: {url: "%s"}
                keys: [{alias: tester, key: %s}]
                accounts: {models: [{name: m, budget: {amount: 1 USD, window: none, mode: hard}}]}
                router_settings: {model_group_alias: {nick: m}}
                model_list:
                  - {model_name: m, litellm_params: {model: openai/m, api_base: "%s/v1", api_key: sk-up}}
                %s\
                """
                        .formatted(
                                GatewayFixture.MASTER_KEY,
                                GatewayFixture.SALT_KEY,
                                at.resolve("state"),
                                url,
                                GatewayFixture.KEY,
                                provider.baseUri(),
                                PRICES));
    }

    private ServeProcess serve(Path file) throws IOException {
        return ServeProcess.start(folder, "--config", file.toString()).awaitReady();
    }

    private static void spendSome(ServeProcess gateway, String name) {
        AtomicLong served = new AtomicLong();
        GatewayFixture.await(
                () -> ask(gateway, name).statusCode() == 200 && served.incrementAndGet() == 4,
                () -> name + " is served");
    }

    /** Calls by all names of the model, until each of them is refused by each process. */
    private static void spendAll(List<ServeProcess> gateways) throws Exception {
        List<Future<?>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ServeProcess gateway : gateways) {
                for (String name : NAMES) {
                    callers.add(
                            threads.submit(() ->
                                    GatewayFixture.await(
                                            () ->
                                                    ask(gateway, name)
                                                            .body()
                                                            .contains("insufficient_quota"),
                                            () -> name + " is used up")));
                }
            }
        }
        for (Future<?> caller : callers) {
            caller.get();
        }
    }

    private static HttpResponse<String> ask(ServeProcess gateway, String model) {
        String body =
                GatewayFixture.chatBody(model, "[[chunks=20]]", false)
                        .replaceFirst("\\{", "{\"max_tokens\":20,");
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + gateway.dataPort()
                                                    + "/v1/chat/completions"))
                            .header("authorization", "Bearer " + GatewayFixture.KEY)
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double granted(JsonNode leases, int at) {
        return leases.path(at).path("granted").asDouble();
    }

    private void expire(String url, String owner) throws Exception {
        try (Database database =
                Database.open(
                        new DatabaseSettings(Secret.of(url), Duration.ofMinutes(10), null),
                        folder)) {
            database.data()
                    .write(connection -> {
                        try (var update =
                                connection.prepareStatement(
                                        "UPDATE budget_leases SET expires_at = 1 WHERE owner = ?")) {
                            update.setString(1, owner);
                            return update.executeUpdate();
                        }
                    });
        }
    }

    private static String told(GatewayFixture gateway, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of(
                        "--url",
                        "http://127.0.0.1:" + gateway.gateway().adminPort(),
                        "--master-key",
                        GatewayFixture.MASTER_KEY));
        StringWriter out = new StringWriter();
        CommandLine command = Sluice.newCommandLine();
        command.setOut(new PrintWriter(out));
        assertThat(command.execute(all.toArray(String[]::new))).isZero();
        return out.toString();
    }

    @Test
    void countsTheCallsOfAKeyExactly_inBothProcesses() throws Exception {
        String url = PostgresFixture.newDatabaseUrl();
        int most = 60;
        try (GatewayFixture one = gateway("one", url);
                GatewayFixture other = gateway("other", url)) {
            String key =
                    one.managed("POST", "/key/generate", "{\"max_requests\":" + most + "}")
                            .path("key")
                            .asText();
            GatewayFixture.await(
                    () -> call(other, key).statusCode() == 200, () -> "the key is known");
            AtomicLong served = new AtomicLong(1);
            List<Future<?>> callers = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (GatewayFixture gateway : List.of(one, other)) {
                    for (int i = 0; i < CALLERS; i++) {
                        callers.add(
                                threads.submit(() ->
                                        GatewayFixture.await(
                                                () -> {
                                                    HttpResponse<String> answer =
                                                            call(gateway, key);
                                                    if (answer.statusCode() == 200) {
                                                        served.incrementAndGet();
                                                    }
                                                    return answer.body()
                                                            .contains("request_limit_exceeded");
                                                },
                                                () -> "its calls are used up")));
                    }
                }
            }
            for (Future<?> caller : callers) {
                caller.get();
            }
            assertThat(served).hasValue(most);
            assertThat(
                            one.provider().books().totals().calls()
                                    + other.provider().books().totals().calls())
                    .isEqualTo(most);
        }
    }

    private GatewayFixture gateway(String name, String url) throws IOException {
        return gateway(name, url, "");
    }

    private GatewayFixture gateway(String name, String url, String more) throws IOException {
        return GatewayFixture.startWithDatabase(
                Files.createDirectories(folder.resolve(name)),
                Options.DEFAULT,
                PRICES + "database: {url: \"" + url + "\"" + more + "}\n");
    }

    private static String newKey(GatewayFixture gateway) {
        return gateway.managed(
                        "POST",
                        "/key/generate",
                        "{\"max_budget\":1,\"budget_duration\":\"30d\",\"budget_mode\":\"hard\"}")
                .path("key")
                .asText();
    }

    /** Calls all gateways at once, until each of their callers is refused for that reason. */
    private static void spendAll(
            List<GatewayFixture> gateways, String key, AtomicLong spent, String end)
            throws Exception {
        List<Future<?>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (GatewayFixture gateway : gateways) {
                for (int i = 0; i < CALLERS; i++) {
                    callers.add(threads.submit(() -> spend(gateway, key, spent, end)));
                }
            }
        }
        for (Future<?> caller : callers) {
            caller.get();
        }
    }

    private static void spend(GatewayFixture gateway, String key, AtomicLong spent, String end) {
        GatewayFixture.await(
                () -> {
                    HttpResponse<String> answer = call(gateway, key);
                    if (answer.statusCode() == 200) {
                        spent.addAndGet(cost(answer));
                        return false;
                    }
                    assertThat(answer.statusCode()).as(answer.body()).isIn(429, 503);
                    return answer.body().contains('"' + end + '"');
                },
                () -> "refused with " + end);
    }

    private static HttpResponse<String> call(GatewayFixture gateway, String key) {
        String body =
                GatewayFixture.chatBody("m", "[[chunks=20]]", false)
                        .replaceFirst("\\{", "{\"max_tokens\":20,");
        return gateway.send(
                HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static long cost(HttpResponse<String> answer) {
        try {
            JsonNode usage = new ObjectMapper().readTree(answer.body()).path("usage");
            return usage.path("prompt_tokens").asLong() * INPUT_PICOS
                    + usage.path("completion_tokens").asLong() * OUTPUT_PICOS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the ledger says was spent. */
    private long booked(String url) {
        DatabaseSettings settings =
                new DatabaseSettings(Secret.of(url), Duration.ofMinutes(10), null);
        try (Database database = Database.open(settings, folder)) {
            return new SpendRepository(database.admin())
                    .since(Dimension.GATEWAY, "", Instant.EPOCH)
                    .getOrDefault("USD", BigInteger.ZERO)
                    .longValueExact();
        }
    }
}
