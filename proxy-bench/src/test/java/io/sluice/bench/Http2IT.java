package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.Http2Client;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Options;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The data listener in HTTP/2, with prior knowledge. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2IT {

    private static final int CALLS = 60;

    private GatewayFixture fixture;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        fixture = GatewayFixture.start(folder, Options.DEFAULT, "limits: {body_bytes: 1MiB}");
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @Test
    void servesManyCallsAtOnce_onOneConnection() throws Exception {
        String expected = expectedStream();
        try (Http2Client client = connect()) {
            List<Http2Client.Call> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(client.send(Http2Client.chatHead(), chat("[[chunks=30]]", true)));
            }
            for (Http2Client.Call call : calls) {
                assertThat(call.status()).isEqualTo(200);
                assertThat(contents(call.body())).isEqualTo(expected);
                assertThat(call.head().get("x-request-id")).isNotNull();
                assertThat(call.head().contains("connection")).isFalse();
                assertThat(call.head().contains("transfer-encoding")).isFalse();
            }
        }
    }

    @Test
    void servesPlainAnswers_largerThanAnyWindow() throws Exception {
        try (Http2Client client = connect()) {
            Http2Client.Call call =
                    client.send(Http2Client.chatHead(), chat("[[bytes=900KiB]]", false));

            assertThat(call.status()).isEqualTo(200);
            assertThat(call.body()).hasSize(900 << 10);
        }
    }

    @Test
    void takesABodyThatComesInPieces_andTrailers() throws Exception {
        String body = chat("hello", false);
        try (Http2Client client = connect()) {
            Http2Client.Call call = client.open(Http2Client.chatHead(), false);
            for (int i = 0; i < body.length(); i++) {
                call.data(body.substring(i, i + 1), i == body.length() - 1);
            }

            assertThat(call.status()).isEqualTo(200);
            assertThat(call.body()).contains("chat.completion");
        }
    }

    @Test
    void cancelsOneCall_whenItsStreamIsReset_andNoOther() throws Exception {
        long before = fixture.provider().books().totals().clientsLeft();
        try (Http2Client client = connect()) {
            Http2Client.Call stays =
                    client.send(Http2Client.chatHead(), chat("[[chunks=20 gap=20ms]]", true));
            Http2Client.Call leaves =
                    client.send(Http2Client.chatHead(), chat("[[chunks=9 stall=forever@2]]", true));
            assertThat(leaves.status()).isEqualTo(200);
            leaves.cancel();

            GatewayFixture.await(
                    () -> fixture.provider().books().totals().clientsLeft() == before + 1,
                    () -> "the provider's call is cancelled");
            assertThat(stays.body()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void holdsBackOneStream_whoseWindowIsFull_andNoOther() throws Exception {
        try (Http2Client client = connect()) {
            Http2Client.Call slow = client.open(Http2Client.chatHead(), false);
            slow.setReading(false);
            slow.data(chat("[[bytes=500KiB]]", false), true);
            Http2Client.Call quick = client.send(Http2Client.chatHead(), chat("hi", false));

            assertThat(quick.status()).isEqualTo(200);
            assertThat(quick.body()).contains("chat.completion");
            assertThat(slow.received()).isLessThan(500 << 10);
            slow.setReading(true);
            assertThat(slow.body()).hasSize(500 << 10);
        }
    }

    @Test
    void refusesABodyThatIsTooLarge_beforeItHasCome() throws Exception {
        try (Http2Client client = connect()) {
            Http2Headers head = Http2Client.chatHead().add("content-length", "9000000");
            Http2Client.Call call = client.open(head, false);

            assertThat(call.status()).isEqualTo(413);
            assertThat(call.body()).contains("body_too_large");
            assertThat(client.send(Http2Client.chatHead(), chat("hi", false)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusesAStranger() throws Exception {
        try (Http2Client client = connect()) {
            Http2Headers head = Http2Client.chatHead();
            head.remove("authorization");
            Http2Client.Call call = client.send(head, chat("hi", false));

            assertThat(call.status()).isEqualTo(401);
            assertThat(call.body()).contains("missing_api_key");
        }
    }

    private static Stream<Arguments> malformed() {
        return Stream.of(
                head("a path with a space", head -> head.path("/v1/chat completions")),
                head("a path that goes on", head -> head.path("/v1/chat/completions HTTP/1.1")),
                head("a path with a line end", head -> head.path("/v1\r\nx: y")),
                head("no path", head -> head.remove(":path")),
                head("an empty path", head -> head.path("")),
                head("no scheme", head -> head.remove(":scheme")),
                head("a method that is none", head -> head.method("PO ST")),
                head("a line end in a value", head -> head.add("x-a", "b\r\nx-c: d")),
                head("a NUL in a value", head -> head.add("x-a", "b\0c")),
                head("a line end in a name", head -> head.add("x-a\r\nx-b", "c")),
                head("an upper case name", head -> head.add("X-Upper", "c")),
                head("another host", head -> head.add("host", "other.test")),
                head("no authority", head -> head.remove(":authority")),
                head("connection", head -> head.add("connection", "close")),
                head("transfer-encoding", head -> head.add("transfer-encoding", "chunked")),
                head("an unknown pseudo header", head -> head.add(":protocol", "websocket")));
    }

    private static Arguments head(String name, Consumer<Http2Headers> fault) {
        return Arguments.of(name, fault);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void refusesMalformedHeads_andTheProviderIsNotCalled(String name, Consumer<Http2Headers> fault)
            throws Exception {
        long before = fixture.provider().books().totals().calls();
        try (Http2Client client = connect()) {
            Http2Headers head = Http2Client.chatHead();
            fault.accept(head);
            Http2Client.Call call = client.send(head, chat("hi", false));

            assertThat(call.end()).as(name).isIn("400", "reset 1");
        }
        assertThat(fixture.provider().books().totals().calls()).isEqualTo(before);
    }

    @Test
    void refusesAHeadThatIsTooLarge() throws Exception {
        try (Http2Client client = connect()) {
            assertThat(client.send(headOf(70_000), "").end()).isEqualTo("431");
            assertThat(client.send(Http2Client.chatHead(), chat("hi", false)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void closes_whenAHeadIsMuchTooLarge() throws Exception {
        try (Http2Client client = connect()) {
            client.send(headOf(1_000_000), "");

            client.awaitClosed();
        }
    }

    private static Http2Headers headOf(int bytes) {
        Http2Headers head = Http2Client.chatHead();
        for (int i = 0; i < bytes / 1000; i++) {
            head.add("x-filler-" + i, "v".repeat(1000));
        }
        return head;
    }

    @Test
    void closes_whenStreamsAreResetWithoutEnd() throws Exception {
        try (Http2Client client = connect()) {
            client.openAndReset(Http2Client.chatHead(), 300);

            client.awaitClosed();
        }
    }

    @Test
    void closes_whenPingsDoNotEnd() throws Exception {
        try (Http2Client client = connect()) {
            for (int i = 0; i < 500; i++) {
                client.write(new DefaultHttp2PingFrame(i));
            }
            client.awaitClosed();
        }
    }

    @Test
    void letsCallsEnd_whenTheGatewayStops(@TempDir Path folder) throws Exception {
        GatewayFixture other = GatewayFixture.start(folder);
        try (Http2Client client = new Http2Client(other.port())) {
            Http2Client.Call call =
                    client.send(Http2Client.chatHead(), chat("[[chunks=20 gap=50ms]]", true));
            assertThat(call.status()).isEqualTo(200);
            Thread stopping = Thread.ofPlatform().start(other.gateway()::close);

            assertThat(client.goAway()).isEqualTo(Http2Error.NO_ERROR.code());
            assertThat(call.body()).endsWith("data: [DONE]\n\n");
            client.awaitClosed();
            stopping.join();
        } finally {
            other.close();
        }
    }

    private Http2Client connect() throws Exception {
        return new Http2Client(fixture.port());
    }

    private String expectedStream() throws Exception {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(WireClient.chat("m", "[[chunks=30]]", true));
            return contents(client.readAnswer().body());
        }
    }

    /** A stream without what differs from call to call. */
    private static String contents(String stream) {
        return stream.replaceAll("\"(id|created)\":[^,]*", "");
    }

    private static String chat(String prompt, boolean stream) {
        return GatewayFixture.chatBody("m", prompt, stream);
    }
}
