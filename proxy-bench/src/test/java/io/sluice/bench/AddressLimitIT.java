package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.Http2Client;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many requests one client address may send in a minute, over the wire. */
class AddressLimitIT {

    private static final String HERE = "127.0.0.1";
    private static final String THERE = "127.0.0.2";
    private static final String HEALTH = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    private static final String STRANGER =
            "GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-no-such-key-here\r\n\r\n";

    @TempDir Path folder;

    @Test
    void servesAsManyAsTheLimitSays_onAllConnectionsAndEventLoopsTogether() throws Exception {
        try (GatewayFixture fixture = start(30)) {
            List<Answer> answers = callAtOnce(fixture, 12, 10);

            assertThat(answers.stream().filter(one -> one.status() == 200)).hasSize(30);
            assertThat(answers.stream().filter(one -> one.status() == 429)).hasSize(90);
            assertThat(fixture.provider().books().totals().calls()).isEqualTo(30);
            assertThat(fixture.accessLines(120)).hasSize(120);
            assertThat(fixture.metric("sluice_errors_total")).isEqualTo(90);
            assertThat(fixture.metric("sluice_inflight_requests")).isZero();
            try (WireClient other = connect(fixture, THERE)) {
                assertThat(ask(other, chat()).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void saysWhenToComeAgain_inTheCallersDialect_beforeTheBody() throws IOException {
        try (GatewayFixture fixture = start(1);
                WireClient client = connect(fixture, HERE)) {
            assertThat(ask(client, chat()).status()).isEqualTo(200);

            Answer openAi = ask(client, chat());
            assertThat(openAi.status()).isEqualTo(429);
            assertThat(openAi.body())
                    .contains(
                            "\"rate_limit_exceeded\"",
                            "this address may send 1 requests per minute");
            assertThat(openAi.header("x-sluice-error-source")).isEqualTo("gateway");
            checkWait(openAi);
            Answer anthropic = ask(client, WireClient.post("/v1/messages", "{}"));
            assertThat(anthropic.status()).isEqualTo(429);
            assertThat(anthropic.body()).contains("\"type\":\"error\"", "rate_limit_error");
            checkWait(anthropic);
            String head = WireClient.head("POST /v1/chat/completions");
            Answer early = ask(client, head + "content-length: 1000000\r\n\r\n");
            assertThat(early.status()).isEqualTo(429);
            checkWait(early);
        }
    }

    @Test
    void countsWhoHasNoKey_butNoHealthChecks() throws IOException {
        try (GatewayFixture fixture = start(2);
                WireClient client = connect(fixture, HERE);
                WireClient other = connect(fixture, THERE)) {
            for (int i = 0; i < 5; i++) {
                assertThat(ask(client, HEALTH).status()).isEqualTo(200);
            }
            assertThat(ask(client, STRANGER).status()).isEqualTo(401);
            assertThat(ask(client, STRANGER).status()).isEqualTo(401);

            assertThat(ask(client, STRANGER).status()).isEqualTo(429);
            assertThat(ask(client, chat()).status()).isEqualTo(429);
            assertThat(ask(client, HEALTH).status()).isEqualTo(200);
            assertThat(ask(other, STRANGER).status()).isEqualTo(401);
        }
    }

    @Test
    void countsEveryStreamOfHttp2() throws Exception {
        try (GatewayFixture fixture = start(20);
                Http2Client client = new Http2Client(fixture.port())) {
            List<Http2Client.Call> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(
                        client.send(
                                Http2Client.chatHead(),
                                GatewayFixture.chatBody("m", "hello", false)));
            }
            int served = 0;
            for (Http2Client.Call call : calls) {
                assertThat(call.status()).isIn(200, 429);
                served += call.status() == 200 ? 1 : 0;
                assertThat(call.head().contains("retry-after")).isEqualTo(call.status() == 429);
            }

            assertThat(served).isEqualTo(20);
            assertThat(fixture.chat("m", "hello").statusCode()).as("in HTTP/1.1").isEqualTo(429);
        }
    }

    @Test
    void takesAnotherLimitFromTheFile_andKeepsTheCounts() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            Path file = folder.resolve("sluice.yaml");
            String text = Files.readString(file);
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);

            reload(fixture, text + limit(2));
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(429);
            reload(fixture, text + limit(3));
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(429);
            reload(fixture, text);
            assertThat(fixture.chat("m", "hello").statusCode()).isEqualTo(200);
        }
    }

    private GatewayFixture start(int limit) throws IOException {
        return GatewayFixture.start(folder, Options.DEFAULT, limit(limit));
    }

    private static String limit(int limit) {
        return "limits: {requests_per_minute_per_address: " + limit + "}\n";
    }

    private void reload(GatewayFixture fixture, String yaml) throws IOException {
        Path beside = Files.writeString(folder.resolve("next.yaml"), yaml);
        Files.move(
                beside,
                folder.resolve("sluice.yaml"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(fixture.gateway().reload("test").restart()).isEmpty();
    }

    private static void checkWait(Answer refused) {
        long seconds = Long.parseLong(String.valueOf(refused.header("retry-after")));
        long millis = Long.parseLong(String.valueOf(refused.header("retry-after-ms")));
        assertThat(seconds).isBetween(1L, 61L);
        assertThat(seconds * 1000 - millis).isBetween(0L, 999L);
    }

    private static String chat() {
        return WireClient.chat("m", "hello", false);
    }

    private static Answer ask(WireClient client, String request) throws IOException {
        client.send(request);
        return client.readAnswer();
    }

    private static WireClient connect(GatewayFixture fixture, String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.port()));
        return new WireClient(socket);
    }

    private static List<Answer> callAtOnce(GatewayFixture fixture, int connections, int each)
            throws Exception {
        List<Callable<List<Answer>>> tasks = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            tasks.add(() -> {
                List<Answer> own = new ArrayList<>();
                try (WireClient client = connect(fixture, HERE)) {
                    for (int call = 0; call < each; call++) {
                        own.add(ask(client, chat()));
                    }
                }
                return own;
            });
        }
        List<Answer> all = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Answer>> one : pool.invokeAll(tasks)) {
                all.addAll(one.get());
            }
        }
        return all;
    }
}
