package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.ServeProcess;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.testing.WireClient.Answer;
import io.sluice.bench.upstream.SimulatedProvider;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process: how it starts and how it stops. */
class DrainIT {

    private static final String HEALTH = "GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n";

    @TempDir Path folder;

    @Test
    void letsRunningCallsEnd_andTakesNoNewOnes() throws Exception {
        try (SimulatedProvider provider = SimulatedProvider.start();
                ServeProcess gateway = serve(provider);
                WireClient idle = new WireClient(gateway.dataPort());
                WireClient stream = new WireClient(gateway.dataPort());
                WireClient plain = new WireClient(gateway.dataPort());
                WireClient upload = new WireClient(gateway.dataPort());
                WireClient admin = new WireClient(gateway.adminPort())) {
            idle.send(HEALTH);
            assertThat(idle.readAnswer().status()).isEqualTo(200);
            admin.send(HEALTH);
            assertThat(admin.readAnswer().status()).isEqualTo(200);
            stream.send(WireClient.chat("m", "[[chunks=60 gap=100ms]]", true));
            stream.readTo("\n\n");
            plain.send(WireClient.chat("m", "[[ttft=3s]]", false));
            String request = WireClient.chat("m", "last one", false);
            upload.send(request.substring(0, request.length() - 3));
            GatewayFixture.await(
                    () -> provider.books().totals().calls() == 2, () -> "two calls run");

            gateway.terminate();
            assertThat(idle.readAll()).isEmpty();
            admin.send(HEALTH);
            Answer health = admin.readAnswer();
            upload.send(request.substring(request.length() - 3));
            Answer uploaded = upload.readAnswer();

            assertThat(health.status()).isEqualTo(503);
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> new WireClient(gateway.dataPort()));
            assertThat(uploaded.status()).isEqualTo(200);
            assertThat(uploaded.header("connection")).isEqualTo("close");
            Answer answered = plain.readAnswer();
            assertThat(answered.status()).isEqualTo(200);
            assertThat(answered.header("connection")).isEqualTo("close");
            assertThat(plain.readAll()).isEmpty();
            assertThat(gateway.isAlive()).isTrue();
            assertThat(stream.readAll()).endsWith("data: [DONE]\n\n\r\n0\r\n\r\n");
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void endsEveryStreamWithAnErrorEvent_atTheSecondSignal() throws Exception {
        try (SimulatedProvider provider = SimulatedProvider.start();
                ServeProcess gateway = serve(provider);
                WireClient stream = new WireClient(gateway.dataPort());
                WireClient plain = new WireClient(gateway.dataPort());
                WireClient upload = new WireClient(gateway.dataPort());
                WireClient deaf = new WireClient(gateway.dataPort(), 16 << 10);
                WireClient admin = new WireClient(gateway.adminPort())) {
            stream.send(WireClient.chat("m", "[[chunks=9 stall=forever@2]]", true));
            stream.readTo("\r\n\r\n");
            plain.send(WireClient.chat("m", "[[stall=forever]]", false));
            deaf.send(WireClient.chat("m", "[[bytes=50000000]]", true));
            upload.send(WireClient.chat("m", "x", false).replace("\"}]}", ""));
            GatewayFixture.await(
                    () -> provider.books().totals().calls() == 3, () -> "three calls run");

            gateway.terminate();
            GatewayFixture.await(() -> isDraining(admin), () -> "it drains");
            gateway.terminate();

            assertThat(stream.readAll())
                    .contains("\"code\":\"shutting_down\"")
                    .endsWith("\n\n\r\n0\r\n\r\n");
            Answer refused = plain.readAnswer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("\"code\":\"shutting_down\"");
            assertThat(upload.readAnswer().status()).isEqualTo(503);
            assertThat(gateway.exitCode()).isZero();
            GatewayFixture.await(
                    () -> provider.books().totals().connectionsOpen() == 0,
                    () -> "the provider's calls are cancelled");
        }
    }

    private static boolean isDraining(WireClient admin) {
        try {
            admin.send(HEALTH);
            return admin.readAnswer().status() == 503;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void exitsWith3_andSaysWhereTheMistakeIs() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.yaml"), "listen:\n  port: many\n");
        try (ServeProcess gateway = ServeProcess.start(folder, "--config", file.toString())) {
            assertThat(gateway.exitCode()).isEqualTo(3);
            assertThat(gateway.errors()).contains("bad.yaml:2:9").contains("listen.port");
        }
    }

    @Test
    void exitsWith1_andSaysWhatToDo_whenAPortIsTaken() throws Exception {
        Path file = Files.writeString(folder.resolve("empty.yaml"), "model_list: []\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServeProcess data = serve(file, "data", taken.getLocalPort(), 0);
                ServeProcess admin = serve(file, "admin", 0, taken.getLocalPort())) {
            assertThat(data.exitCode()).isEqualTo(1);
            assertThat(data.errors())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .contains("set listen.port")
                    .doesNotContain("\tat ");
            assertThat(admin.exitCode()).isEqualTo(1);
            assertThat(admin.errors()).contains("set admin.port").doesNotContain("\tat ");
        }
    }

    private ServeProcess serve(Path file, String state, int port, int adminPort)
            throws IOException {
        return ServeProcess.start(
                folder,
                "--config",
                file.toString(),
                "--state-dir",
                folder.resolve(state).toString(),
                "--port",
                "" + port,
                "--admin-port",
                "" + adminPort);
    }

    private ServeProcess serve(SimulatedProvider provider) throws IOException {
        String yaml =
                """
                listen: {port: 0}
                admin: {port: 0}
                state_dir: %s
                logging: {access: "off", level: warn}
                keys: [{alias: tester, key: %s}]
                model_list:
                  - {model_name: m, litellm_params: {model: openai/m, api_base: "%s/v1", api_key: k}}
                """
                        .formatted(folder.resolve("state"), GatewayFixture.KEY, provider.baseUri());
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        return ServeProcess.start(folder, "--config", file.toString()).awaitReady();
    }
}
