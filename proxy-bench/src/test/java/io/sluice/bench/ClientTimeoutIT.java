package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client may take of the gateway: time, connections, memory. */
class ClientTimeoutIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;

    @Test
    void answers408_whenTheHeadDoesNotComeInTime() throws IOException {
        try (GatewayFixture fixture = start("timeouts: {client_head: 300ms}");
                WireClient client = new WireClient(fixture.port())) {
            client.send("GET /v1/models HTTP/1.1\r\nhost:");

            checkRefused(client, 408, "request_timeout", "head");
        }
    }

    @Test
    void answers408_whenTheBodyDoesNotComeInTime() throws IOException {
        try (GatewayFixture fixture = start("timeouts: {client_body: 300ms}");
                WireClient client = new WireClient(fixture.port())) {
            client.send(upload(100) + "{\"mod");

            checkRefused(client, 408, "request_timeout", "body");
            assertThat(fixture.accessLines(1)).hasSize(1);
            assertThat(fixture.gateway().bufferedBytes()).isZero();
            assertThat(fixture.metric("sluice_inflight_requests")).isZero();
        }
    }

    @Test
    void closesIdleConnections_butNotThoseOfARunningCall() throws IOException {
        try (GatewayFixture fixture = start("timeouts: {client_idle: 300ms}");
                WireClient fresh = new WireClient(fixture.port());
                WireClient used = new WireClient(fixture.port());
                WireClient busy = new WireClient(fixture.port())) {
            busy.send(WireClient.chat("m", "[[ttft=1200ms]]", false));
            used.send(WireClient.chat("m", "x", false));

            assertThat(used.readAnswer().status()).isEqualTo(200);
            assertThat(used.readAll()).isEmpty();
            assertThat(fresh.readAll()).isEmpty();
            assertThat(busy.readAnswer().status()).isEqualTo(200);
        }
    }

    @Test
    void takesOnlySoManyConnections() throws IOException {
        try (GatewayFixture fixture = start("limits: {connections: 3}")) {
            checkConnections(fixture, 3);
        }
    }

    @Test
    void takesOnlySoManyConnections_ofOneAddress() throws IOException {
        try (GatewayFixture fixture = start("limits: {connections_per_address: 2}")) {
            checkConnections(fixture, 2);
        }
    }

    private static void checkConnections(GatewayFixture fixture, int most) throws IOException {
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            WireClient client = new WireClient(fixture.port());
            clients.add(client);
            assertThat(isServed(client)).isTrue();
        }
        try (WireClient one = new WireClient(fixture.port())) {
            assertThat(isServed(one)).isFalse();
        }
        clients.removeFirst().close();
        GatewayFixture.await(() -> isServed(fixture), () -> "a connection has come free");
        for (WireClient client : clients) {
            assertThat(isServed(client)).isTrue();
            client.close();
        }
    }

    private static boolean isServed(GatewayFixture fixture) {
        try (WireClient client = new WireClient(fixture.port())) {
            return isServed(client);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isServed(WireClient client) {
        try {
            client.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
            return client.readAnswer().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void answers503_whenTooManyBodiesAreHeld() throws IOException {
        try (GatewayFixture fixture = start("limits: {buffered_bytes: 64KiB}");
                WireClient first = new WireClient(fixture.port());
                WireClient second = new WireClient(fixture.port())) {
            String half = "{\"model\":\"m\",\"messages\":[],\"user\":\"" + "a".repeat(40_000);
            first.send(upload(half.length() + 2) + half);
            GatewayFixture.await(
                    () -> fixture.gateway().bufferedBytes() == half.length(),
                    () -> "held: " + fixture.gateway().bufferedBytes());

            second.send(upload(half.length() + 2) + half);
            Answer refused = second.readAnswer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(code(refused)).isEqualTo("overloaded");
            assertThat(refused.header("retry-after")).isEqualTo("1");

            first.send("\"}");
            assertThat(first.readAnswer().status()).isEqualTo(200);
            assertThat(fixture.gateway().bufferedBytes()).isZero();
            second.send("\"}");
            second.send(WireClient.chat("m", "x", false));
            assertThat(second.readAnswer().status()).isEqualTo(200);
        }
    }

    @Test
    void answers413_beforeTheBodyIsSent_whereItsLengthIsStated() throws IOException {
        try (GatewayFixture fixture = start("limits: {body_bytes: 100KiB}");
                WireClient client = new WireClient(fixture.port());
                WireClient careful = new WireClient(fixture.port())) {
            client.send(upload((100 << 10) + 1));
            careful.send(
                    WireClient.head("POST /v1/chat/completions", "expect: 100-continue")
                            + "content-length: 200000\r\n\r\n");

            checkRefused(client, 413, "body_too_large", "102400");
            checkRefused(careful, 413, "body_too_large", "102400");
            assertThat(fixture.provider().books().totals().calls()).isZero();
        }
    }

    @Test
    void answers413_onceAChunkedBodyIsTooLarge() throws IOException {
        try (GatewayFixture fixture = start("limits: {body_bytes: 100KiB}");
                WireClient client = new WireClient(fixture.port())) {
            String chunk = "c800\r\n" + " ".repeat(0xc800) + "\r\n";
            client.send(
                    WireClient.head("POST /v1/chat/completions", "transfer-encoding: chunked")
                            + "\r\n"
                            + chunk
                            + chunk);
            GatewayFixture.await(
                    () -> fixture.gateway().bufferedBytes() == 100 << 10,
                    () -> "held: " + fixture.gateway().bufferedBytes());
            client.send("1\r\n \r\n");

            Answer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(code(answer)).isEqualTo("body_too_large");
            assertThat(fixture.gateway().bufferedBytes()).isZero();
        }
    }

    @Test
    void serves_theLargestBodyThereMayBe() throws IOException {
        try (GatewayFixture fixture = start("limits: {body_bytes: 100KiB}");
                WireClient client = new WireClient(fixture.port())) {
            String start = "{\"model\":\"m\",\"messages\":[],\"user\":\"";
            String body = start + "a".repeat((100 << 10) - start.length() - 2) + "\"}";
            client.send(upload(body.length()) + body);

            assertThat(client.readAnswer().status()).isEqualTo(200);
        }
    }

    private GatewayFixture start(String more) throws IOException {
        return GatewayFixture.start(folder, Options.DEFAULT, more);
    }

    private static String upload(int length) {
        return WireClient.head("POST /v1/chat/completions", "content-type: application/json")
                + "content-length: "
                + length
                + "\r\n\r\n";
    }

    private static void checkRefused(WireClient client, int status, String code, String says)
            throws IOException {
        Answer answer = client.readAnswer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(code(answer)).isEqualTo(code);
        assertThat(answer.body()).contains(says);
        assertThat(client.readAll()).isEmpty();
    }

    private static String code(Answer answer) throws IOException {
        return JSON.readTree(answer.body()).path("error").path("code").asText();
    }
}
