package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Books;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand clients that leave, each in its own moment. */
class DisconnectIT {

    private static final int CLIENTS = 10_000;
    private static final int AT_ONCE = 250;

    /** When a client leaves, and how its call's record has it. */
    private enum Moment {
        /** Half of its body is sent. */
        UPLOADING("CR"),
        /** It waits for a plain answer. */
        WAITING("CF"),
        /** It waits for a stream. */
        WAITING_FOR_STREAM("CF"),
        /** The stream has begun and stalls. */
        STREAMING("CS"),
        /** The stream has begun and runs. */
        RUNNING("CS"),
        /** A plain answer has begun and stalls. */
        RECEIVING("CS");

        private final String end;

        Moment(String end) {
            this.end = end;
        }

        String request(String id) {
            String line = "x-request-id: " + id;
            return switch (this) {
                case UPLOADING ->
                        WireClient.head("POST /v1/chat/completions", line)
                                + "content-type: application/json\r\ncontent-length: 30000\r\n\r\n"
                                + "{\"messages\":[],\"user\":\""
                                + "u".repeat(10_000);
                case WAITING -> WireClient.chat("m", "[[ttft=1h]]", false, line);
                case WAITING_FOR_STREAM -> WireClient.chat("m", "[[ttft=1h]]", true, line);
                case STREAMING -> WireClient.chat("m", "[[chunks=9 stall=forever@3]]", true, line);
                case RUNNING -> WireClient.chat("m", "[[chunks=99999 gap=5ms]]", true, line);
                case RECEIVING ->
                        WireClient.chat("m", "[[bytes=90000 stall=forever@2]]", false, line);
            };
        }

        boolean reachesProvider() {
            return this != UPLOADING;
        }

        boolean hasAnswer() {
            return this == STREAMING || this == RUNNING || this == RECEIVING;
        }
    }

    @TempDir Path folder;

    @Test
    void leavesNothingBehind_whenTenThousandClientsLeave() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            Moment[] moments = Moment.values();
            for (int batch = 0; batch * AT_ONCE < CLIENTS; batch++) {
                leave(fixture, moments[batch % moments.length], batch);
            }

