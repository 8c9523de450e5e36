package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.ServeProcess;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.SimulatedProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command on an empty folder, with nothing configured but a key's budget: it counts. */
class FreshInstallIT {

    private static final String WORDS = "[[input=1000 output=500]]";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", ", mode: soft"})
    void servesOneCall_andRefusesTheNext(String mode) throws Exception {
        try (SimulatedProvider provider = SimulatedProvider.start();
                ServeProcess gateway = serve(provider, mode);
                WireClient client = new WireClient(gateway.dataPort())) {
            Answer first = ask(client, "known");
            Answer second = ask(client, "known");

            assertThat(first.status()).as(first.body()).isEqualTo(200);
            assertThat(first.header("x-sluice-cost"))
                    .as("of the built-in prices")
                    .isEqualTo("0.00045");
            assertThat(second.status()).isEqualTo(429);
            assertThat(second.body()).contains("\"insufficient_quota\"");
            assertThat(second.header("x-should-retry")).isEqualTo("false");
            assertThat(ask(client, "known").status()).isEqualTo(429);
            assertThat(provider.books().totals().calls()).isEqualTo(1);
        }
    }

    @Test
    void servesNothing_thatMayCostMoreThanAHardBudget() throws Exception {
        try (SimulatedProvider provider = SimulatedProvider.start();
                ServeProcess gateway = serve(provider, ", mode: hard");
                WireClient client = new WireClient(gateway.dataPort())) {
            String body =
                    GatewayFixture.chatBody("known", WORDS, false)
                            .replaceFirst("\\{", "{\"max_tokens\":500,");
            client.send(WireClient.post("/v1/chat/completions", body));
            Answer dear = client.readAnswer();
            Answer unpriced = ask(client, "unknown");

            assertThat(dear.status()).isEqualTo(429);
            assertThat(dear.body()).contains("\"insufficient_quota\"");
            assertThat(unpriced.status()).isEqualTo(400);
            assertThat(unpriced.body()).contains("\"unbounded_cost\"");
            assertThat(provider.books().totals().calls()).isZero();
        }
    }

    @Test
    void marksACallWithoutAPrice_insteadOfCallingItFree() throws Exception {
        try (SimulatedProvider provider = SimulatedProvider.start();
                ServeProcess gateway = serve(provider, "");
                WireClient client = new WireClient(gateway.dataPort());
                WireClient admin = new WireClient(gateway.adminPort())) {
            Answer answer = ask(client, "unknown");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("x-sluice-cost")).isNull();
            GatewayFixture.await(
                    () -> unpriced(admin).endsWith(" 1.0"),
                    () -> "it is marked: " + unpriced(admin));
        }
    }

    private static String unpriced(WireClient admin) {
        try {
            admin.send("GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n");
            return admin.readAnswer()
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("sluice_unpriced_calls_total{"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer ask(WireClient client, String model) throws IOException {
        client.send(WireClient.chat(model, WORDS, false));
        return client.readAnswer();
    }

    private ServeProcess serve(SimulatedProvider provider, String mode) throws IOException {
        String yaml =
                """
                model_list:
                  - {model_name: known, litellm_params: {model: openai/gpt-4o-mini, api_base: "BASE", api_key: sk-up}}
                  - {model_name: unknown, litellm_params: {model: openai/nobody-sells-this, api_base: "BASE", api_key: sk-up}}
                keys: [{alias: tester, key: %s, budget: {amount: 0.0001 USD%s}}]
                """
                        .formatted(GatewayFixture.KEY, mode)
                        .replace("BASE", provider.baseUri() + "/v1");
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        return ServeProcess.start(
                        folder, "--config", file.toString(), "--port", "0", "--admin-port", "0")
                .awaitReady();
    }
}
