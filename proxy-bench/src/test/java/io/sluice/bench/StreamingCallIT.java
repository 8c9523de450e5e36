package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.bench.testing.GatewayFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamingCallIT {

    @TempDir Path folder;

    @Test
    void answersPlainCall_withProvidersBytesAndOneRecord() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            HttpResponse<String> answer = fixture.chat("m", "hello");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-sluice-target")).hasValue("openai/m");
            JsonNode line = fixture.accessLines(1).getFirst();
            assertThat(line.get("end").asText()).isEqualTo("--");
            assertThat(line.get("output_tokens").asLong()).isPositive();
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(1);
        }
    }

    @Test
    void streamsToTheEnd_hidingUsageThatWasNotAskedFor() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            String body = GatewayFixture.chatBody("m", "hello [[chunks=20]]", true);
            HttpResponse<String> answer =
                    fixture.send(fixture.post("/v1/chat/completions", body).build());

            assertThat(answer.headers().firstValue("content-type").orElse(""))
                    .startsWith("text/event-stream");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"choices\":[]");
            assertThat(fixture.accessLines(1).getFirst().get("output_tokens").asLong())
                    .isPositive();
        }
    }
}
