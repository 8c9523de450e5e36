package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What calls cost, where it is told: head, access log, metrics. */
class PricedCallIT {

    private static final String PRICES =
            "pricing: {currency: USD, m: {input: 0.0004, output: 0.0016}}\n";

    @TempDir Path folder;

    @Test
    void tellsTheSameCost_inHeadLogAndMetrics() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, PRICES)) {
            HttpResponse<String> answer = fixture.chat("m", "hello");

            JsonNode usage = new ObjectMapper().readTree(answer.body()).path("usage");
            long picos =
                    usage.path("prompt_tokens").asLong() * 400_000
                            + usage.path("completion_tokens").asLong() * 1_600_000;
            assertThat(picos).isPositive();
            assertThat(answer.headers().firstValue("x-sluice-cost"))
                    .hasValue(BigDecimal.valueOf(picos, 12).stripTrailingZeros().toPlainString());
            assertThat(fixture.accessLines(1).getFirst().get("cost_picos").asLong())
                    .isEqualTo(picos);
            assertThat(fixture.metric("sluice_cost_picos_total")).isEqualTo((double) picos);
            assertThat(fixture.metric("sluice_unpriced_calls_total")).isZero();
        }
    }

    @Test
    void takesAChangedPriceFile_fromTheNextCallOn() throws IOException {
        Path file = folder.resolve("prices.json");
        Files.writeString(file, prices("1e-6"));
        try (GatewayFixture fixture =
                GatewayFixture.start(
                        folder, Options.DEFAULT, "prices: {file: \"" + file + "\"}\n")) {
            BigDecimal first = cost(fixture);

            Files.writeString(file, prices("3e-6"));
            GatewayFixture.await(
                    () -> cost(fixture).compareTo(first.multiply(BigDecimal.valueOf(3))) == 0,
                    () -> "the price is three times as much");

            Files.writeString(file, "{\"m\": {\"input_cost_per_token\": 1e-");
            GatewayFixture.await(
                    () -> fixture.metric("sluice_price_file_reads_total") == 2,
                    () -> "the broken file was read");
            assertThat(cost(fixture)).isEqualByComparingTo(first.multiply(BigDecimal.valueOf(3)));

            Path other = folder.resolve("prices.json~");
            Files.writeString(other, prices("5e-6"));
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
            GatewayFixture.await(
                    () -> cost(fixture).compareTo(first.multiply(BigDecimal.valueOf(5))) == 0,
                    () -> "the price is five times as much");
        }
    }

    @Test
    void keepsThePriceItBeganWith_whereTheFileChangesMeanwhile() throws Exception {
        Path file = folder.resolve("prices.json");
        Files.writeString(file, prices("1e-6"));
        try (GatewayFixture fixture =
                GatewayFixture.start(
                        folder, Options.DEFAULT, "prices: {file: \"" + file + "\"}\n")) {
            BigDecimal first = cost(fixture);
            String body = GatewayFixture.chatBody("m", "hello [[ttft=6s]]", false);
            var slow =
                    fixture.client()
                            .sendAsync(
                                    fixture.post("/v1/chat/completions", body).build(),
                                    HttpResponse.BodyHandlers.ofString());
            GatewayFixture.await(
                    () -> fixture.provider().books().totals().calls() == 2,
                    () -> "the slow call has begun");

            Files.writeString(file, prices("3e-6"));
            GatewayFixture.await(
                    () -> fixture.metric("sluice_price_file_reads_total") == 1,
                    () -> "the file was read");

            HttpResponse<String> answer = slow.get(20, TimeUnit.SECONDS);
            long tokens =
                    new ObjectMapper()
                            .readTree(answer.body())
                            .path("usage")
                            .path("total_tokens")
                            .asLong();
            assertThat(new BigDecimal(answer.headers().firstValue("x-sluice-cost").orElse("0")))
                    .isEqualByComparingTo(BigDecimal.valueOf(tokens, 6));
            assertThat(cost(fixture)).isEqualByComparingTo(first.multiply(BigDecimal.valueOf(3)));
        }
    }

    private static String prices(String each) {
        return "{\"m\": {\"litellm_provider\": \"openai\", \"mode\": \"chat\","
                + " \"input_cost_per_token\": %s, \"output_cost_per_token\": %s}}"
                        .formatted(each, each);
    }

    private static BigDecimal cost(GatewayFixture fixture) {
        return new BigDecimal(
                fixture.chat("m", "hello").headers().firstValue("x-sluice-cost").orElse("0"));
    }

    @Test
    void booksAStream_withoutTellingInItsHead() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, PRICES)) {
            String body = GatewayFixture.chatBody("m", "hello [[chunks=20]]", true);
            HttpResponse<String> answer =
                    fixture.send(fixture.post("/v1/chat/completions", body).build());

            assertThat(answer.headers().firstValue("x-sluice-cost")).isEmpty();
            JsonNode line = fixture.accessLines(1).getFirst();
            assertThat(line.get("cost_picos").asLong())
                    .isEqualTo(
                            line.get("input_tokens").asLong() * 400_000
                                    + line.get("output_tokens").asLong() * 1_600_000);
        }
    }

    @Test
    void marksCallsWithoutAPrice() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            HttpResponse<String> answer = fixture.chat("m", "hello");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-sluice-cost")).isEmpty();
            assertThat(fixture.accessLines(1).getFirst().get("cost_picos").isNull()).isTrue();
            assertThat(fixture.metric("sluice_unpriced_calls_total")).isOne();
        }
    }

    @Test
    void refusesCallsWithoutAPrice_whereToldTo() throws IOException {
        String refuse = PRICES + "prices: {unknown: refuse}\n";
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, refuse)) {
            HttpResponse<String> fixed = fixture.chat("pair", "hello");
            HttpResponse<String> named = fixture.chat("replay/x", "hello");

            assertThat(fixed.statusCode()).isEqualTo(503);
            assertThat(fixed.body()).contains("\"price_unknown\"");
            assertThat(named.statusCode()).isEqualTo(503);
            assertThat(named.body()).contains("\"price_unknown\"");
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(1);
        }
    }

    @Test
    void countsCallsWithoutAPriceAsFree_whereToldTo() throws IOException {
        String zero = "prices: {unknown: zero}\n";
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, zero)) {
            HttpResponse<String> answer = fixture.chat("m", "hello");

            assertThat(answer.headers().firstValue("x-sluice-cost")).hasValue("0");
            assertThat(fixture.accessLines(1).getFirst().get("cost_picos").asLong(-1)).isZero();
        }
    }
}
