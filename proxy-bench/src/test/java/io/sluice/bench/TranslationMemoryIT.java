package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Options;
import io.sluice.message.TranslationMemory;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of calls that are translated has one bound, and all of it comes back. */
class TranslationMemoryIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 8 << 20;
    private static final int CALLS = 120;
    private static final int AT_ONCE = 24;
    private static final String MODELS =
            """
              - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-up}}
            router_settings: {num_retries: 0, disable_cooldowns: true}
            limits: {translation_bytes: 8MiB}
            """;

    @TempDir Path folder;

    @Test
    void staysWithinItsBound_andComesBack_howeverManyLargeCallsThereAre() throws Exception {
        try (GatewayFixture fixture = start()) {
            TranslationMemory memory = fixture.gateway().translationMemory();
            AtomicLong most = new AtomicLong();
            AtomicBoolean isOver = new AtomicBoolean();
            Thread watch = Thread.ofPlatform().start(() -> watch(memory, most, isOver));
            Map<Integer, Integer> statuses = callOften(fixture);
            isOver.set(true);
            watch.join();

            assertThat(statuses.keySet()).containsExactly(200, 503);
            assertThat(most.get()).isBetween(1L << 20, (long) MAX_BYTES);
            awaitNothingHeld(memory);
            assertThat(fixture.metric("sluice_translation_refused_total")).isPositive();
            assertThat(fixture.metric("sluice_translation_memory_bytes")).isZero();
            assertThat(ask(fixture, "[[bytes=2000]]", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void saysSo_andBooksWhatWasUsed_whereOneAnswerIsTooLarge() throws IOException {
        try (GatewayFixture fixture = start()) {
            HttpResponse<String> answer = ask(fixture, "[[bytes=9000000]]", "");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(JSON.readTree(answer.body()).at("/error/code").asText())
                    .isEqualTo("overloaded");
            assertThat(answer.headers().firstValue("x-sluice-error-source")).hasValue("gateway");
            String id = answer.headers().firstValue("x-request-id").orElseThrow();
            JsonNode line = fixture.accessLine(id);
            assertThat(line.path("output_tokens").asLong()).isPositive();
            awaitNothingHeld(fixture.gateway().translationMemory());
        }
    }

    @Test
    void refusesALargeRequest_beforeItsProviderIsAsked() throws IOException {
        try (GatewayFixture fixture = start()) {
            HttpResponse<String> answer = ask(fixture, "hi", "x".repeat(3 << 20));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(fixture.provider().books().totals().calls()).isZero();
            awaitNothingHeld(fixture.gateway().translationMemory());
        }
    }

    @Test
    void comesBack_whenClientsLeave() throws IOException {
        try (GatewayFixture fixture = start()) {
            TranslationMemory memory = fixture.gateway().translationMemory();
            List<WireClient> clients = openStalled(fixture);
            for (WireClient client : clients) {
                client.close();
            }
            awaitNothingHeld(memory);
        }
    }

    private GatewayFixture start() throws IOException {
        return GatewayFixture.start(folder, Options.DEFAULT, MODELS);
    }

    private static List<WireClient> openStalled(GatewayFixture fixture) throws IOException {
        long before = fixture.provider().books().totals().calls();
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            WireClient client = new WireClient(fixture.port());
            clients.add(client);
            client.send(WireClient.chat("claude", "[[bytes=90000 stall=forever@2]]", false));
        }
        GatewayFixture.await(
                () -> fixture.provider().books().totals().calls() == before + 20,
                () -> "calls: " + fixture.provider().books().totals());
        GatewayFixture.await(
                () -> fixture.gateway().translationMemory().heldBytes() >= 20 * 30_000,
                () -> "held: " + fixture.gateway().translationMemory().heldBytes());
        return clients;
    }

    private static void watch(TranslationMemory memory, AtomicLong most, AtomicBoolean isOver) {
        while (!isOver.get()) {
            most.accumulateAndGet(memory.heldBytes(), Math::max);
            LockSupport.parkNanos(50_000);
        }
    }

    /** Plain answers and streams, small ones and some that are too large. */
    private static Map<Integer, Integer> callOften(GatewayFixture fixture)
            throws InterruptedException, ExecutionException {
        ConcurrentLinkedQueue<Integer> statuses = new ConcurrentLinkedQueue<>();
        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 0; i < CALLS; i++) {
                int bytes = i % 6 == 0 ? 4_000_000 : 20_000 << (i % 5);
                calls.add(
                        threads.submit(() ->
                                statuses.add(
                                        ask(fixture, "[[bytes=" + bytes + "]]", "").statusCode())));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        Map<Integer, Integer> counted = new TreeMap<>();
        statuses.forEach(status -> counted.merge(status, 1, Integer::sum));
        return counted;
    }

    private static HttpResponse<String> ask(GatewayFixture fixture, String prompt, String more) {
        return fixture.chat("claude", prompt + more);
    }

    private static void awaitNothingHeld(TranslationMemory memory) {
        GatewayFixture.await(() -> memory.heldBytes() == 0, () -> "held: " + memory.heldBytes());
    }
}
