package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.handler.ssl.OpenSsl;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.SelfSigned;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data listener with TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {

    private SelfSigned identity;
    private GatewayFixture fixture;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        identity = SelfSigned.in(folder);
        fixture =
                GatewayFixture.start(
                        folder,
                        Options.DEFAULT,
                        "timeouts: {client_head: 500ms}",
                        "{port: 0, tls: {certificate: %s, private_key: %s}}"
                                .formatted(identity.certificate(), identity.privateKey()));
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @Test
    void isSpokenWithTheNativeLibrary() {
        assertThat(OpenSsl.isAvailable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void servesPlainAndStream_onOneConnection(String protocol) throws Exception {
        try (WireClient client = connect(protocol)) {
            client.send(WireClient.chat("m", "[[bytes=300KiB]]", false));
            WireClient.Answer plain = client.readAnswer();
            client.send(WireClient.chat("m", "[[chunks=50 size=2000]]", true));
            WireClient.Answer stream = client.readAnswer();

            assertThat(plain.status()).isEqualTo(200);
            assertThat(plain.isWhole()).isTrue();
            assertThat(plain.body()).hasSize(300 << 10);
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void speaksHttp2_whereItIsAgreedOn() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(identity.trust())
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            HttpResponse<String> plain = client.send(chat("hi", false), BodyHandlers.ofString());
            HttpResponse<String> stream =
                    client.send(chat("[[chunks=50 size=2000]]", true), BodyHandlers.ofString());

            assertThat(plain.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(plain.statusCode()).isEqualTo(200);
            assertThat(plain.body()).contains("chat.completion");
            assertThat(stream.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
        }
    }

    private HttpRequest chat(String prompt, boolean stream) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "https://localhost:%d/v1/chat/completions"
                                        .formatted(fixture.port())))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                GatewayFixture.chatBody("m", prompt, stream)))
                .build();
    }

    @Test
    void refusesOldProtocols() {
        assertThatExceptionOfType(SSLException.class).isThrownBy(() -> connect("TLSv1.1"));
    }

    @Test
    void saysWhy_whenARequestIsRefused() throws Exception {
        try (WireClient client = connect("TLSv1.3")) {
            client.send("GET / HTTP/1.1\nhost: x\r\n\r\n");

            assertThat(client.readAnswer().status()).isEqualTo(400);
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void closes_whenPlainHttpIsSpoken() throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");

            assertThat(client.readAll()).doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void closes_whenNoHandshakeComes() throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void cancelsTheCall_whenTheClientLeaves() throws Exception {
        long before = fixture.provider().books().totals().clientsLeft();
        try (WireClient client = connect("TLSv1.3")) {
            client.send(WireClient.chat("m", "[[chunks=9 stall=forever@2]]", true));
            client.readTo("\n\n");
        }

        GatewayFixture.await(
                () -> fixture.provider().books().totals().clientsLeft() == before + 1,
                () -> "the provider's call is cancelled");
    }

    private WireClient connect(String protocol) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        identity.trust()
                                .getSocketFactory()
                                .createSocket("127.0.0.1", fixture.port());
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        return new WireClient(socket);
    }
}
