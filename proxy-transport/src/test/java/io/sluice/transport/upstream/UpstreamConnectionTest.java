package io.sluice.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DecoderException;
import io.sluice.http.ResponseHead;
import io.sluice.testing.Cuts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamConnectionTest {

    private static final String SIZED = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

    private final ScriptedProvider provider = new ScriptedProvider(10, 10);

    @AfterEach
    void finish() {
        provider.finish();
    }

    /**
     * An answer, as it is sent and as it is told.
     *
     * @param isKept whether its connection can be used again
     */
    record Answer(String sent, boolean isHead, String payload, boolean isKept) {}

    static Stream<Answer> answers() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                new Answer(SIZED, false, "hello", true),
                new Answer(ok + "content-length: 0\r\n\r\n", false, "", true),
                new Answer(
                        ok + "connection: close\r\ncontent-length: 2\r\n\r\nab",
                        false,
                        "ab",
                        false),
                new Answer("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nab", false, "ab", false),
                new Answer(
                        ok
                                + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
                        false,
                        "abcde",
                        true),
                new Answer(
                        ok + "transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nt: v\r\n\r\n",
                        false,
                        "a",
                        true),
                new Answer("HTTP/1.1 204 No Content\r\n\r\n", false, "", true),
                new Answer(
                        "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n", false, "", true),
                new Answer(ok + "content-length: 9\r\n\r\n", true, "", true),
                new Answer(
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"
                                + SIZED,
                        false,
                        "hello",
                        true));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void readsAnAnswer_howeverItIsSplit(Answer answer) {
        byte[] bytes = answer.sent.getBytes(StandardCharsets.ISO_8859_1);
        for (int first = 0; first < bytes.length; first++) {
            check(answer, bytes, first);
        }
        check(answer, bytes, Cuts.everywhere(bytes.length));
    }

    private void check(Answer answer, byte[] bytes, int... cuts) {
        RecordingListener listener = provider.acquire();
        listener.connection().begin(answer.isHead);
        listener.connection().write(ScriptedProvider.text("request"));
        listener.connection().flush();
        ScriptedProvider.Opened opened = openedOf(listener);

        Cuts.feed(
                bytes,
                cuts,
                (buf, index, length) -> {
                    byte[] piece = new byte[length];
                    buf.getBytes(index, piece);
                    if (length > 0) {
                        opened.send(piece);
                    }
                });
        provider.settle();

        int status =
                answer.sent.contains(" 204 ") ? 204 : answer.sent.contains(" 304 ") ? 304 : 200;
        assertThat(listener.told)
                .as("cut at %s", List.of(cuts))
                .containsExactly("connected", "head " + status, "end");
        assertThat(listener.payload).hasToString(answer.payload);
        assertThat(opened.isOpen()).isEqualTo(answer.isKept);
        assertThat(opened.received()).isEqualTo("request");
    }

    @Test
    void endsAnAnswerWithoutLength_whenTheConnectionCloses() {
        RecordingListener listener = requested();

        provider.last().send("HTTP/1.1 200 OK\r\n\r\nab");
        provider.last().send("cd");
        assertThat(listener.told).containsExactly("connected", "head 200");
        provider.last().close();

        assertThat(listener.told).containsExactly("connected", "head 200", "end");
        assertThat(listener.payload).hasToString("abcd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
            })
    void failsAnAnswerThatIsCut(String sent) {
        RecordingListener listener = requested();

        provider.last().send(sent);
        provider.last().close();

        assertThat(listener.told)
                .containsExactly(
                        "connected",
                        "head 200",
                        "CLOSED: the provider closed the connection in the middle of its answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 2", "HTTP/1.1 100 Continue\r\n\r\n"})
    void failsAFreshConnectionThatClosesWithoutAnAnswer(String sent) {
        RecordingListener listener = requested();

        if (!sent.isEmpty()) {
            provider.last().send(sent);
        }
        provider.last().close();

        assertThat(listener.told)
                .containsExactly(
                        "connected",
                        "CLOSED: the provider closed the connection without an answer");
    }

    @Test
    void isStale_whenAUsedConnectionClosesBeforeAnyByte() {
        answered();
        RecordingListener second = requested();
        assertThat(second.connection().isReused()).isTrue();

        provider.last().close();

        assertThat(second.told).last().asString().startsWith("STALE");
        assertThat(provider.opened).hasSize(1);
    }

    @Test
    void isNotStale_onceBytesHaveCome() {
        answered();
        RecordingListener second = requested();

        provider.last().send("HTTP/1.1 2");
        provider.last().close();

        assertThat(second.told).last().asString().startsWith("CLOSED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 999 X\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nbroken\r\n\r\n"
            })
    void refusesWhatIsNotHttp(String sent) {
        RecordingListener listener = requested();

        provider.last().send(sent);
        provider.settle();

        assertThat(listener.told).hasSize(2);
        assertThat(listener.told).last().asString().startsWith("MALFORMED");
        assertThat(provider.last().isOpen()).isFalse();
        assertThat(provider.pool.open()).isZero();
    }

    @Test
    void refusesBrokenChunks_inTheMiddle() {
        RecordingListener listener = requested();

        provider.last().send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\nX");
        provider.settle();

        assertThat(listener.told).last().asString().startsWith("MALFORMED");
        assertThat(listener.payload).hasToString("a");
        assertThat(provider.last().isOpen()).isFalse();
    }

    @Test
    void usesAConnectionNoMore_thatSendsBytesBehindItsAnswer() {
        RecordingListener listener = requested();

        provider.last().send(SIZED + "HTTP/1.1 200 OK\r\n");
        provider.settle();

        assertThat(listener.told).containsExactly("connected", "head 200", "end");
        assertThat(provider.last().isOpen()).isFalse();
    }

    @Test
    void usesAConnectionNoMore_whoseRequestWasNotWritten() {
        RecordingListener listener = provider.acquire();
        listener.connection().begin(false);
        listener.connection().write(ScriptedProvider.text("not flushed"));

        provider.last().send(SIZED);
        provider.settle();

        assertThat(listener.told).containsExactly("connected", "head 200", "end");
        assertThat(provider.last().isOpen()).isFalse();
    }

    @Test
    void readsTheRestOfAnAbandonedAnswer_andUsesItsConnectionAgain() {
        RecordingListener listener = abandoning();
        provider.last().send("HTTP/1.1 500 Oops\r\ncontent-length: 5\r\n\r\nhe");
        assertThat(provider.last().isOpen()).isTrue();

        provider.last().send("llo");

        assertThat(listener.told).containsExactly("connected", "head 500");
        assertThat(listener.payload).isEmpty();
        assertThat(provider.acquire().connection()).isSameAs(listener.connection());
    }

    @Test
    void closesAnAbandonedAnswer_thatDoesNotEndSoon() {
        abandoning();
        provider.last().send("HTTP/1.1 500 Oops\r\ncontent-length: 5\r\n\r\nhe");

        pass(5_000_000_000L - 1);
        assertThat(provider.last().isOpen()).isTrue();
        pass(1);

        assertThat(provider.last().isOpen()).isFalse();
    }

    @Test
    void givesEachAbandonedAnswerItsOwnTime() {
        abandoning();
        provider.last().send("HTTP/1.1 500 Oops\r\ncontent-length: 5\r\n\r\nhe");
        pass(4_000_000_000L);
        provider.last().send("llo");
        abandoning();
        provider.last().send("HTTP/1.1 500 Oops\r\ncontent-length: 5\r\n\r\nhe");

        pass(4_000_000_000L);

        assertThat(provider.opened).hasSize(1);
        assertThat(provider.last().isOpen()).isTrue();
    }

    @Test
    void closesAnAbandonedAnswer_thatIsTooLong() {
        abandoning();
        provider.last().send("HTTP/1.1 500 Oops\r\ncontent-length: 65537\r\n\r\n");
        provider.settle();
        assertThat(provider.last().isOpen()).isFalse();

        abandoning();
        provider.last().send("HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n");
        provider.last().send("10000\r\n" + "x".repeat(65536) + "\r\n");
        assertThat(provider.last().isOpen()).isTrue();
        provider.last().send("1\r\nx");
        provider.settle();
        assertThat(provider.last().isOpen()).isFalse();
    }

    @Test
    void tellsNothingMore_onceItIsAborted() {
        RecordingListener listener = requested();
        provider.last().send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe");

        listener.connection().abort();
        provider.last().channel().pipeline().fireChannelRead(ScriptedProvider.text("llo"));
        provider.settle();

        assertThat(listener.told).containsExactly("connected", "head 200");
        assertThat(listener.payload).hasToString("he");
        assertThat(provider.pool.open()).isZero();
    }

    @Test
    void readsNothing_whileItIsPaused() {
        RecordingListener listener = requested();

        listener.connection().pause();
        assertThat(provider.last().channel().config().isAutoRead()).isFalse();
        listener.connection().resume();

        assertThat(provider.last().channel().config().isAutoRead()).isTrue();
    }

    @Test
    void readsAgain_whenItIsUsedAgain() {
        RecordingListener listener = requested();
        listener.connection().pause();

        provider.last().send(SIZED);

        assertThat(provider.last().channel().config().isAutoRead()).isTrue();
    }

    @Test
    void failsQuietly_whenTheSocketOrTlsBreaks() {
        for (Throwable cause :
                List.of(
                        new IOException("Connection reset"),
                        new DecoderException(new SSLHandshakeException("bad record")))) {
            RecordingListener listener = requested();

            provider.last().channel().pipeline().fireExceptionCaught(cause);
            provider.settle();

            assertThat(listener.told)
                    .containsExactly(
                            "connected",
                            "CLOSED: the provider closed the connection without an answer");
            assertThat(provider.pool.open()).isZero();
        }
    }

    private RecordingListener requested() {
        RecordingListener listener = provider.acquire();
        ScriptedProvider.request(listener);
        return listener;
    }

    private void answered() {
        requested();
        provider.last().send(SIZED);
    }

    private void pass(long nanos) {
        provider.clock.advance(nanos, TimeUnit.NANOSECONDS);
        for (ScriptedProvider.Opened one : provider.opened) {
            one.channel().runScheduledPendingTasks();
        }
        provider.settle();
    }

    private ScriptedProvider.Opened openedOf(RecordingListener listener) {
        return provider.opened.stream()
                .filter(one -> one.connection().equals(listener.connection()))
                .findFirst()
                .orElseThrow();
    }

    /** An attempt that goes elsewhere when it sees the head. */
    private RecordingListener abandoning() {
        RecordingListener listener =
                new RecordingListener() {
                    @Override
                    public void onHead(ResponseHead head) {
                        super.onHead(head);
                        connection().abandon();
                    }
                };
        provider.pool.acquire(listener, false);
        provider.settle();
        ScriptedProvider.request(listener);
        return listener;
    }
}
