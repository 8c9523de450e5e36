package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import io.sluice.store.Database;
import io.sluice.store.Dimension;
import io.sluice.store.SpendRepository;
import io.sluice.testing.PostgresFixture;
import io.sluice.testing.RestartablePostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
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

/** One hard budget of a key, spent by two gateways on one PostgreSQL. */
class SharedBudgetIT {

    private static final String PRICES =
            "pricing: {currency: USD, m: {input: 0.001, output: 0.5}}\n";
    private static final long INPUT_PICOS = 1_000_000;
    private static final long OUTPUT_PICOS = 500_000_000;
    private static final long AMOUNT = 1_000_000_000_000L;
    private static final int CALLERS = 4;

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

    private GatewayFixture gateway(String name, String url) throws IOException {
        return GatewayFixture.startWithDatabase(
                Files.createDirectories(folder.resolve(name)),
                Options.DEFAULT,
                PRICES + "database: {url: \"" + url + "\"}\n");
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
