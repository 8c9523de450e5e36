package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.sluice.bench.testing.Certificates;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.TlsServer;
import io.sluice.bench.testing.TlsTap;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.SimulatedProvider;
import io.sluice.transport.upstream.UpstreamTls;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that are reached over TLS. */
class UpstreamTlsIT {

    private static final String ONCE = "router_settings: {num_retries: 0}\n";

    @TempDir private Path folder = Path.of("");

    @Test
    void usesBoringSsl_whereItIsShipped() {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
        assumeTrue(System.getProperty("os.arch").equals("amd64"));

        assertThat(OpenSsl.isAvailable())
                .as(String.valueOf(OpenSsl.unavailabilityCause()))
                .isTrue();
        assertThat(OpenSsl.versionString()).contains("BoringSSL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"upstream: {trusted_certificates", "litellm_settings: {ssl_verify"})
    void trustsTheAuthorityThatIsNamed(String key) throws IOException {
        Certificates own = Certificates.make(folder, "ip:127.0.0.1");
        String more = ONCE + key + ": \"" + own.certificate() + "\"}\n";
        try (GatewayFixture gateway = GatewayFixture.start(folder, tls(own), more)) {
            HttpResponse<String> answer = gateway.chat("m", "hi");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(gateway.provider().received()).hasSize(1);
        }
    }

    @Test
    void refusesAnAuthorityThatIsUnknown() throws IOException {
        Certificates own = Certificates.make(folder, "ip:127.0.0.1");
        try (GatewayFixture gateway = GatewayFixture.start(folder, tls(own), ONCE)) {
            refuses(gateway, "no TLS with the provider: its certificate is not trusted");
        }
    }

    @Test
    void refusesACertificateOfAnotherHost() throws IOException {
        Certificates own = Certificates.make(folder, "dns:other.example,ip:127.0.0.2");
        String more = ONCE + "upstream: {trusted_certificates: \"" + own.certificate() + "\"}\n";
        try (GatewayFixture gateway = GatewayFixture.start(folder, tls(own), more)) {
            refuses(gateway, "no TLS with the provider: its certificate is for another host");
        }
    }

    private static void refuses(GatewayFixture gateway, String message) {
        HttpResponse<String> answer = gateway.chat("m", "hi");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("\"upstream_unreachable\"", message);
        assertThat(gateway.provider().received()).isEmpty();
    }

    @Test
    void saysSo_whenTheProviderSpeaksNoTls() throws IOException {
        try (SimulatedProvider plain = SimulatedProvider.start();
                GatewayFixture gateway = withModel("https://127.0.0.1:" + plain.port(), "")) {
            HttpResponse<String> answer = gateway.chat("tls", "hi");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream_unreachable", "no TLS with the provider");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void resumesTheSession_onTheNextConnection(String protocol) throws IOException {
        Certificates own = Certificates.make(folder, "dns:localhost");
        String trust = "upstream: {trusted_certificates: \"" + own.certificate() + "\"}\n";
        try (TlsServer server = TlsServer.start(own, protocol);
                TlsTap tap = TlsTap.start(server.port());
                GatewayFixture gateway = withModel("https://localhost:" + tap.port(), trust)) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = gateway.chat("tls", "hi");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }

            assertThat(server.connections()).isEqualTo(3);
            assertThat(tap.resumptions()).containsExactly(false, true, true);
        }
    }

    @Test
    void sendsTheServerName() throws IOException {
        Certificates own = Certificates.make(folder, "dns:provider.example");
        MultiThreadIoEventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (TlsServer server = TlsServer.start(own, "TLSv1.3");
                TlsTap tap = TlsTap.start(server.port())) {
            SslContext tls = UpstreamTls.newContext(own.certificate(), false);
            SslHandler handler =
                    tls.newHandler(ByteBufAllocator.DEFAULT, "provider.example", tap.port());
            Channel channel =
                    new Bootstrap()
                            .group(loops)
                            .channel(NioSocketChannel.class)
                            .handler(handler)
                            .connect("127.0.0.1", tap.port())
                            .awaitUninterruptibly()
                            .channel();

            assertThat(handler.handshakeFuture().awaitUninterruptibly(20_000)).isTrue();
            assertThat(handler.handshakeFuture().cause()).isNull();
            assertThat(tap.hasHeard("provider.example")).isTrue();
            channel.close().awaitUninterruptibly();
            ReferenceCountUtil.release(tls);
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void startsNot_whenTheCertificatesCannotBeUsed() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.pem"), "no certificate");
        String more = "upstream: {trusted_certificates: \"" + broken + "\"}\n";

        assertThatThrownBy(() -> GatewayFixture.start(folder, Options.DEFAULT, more))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("upstream.trusted_certificates cannot be used");
    }

    private GatewayFixture withModel(String base, String more) throws IOException {
        String model =
                "  - {model_name: tls, litellm_params: {model: openai/m, api_base: \""
                        + base
                        + "/v1\", api_key: sk}}\n";
        return GatewayFixture.start(folder, Options.DEFAULT, model + ONCE + more);
    }

    private static Options tls(Certificates own) {
        return Options.DEFAULT.withTls(own.certificate(), own.privateKey());
    }
}
