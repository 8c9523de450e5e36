package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a whole gateway says of its keys, its ledger and its database in numbers. */
class BooksMetricsIT {

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sluice_ledger_full 0.0",
                "sluice_ledger_waiting 0.0",
                "sluice_ledger_refused_rows_total 0.0",
                "sluice_database_up 1.0",
                "sluice_keys_known 0.0"
            })
    void saysHowItIs_atTheStart(String line) throws Exception {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            assertThat(metrics(fixture).lines()).contains(line);
        }
    }

    @Test
    void countsTheRowOfACall() throws Exception {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            HttpRequest call =
                    fixture.post(
                                    "/v1/chat/completions",
                                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
                                            + "\"content\":\"hello\"}]}")
                            .build();
            assertThat(fixture.client().send(call, HttpResponse.BodyHandlers.ofString()))
                    .returns(200, HttpResponse::statusCode);

            GatewayFixture.await(
                    () -> metrics(fixture).contains("\nsluice_ledger_rows_total 1.0\n"),
                    () -> "the row is counted: " + metrics(fixture));
        }
    }

    private static String metrics(GatewayFixture fixture) {
        URI uri = URI.create("http://127.0.0.1:" + fixture.gateway().adminPort() + "/metrics");
        try {
            return fixture.client()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
