package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.sluice.config.AccountLimits;
import io.sluice.config.LimitSettings;
import io.sluice.testing.MalformedRequests;
import io.sluice.testing.MalformedRequests.RawRequest;
import io.sluice.testing.SettingsFixture;
import io.sluice.transport.exchange.GatewayRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestDecoderTest {

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final String CHUNKED =
            "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String GET = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";

    private final ClientFixture client =
            new ClientFixture(
                    new SettingsFixture()
                            .key("ci", MalformedRequests.KEY)
                            .limits(
                                    new LimitSettings(
                                            1 << 20,
                                            null,
                                            null,
                                            MalformedRequests.MAX_HEAD_BYTES,
                                            10,
                                            null,
                                            null,
                                            10,
                                            0,
                                            AccountLimits.NONE,
                                            1000))
                            .build());
    private final Rooms rooms = new Rooms();

    @AfterEach
    void release() {
        client.release();
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "[/a||]"),
                Arguments.of("GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "[/a||]"),
                Arguments.of(
                        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
                        "[/a|hello|]"),
                Arguments.of(
                        CHUNKED + "5\r\nhello\r\n1;ext=\"x\"\r\n \r\n5\r\nworld\r\n0\r\n\r\n",
                        "[/a|hello world|]"),
                Arguments.of(CHUNKED + "3\r\nabc\r\n0\r\nX-Trailer: no\r\n\r\n", "[/a|abc|]"),
                Arguments.of(CHUNKED + "0\r\n\r\n", "[/a||]"),
                Arguments.of(
                        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
                                + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n"
                                + "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "1\r\nx\r\n0\r\n\r\n",
                        "[/a|hi|][/b||][/c|x|]"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void tellsTheSame_howeverARequestIsCut(String raw, String told) {
        rooms.replaceAll();
        rooms.answers = true;
        for (int cut = 1; cut < raw.length(); cut++) {
            client.send(raw.substring(0, cut));
            client.send(raw.substring(cut));

            assertThat(rooms.takeTold()).as("cut at %d", cut).isEqualTo(told);
            assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n");
        }
        for (int at = 0; at < raw.length(); at++) {
            client.send(raw.substring(at, at + 1));
        }

        assertThat(rooms.takeTold()).isEqualTo(told);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void keepsTheNextRequest_untilTheResponseHasEnded() {
        rooms.replaceAll();

        client.send(GET + GET);
        assertThat(rooms.takeTold()).isEqualTo("[/next||]");
        assertThat(rooms.decoder.isBusy()).isTrue();

        rooms.answer();
        assertThat(rooms.takeTold()).isEqualTo("[/next||]");
        rooms.answer();
        assertThat(rooms.decoder.isBusy()).isFalse();
        assertThat(rooms.decoder.request()).isNull();
    }

    @Test
    void readsNoMore_whileTooMuchIsPipelined() {
        rooms.replaceAll();
        client.send(GET);
        String big =
                "POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n"
                        + "x".repeat(70_000);

        client.send(big.substring(0, 60_000));
        assertThat(client.channel().config().isAutoRead()).isTrue();
        client.send(big.substring(60_000));
        assertThat(client.channel().config().isAutoRead()).isFalse();

        rooms.takeTold();
        rooms.answer();
        assertThat(client.channel().config().isAutoRead()).isTrue();
        assertThat(rooms.takeTold()).isEqualTo("[/big|" + "x".repeat(70_000) + "|]");
    }

    @Test
    void swallowsAShortRest_ofARequestThatWasAnsweredEarly() {
        rooms.replaceAll();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        rooms.answer();
        assertThat(client.received()).doesNotContain("connection: close");

        client.send("defg");
        client.send("hij" + GET);

        assertThat(rooms.takeTold()).isEqualTo("[/a|abc[/next||]");
    }

    @Test
    void swallowsAShortRest_inChunks() {
        rooms.replaceAll();
        client.send(
                "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        rooms.answer();
        rooms.takeTold();

        client.send("3\r\ndef\r\n0\r");
        client.send("\n\r\n" + GET);

        assertThat(rooms.takeTold()).isEqualTo("[/next||]");
    }

    @Test
    void closes_ratherThanSwallowALongRest() {
        rooms.replaceAll();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc");
        rooms.answer();

        assertThat(client.received()).contains("\r\nconnection: close\r\n");
        client.send(GET);
        assertThat(rooms.takeTold()).isEqualTo("[/a|abc");
        assertLingers();
    }

    @Test
    void closes_ratherThanSwallowManyChunks() {
        rooms.replaceAll();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        rooms.answer();
        for (int i = 0; i < 5; i++) {
            client.send("4000\r\n" + "x".repeat(0x4000) + "\r\n");
        }

        client.send("0\r\n\r\n" + GET);
        assertThat(rooms.takeTold()).isEqualTo("[/a|");
        assertLingers();
    }

    @Test
    void closesWithoutAWord_whereTheRestIsMalformed() {
        rooms.replaceAll();
        client.send(
                "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        rooms.answer();
        client.received();

        client.send("xyz\r\n" + GET);

        assertThat(client.received()).isEmpty();
        assertThat(rooms.takeTold()).isEqualTo("[/a|abc");
        assertLingers();
    }

    @Test
    void closes_whereTheClientMayOrMayNotSendItsBody() {
        rooms.replaceAll();
        client.send(
                "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        rooms.answer();

        assertThat(client.received()).contains("\r\nconnection: close\r\n");
        assertLingers();
    }

    @Test
    void closesAtOnce_whereNothingIsLeftToRead() {
        rooms.replaceAll();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        rooms.answer();

        assertThat(client.received()).contains("\r\nconnection: close\r\n");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void closesAnIdleConnection_withoutAWord() {
        client.pass(Duration.ofSeconds(75));
        assertThat(client.isOpen()).isTrue();
        client.pass(MOMENT);

        assertThat(client.isOpen()).isFalse();
        assertThat(client.received()).isEmpty();
    }

    @Test
    void countsIdleTime_fromTheLastResponse() {
        rooms.replaceAll();
        client.pass(Duration.ofSeconds(70));
        client.send(GET);
        client.pass(Duration.ofHours(1));
        rooms.answer();

        client.pass(Duration.ofSeconds(75));
        assertThat(client.isOpen()).isTrue();
        client.pass(MOMENT);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void givesAHeadTenSeconds_fromItsFirstByte() {
        client.pass(Duration.ofSeconds(60));
        client.send("GET / HT");
        client.pass(Duration.ofSeconds(10));
        assertThat(client.received()).isEmpty();
        client.pass(MOMENT);

        assertThat(client.received())
                .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                .contains("\r\nconnection: close\r\n", "\"code\":\"request_timeout\"");
        assertThat(client.calls()).isEmpty();
        assertLingers();
    }

    @Test
    void givesABodyAMinute_andMoreForWhatHasCome() {
        client.send(post(1 << 19) + " ".repeat(320 << 10));
        client.pass(Duration.ofSeconds(69));
        assertThat(client.received()).isEmpty();
        client.pass(Duration.ofSeconds(1));

        assertThat(client.received()).startsWith("HTTP/1.1 408 ");
        assertThat(client.calls()).hasSize(1);
        assertLingers();
    }

    @Test
    void givesTheRestOfARefusedBodyAMinute() {
        rooms.replaceAll();
        client.send(post(10));
        rooms.answer();
        client.pass(Duration.ofSeconds(60));
        assertThat(client.isOpen()).isTrue();
        client.pass(MOMENT);

        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void givesACallAllTheTimeItTakes() {
        rooms.replaceAll();
        client.send(GET);
        client.pass(Duration.ofDays(1));

        assertThat(client.isOpen()).isTrue();
        rooms.answer();
    }

    static List<RawRequest> refused() {
        return MalformedRequests.refused();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses_andClosesTheConnection(RawRequest request) {
        client.send(request.bytes());
        client.send(GET);

        String answer = client.received();
        assertThat(answer)
                .startsWith("HTTP/1.1 " + request.status() + " ")
                .contains("\r\nx-sluice-error-source: gateway\r\n");
        assertThat(answer.split("HTTP/1.1 [1-5]", -1)).as(answer).hasSize(2);
        assertThat(client.initializer().bufferedBytes()).isZero();
        assertLingers();
    }

    @Test
    void letsGoOfAllItHolds_whenTheClientLeaves() {
        rooms.replaceAll();
        client.send(GET + "POST /half HTTP/1.1\r\n");
        client.channel().close();

        assertThat(client.metrics().inflightRequests()).isZero();
        client.resources().ticker().tick(Long.MAX_VALUE);
    }

    private static String post(int length) {
        return "POST /v1/embeddings HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n"
                        .formatted(MalformedRequests.KEY)
                + "Content-Length: "
                + length
                + "\r\n\r\n";
    }

    /** The connection stays open for a moment, so that the client can read why it is closed. */
    private void assertLingers() {
        client.send("whatever still comes");
        client.pass(Duration.ofSeconds(2));
        assertThat(client.isOpen()).isTrue();
        client.pass(MOMENT);
        assertThat(client.isOpen()).isFalse();
    }

    /** Stands in for the rooms behind the decoder, and tells what they would see. */
    private final class Rooms extends ChannelInboundHandlerAdapter {

        private final RequestDecoder decoder =
                client.channel().pipeline().get(RequestDecoder.class);
        private final ResponseEncoder encoder =
                client.channel().pipeline().get(ResponseEncoder.class);
        private StringBuilder told = new StringBuilder();
        private boolean answers;

        void replaceAll() {
            ChannelPipeline pipeline = client.channel().pipeline();
            while (!(pipeline.last() instanceof ResponseEncoder)) {
                pipeline.removeLast();
            }
            pipeline.addLast(this);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            switch (msg) {
                case GatewayRequest request ->
                        told.append('[').append(request.head().path()).append('|');
                case ByteBuf piece -> {
                    told.append(piece.toString(ISO_8859_1));
                    piece.release();
                }
                default -> {
                    told.append("|]");
                    if (answers) {
                        answer();
                    }
                }
            }
        }

        void answer() {
            GatewayRequest request = decoder.request();
            assertThat(request).isNotNull();
            encoder.start(request.newResponse(200).withContentLength(0));
            encoder.end();
            encoder.flush();
        }

        String takeTold() {
            String text = told.toString();
            told = new StringBuilder();
            return text;
        }
    }
}