            checkNothingIsLeft(fixture);
            checkRecords(fixture.accessLines(CLIENTS));
            for (Books.Attempts attempts : fixture.provider().books().attempts().values()) {
                assertThat(attempts.times()).isEqualTo(1);
            }
            assertThat(fixture.chat("m", "still there").statusCode()).isEqualTo(200);
        }
    }

    private static void leave(GatewayFixture fixture, Moment moment, int batch) throws IOException {
        Books.Totals before = fixture.provider().books().totals();
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            WireClient client = new WireClient(fixture.port());
            clients.add(client);
            client.send(moment.request(moment + "-" + batch + "-" + i));
        }
        awaitUnderWay(fixture, moment, before, clients);
        for (int i = 0; i < AT_ONCE; i++) {
            if (i % 2 == 0) {
                clients.get(i).close();
            } else {
                clients.get(i).reset();
            }
        }
        long left = before.clientsLeft() + (moment.reachesProvider() ? AT_ONCE : 0);
        GatewayFixture.await(
                () -> fixture.provider().books().totals().clientsLeft() == left,
                () -> moment + ": " + fixture.provider().books().totals());
        GatewayFixture.await(
                () -> fixture.gateway().bufferedBytes() == 0,
                () -> moment + " holds " + fixture.gateway().bufferedBytes());
    }

    private static void awaitUnderWay(
            GatewayFixture fixture, Moment moment, Books.Totals before, List<WireClient> clients)
            throws IOException {
        if (moment.hasAnswer()) {
            for (WireClient client : clients) {
                assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
                assertThat(client.read(16)).hasSize(16);
            }
        } else if (moment.reachesProvider()) {
            GatewayFixture.await(
                    () -> fixture.provider().books().totals().calls() == before.calls() + AT_ONCE,
                    () -> moment + ": " + fixture.provider().books().totals());
        } else {
            GatewayFixture.await(
                    () -> fixture.gateway().bufferedBytes() >= AT_ONCE * 10_000L,
                    () -> moment + " holds " + fixture.gateway().bufferedBytes());
        }
    }

    private static void checkNothingIsLeft(GatewayFixture fixture) {
        GatewayFixture.await(
                () -> fixture.metric("sluice_client_connections") == 0,
                () -> "client connections: " + fixture.metric("sluice_client_connections"));
        GatewayFixture.await(
                () -> fixture.metric("sluice_upstream_connections") == 0,
                () -> "upstream connections: " + fixture.metric("sluice_upstream_connections"));
        assertThat(fixture.metric("sluice_inflight_requests")).isZero();
        assertThat(fixture.metric("sluice_active_streams")).isZero();
        assertThat(fixture.metric("sluice_client_cancelled_total")).isEqualTo(CLIENTS);
        assertThat(fixture.metric("sluice_retries_total")).isZero();
        assertThat(fixture.gateway().bufferedBytes()).isZero();
        assertThat(fixture.provider().books().totals().streamsOpen()).isZero();
        GatewayFixture.await(
                () -> fixture.provider().books().totals().connectionsOpen() == 0,
                () -> "open at the provider: " + fixture.provider().books().totals());
    }

    private static void checkRecords(List<JsonNode> lines) {
        assertThat(lines).hasSize(CLIENTS);
        Set<String> ids = new HashSet<>();
        for (JsonNode line : lines) {
            String id = line.get("id").asText();
            Moment moment = Moment.valueOf(id.substring(0, id.indexOf('-')));
            assertThat(ids.add(id)).isTrue();
            assertThat(line.get("end").asText()).as(id).isEqualTo(moment.end);
            assertThat(line.get("status").asInt()).as(id).isEqualTo(moment.hasAnswer() ? 200 : 499);
        }
    }

    @Test
    void makesNoFurtherAttempt_whenTheClientLeavesBetweenTwo() throws IOException {
        String more = "router_settings: {num_retries: 5, retry_after: 1}";
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            try (WireClient client = new WireClient(fixture.port())) {
                client.send(WireClient.chat("m", "[[fail=500]]", false));
                GatewayFixture.await(
                        () -> fixture.provider().books().totals().calls() == 1,
                        () -> "the first attempt");
            }

            assertThat(fixture.accessLines(1).getFirst().get("end").asText()).startsWith("C");
            assertThat(fixture.chat("m", "[[ttft=1500ms]]").statusCode()).isEqualTo(200);
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(2);
        }
    }

    @Test
    void recordsTheCall_whoseClientLeavesWhileItConnects() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket one = new Socket(InetAddress.getLoopbackAddress(), deaf.getLocalPort());
                Socket two = new Socket(InetAddress.getLoopbackAddress(), deaf.getLocalPort());
                GatewayFixture fixture = startBefore(deaf.getLocalPort())) {
            assertThat(one.isConnected() && two.isConnected()).isTrue();
            try (WireClient client = new WireClient(fixture.port())) {
                client.send(WireClient.chat("m", "x", false));
                GatewayFixture.await(
                        () -> fixture.metric("sluice_upstream_connections") == 1,
                        () -> "the connection is being opened");
            }

            JsonNode line = fixture.accessLines(1).getFirst();
            assertThat(line.get("end").asText()).isEqualTo("CC");
            assertThat(line.get("status").asInt()).isEqualTo(499);
            GatewayFixture.await(
                    () -> fixture.metric("sluice_upstream_connections") == 0,
                    () -> "the connection is given up");
        }
    }

    @Test
    void isServed_thatLeavesBehindTheTerminalEvent() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            try (WireClient client = new WireClient(fixture.port())) {
                client.send(WireClient.chat("m", "[[chunks=3]]", true));
                client.readTo("[DONE]");
            }

            assertThat(fixture.accessLines(1).getFirst().get("end").asText()).isEqualTo("--");
        }
    }

    private GatewayFixture startBefore(int port) throws IOException {
        String more =
                """
                timeouts: {connect: 2s}
                model_list:
                  - {model_name: m, litellm_params: {model: openai/m, api_base: "http://127.0.0.1:%d/v1", api_key: k}}
                """
                        .formatted(port);
        return GatewayFixture.start(folder, Options.DEFAULT, more);
    }
}
