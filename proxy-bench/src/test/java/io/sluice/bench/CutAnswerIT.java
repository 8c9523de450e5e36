package io.sluice.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plain answer that is translated, and whose connection breaks. */
class CutAnswerIT {

    private static final String MESSAGE =
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"c","content":
            [{"type":"text","text":"whole"}],"stop_reason":"end_turn","stop_sequence":null,
            "usage":{"input_tokens":3,"output_tokens":2}}
            """
                    .strip();

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"1.0, 200, whole", "0.5, 502, upstream_closed"})
    void isTheAnswer_whereItsJsonWasWhole_elseAnError(double share, int status, String said)
            throws IOException {
        try (ServerSocket provider = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            String told = MESSAGE.substring(0, (int) (MESSAGE.length() * share));
            Thread.ofPlatform().daemon().start(() -> serve(provider, told));
            String models =
                    """
                      - {model_name: claude, litellm_params: {model: anthropic/c, \
                    api_base: "http://127.0.0.1:%d", api_key: sk-up}}
                    router_settings: {num_retries: 0}
                    """
                            .formatted(provider.getLocalPort());
            try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, models)) {
                HttpResponse<String> answer = fixture.chat("claude", "hi");

                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
                assertThat(answer.body()).contains(said);
                GatewayFixture.await(
                        () -> fixture.gateway().translationMemory().heldBytes() == 0,
                        () -> "memory comes back");
            }
        }
    }

    /** Answers each call with a chunk that no last one follows, and closes. */
    private static void serve(ServerSocket provider, String told) {
        try {
            while (!provider.isClosed()) {
                try (Socket socket = provider.accept()) {
                    InputStream in = socket.getInputStream();
                    byte[] read = new byte[64 << 10];
                    assertThat(in.read(read)).isPositive();
                    socket.getOutputStream()
                            .write(
                                    ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                                                    + "transfer-encoding: chunked\r\n\r\n"
                                                    + Integer.toHexString(told.length())
                                                    + "\r\n"
                                                    + told
                                                    + "\r\n")
                                            .getBytes(US_ASCII));
                    socket.shutdownOutput();
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IOException e) {
            assertThat(provider.isClosed()).isTrue();
        }
    }
}
