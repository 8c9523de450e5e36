package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.testing.MalformedRequests;
import io.sluice.testing.MalformedRequests.RawRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedRequestsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SPLITS = 4;

    private GatewayFixture fixture;

    static List<RawRequest> refused() {
        return MalformedRequests.refused();
    }

    static Stream<RawRequest> allRefused() {
        return Stream.concat(
                MalformedRequests.refused().stream(), MalformedRequests.refusedLater().stream());
    }

    static List<RawRequest> accepted() {
        return MalformedRequests.accepted();
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        fixture = GatewayFixture.start(folder);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @MethodSource("allRefused")
    void refusesAndCloses_andTheProviderNeverSeesIt(RawRequest request) throws IOException {
        long before = fixture.provider().books().totals().calls();
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(request.bytes());

            checkRefused(client, request);
        }
        assertThat(fixture.provider().books().totals().calls()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesAndCloses_whereverTheRequestIsCut(RawRequest request) throws IOException {
        for (int i = 1; i <= SPLITS; i++) {
            int at = request.raw().length() * i / (SPLITS + 1);
            try (WireClient client = new WireClient(fixture.port())) {
                client.send(request.raw().substring(0, at));
                LockSupport.parkNanos(500_000);
                sendUnlessRefused(client, request.raw().substring(at));

                checkRefused(client, request);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("allRefused")
    void doesNotAnswer_whatIsPipelinedBehind(RawRequest request) throws IOException {
        long before = fixture.provider().books().totals().calls();
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(request.raw() + WireClient.chat("m", "smuggled", false));

            assertThat(client.readAll().split("HTTP/1\\.1 \\d{3} ", -1)).hasSize(2);
        }
        assertThat(fixture.provider().books().totals().calls()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void answersWhatLooksOdd_andServesOn(RawRequest request) throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(request.bytes());
            WireClient.Answer answer = client.readAnswer();

            assertThat(answer.isWhole()).isTrue();
            assertThat(answer.body()).doesNotContain("malformed_request");
            if (!"close".equals(answer.header("connection"))) {
                client.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
                assertThat(client.readAnswer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void closesOnceAnswered_whenTheRestOfARefusedBodyIsMalformed() throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(
                    String.join(
                            "\r\n",
                            "POST /v1/chat/completions HTTP/1.1",
                            "host: x",
                            "authorization: Bearer no",
                            "transfer-encoding: chunked",
                            "",
                            "1",
                            "{",
                            "zz",
                            ""));

            assertThat(client.readAnswer().status()).isEqualTo(401);
            assertThat(client.readAll()).isEmpty();
        }
    }

    private static void sendUnlessRefused(WireClient client, String rest) {
        try {
            client.send(rest);
        } catch (IOException _) {
            // It was refused by its first half, and the connection is closed.
        }
    }

    private static void checkRefused(WireClient client, RawRequest request) throws IOException {
        WireClient.Answer answer = client.readAnswer();
        assertThat(answer.status()).isEqualTo(request.status());
        assertThat(answer.header("x-sluice-error-source")).isEqualTo("gateway");
        JsonNode error = JSON.readTree(answer.body()).get("error");
        assertThat(error.get("message").asText()).isNotEmpty();
        assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.has("param")).isTrue();
        assertThat(error.get("code").asText()).isIn(codes(request.status()));
        assertThat(client.readAll()).isEmpty();
    }

    private static List<String> codes(int status) {
        return switch (status) {
            case 400 -> List.of("malformed_request", "invalid_json");
            case 413 -> List.of("body_too_large");
            case 417 -> List.of("expectation_failed");
            case 431 -> List.of("head_too_large");
            case 501 -> List.of("not_supported");
            case 505 -> List.of("http_version_not_supported");
            default -> List.of();
        };
    }
}
