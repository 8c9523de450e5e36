package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.ledger.Settlement;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom and under which tags a call is on the books. */
class AttributionIT {

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"user", "safety_identifier"})
    void namesWhomACallWasMadeFor(String field) throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            fixture.send(
                    fixture.post("/v1/chat/completions", with("\"" + field + "\":\"alice\""))
                            .build());

            assertThat(row(fixture).caller().endUser()).isEqualTo("alice");
        }
    }

    @Test
    void hasTheTagsOfTheRequest_eachOnce() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            fixture.send(
                    fixture.post(
                                    "/v1/chat/completions",
                                    with("\"metadata\":{\"tags\":[\"red\",\"blue\"]}"))
                            .header("x-litellm-tags", "blue, green")
                            .build());

            assertThat(row(fixture).caller().tags()).containsExactly("red", "blue", "green");
            assertThat(fixture.provider().received().getLast().header("x-litellm-tags")).isNull();
        }
    }

    private static Settlement row(GatewayFixture fixture) {
        return fixture.ledgerRows(1).getFirst();
    }

    private static String with(String field) {
        return GatewayFixture.chatBody("m", "hello", false).replaceFirst("\\{", "{" + field + ",");
    }
}
