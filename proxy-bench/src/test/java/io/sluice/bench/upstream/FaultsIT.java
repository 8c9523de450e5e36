package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsIT {

    private static final String STREAM = "\"stream\":true";
    private static final String LAST_CHUNK = "0\r\n\r\n";

    private final SimulatedProvider provider = SimulatedProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void endsTheConnection_afterSoManyEvents() throws IOException {
        String answer = answer("[[cut=after:3]]", STREAM);

        assertThat(count(answer, "data: ")).isEqualTo(3);
        assertThat(answer).endsWith("\n\n\r\n").doesNotContain(LAST_CHUNK);
        assertThat(provider.books().totals().cut()).isEqualTo(1);
    }

    @Test
    void endsTheConnection_insideAnEvent() throws IOException {
        String answer = answer("[[cut=after:3 close=mid]]", STREAM);

        assertThat(count(answer, "data: ")).isEqualTo(4);
        assertThat(answer).endsWith("\r\n").doesNotEndWith("\n\n\r\n");
    }

    @Test
    void endsTheConnection_insideAChunk() throws IOException {
        String answer = answer("[[cut=after:1 close=chunk]]", STREAM);
        int line = answer.lastIndexOf("\r\n");
        int start = answer.lastIndexOf("\r\n", line - 1) + 2;
        int announced = Integer.parseInt(answer.substring(start, line), 16);

        assertThat(answer.length() - line - 2).isPositive().isLessThan(announced);
    }

    @Test
    void endsTheBodyWell_butEarly() throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(Client.chatBody("[[cut=after:2 close=clean]]", STREAM));
            raw.readTo("\r\n\r\n");

            assertThat(raw.readChunks()).hasSize(2);
        }
    }

    @Test
    void endsTheConnection_beforeTheHead() throws IOException {
        assertThat(answer("[[close=head]]", STREAM)).isEmpty();
    }

    @Test
    void endsTheConnection_insideTheHead() throws IOException {
        assertThat(answer("[[close=mid-head]]", STREAM)).isEqualTo("HTTP/1.1 200 OK\r\ncontent-ty");
    }

    @Test
    void endsOnlyAConnection_thatWasUsedBefore() throws IOException {
        String body = Client.chatBody("[[close=reused framing=chunked]]");
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(body);
            raw.readTo("\r\n\r\n");
            assertThat(raw.readChunks()).isNotEmpty();

            raw.chat(body);
            assertThat(raw.readAll()).isEmpty();
        }
    }

    @Test
    void resetsTheConnection() throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(Client.chatBody("[[close=head reset]]"));

            assertThatExceptionOfType(SocketException.class).isThrownBy(raw::readAll);
        }
    }

    @Test
    void cutsAPlainAnswer_inItsMiddle() throws IOException {
        String answer = answer("[[close=mid]]");
        int body = answer.indexOf("\r\n\r\n") + 4;
        int at = answer.indexOf("content-length: ") + 16;
        int announced = Integer.parseInt(answer.substring(at, answer.indexOf("\r\n", at)));

        assertThat(answer.substring(body).getBytes(StandardCharsets.UTF_8).length)
                .isEqualTo(announced / 2);
    }

    @Test
    void sendsAnErrorEvent_inPlaceOfTheRest() throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(Client.chatBody("[[error=after:2]]", STREAM));
            raw.readTo("\r\n\r\n");
            List<byte[]> chunks = raw.readChunks();

            assertThat(chunks).hasSize(3);
            assertThat(new String(chunks.getLast(), StandardCharsets.UTF_8))
                    .startsWith("data: {\"error\":");
        }
    }

    @Test
    void noticesAClientThatLeaves_whileNothingIsSent() throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(Client.chatBody("[[stall=forever@2 chunks=9]]", STREAM));
            raw.readTo("\n\n");
            raw.readTo("\n\n");
            assertThat(provider.books().totals().streamsOpen()).isEqualTo(1);
        }
        Books.Totals totals = await(seen -> seen.clientsLeft() == 1);

        assertThat(totals.streamsOpen()).isZero();
        assertThat(totals.streamsCompleted()).isZero();
        assertThat(totals.outputTokens()).isEqualTo(1);
    }

    @Test
    void stopsSending_whileTheClientDoesNotRead() throws IOException {
        int size = 64 << 20;
        try (RawClient raw = new RawClient(provider.port(), 64 << 10)) {
            raw.chat(Client.chatBody("[[bytes=64MiB]]"), "connection: close");
            raw.readTo("\r\n\r\n");
            raw.readExactly(1 << 20);

            assertThat(provider.books().totals().bytesWritten()).isLessThan(size);
            assertThat(raw.skipAll()).isEqualTo(size - (1 << 20));
        }
    }

    @Test
    void servesManySlowStreams_onOneLoop() throws IOException {
        int streams = 400;
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            RawClient raw = new RawClient(provider.port());
            clients.add(raw);
            raw.chat(Client.chatBody("[[stall=forever@1]]", STREAM));
        }
        for (RawClient raw : clients) {
            assertThat(raw.readTo("\n\n")).contains("data: ");
        }

        assertThat(provider.books().totals().streamsOpen()).isEqualTo(streams);
        for (RawClient raw : clients) {
            raw.close();
        }
        Books.Totals totals = await(seen -> seen.clientsLeft() == streams);
        assertThat(totals.clientsLeft()).isEqualTo(streams);
        assertThat(totals.streamsOpen()).isZero();
    }

    @Test
    void writesEventsTogetherAndApart_asTheKnobsSay() throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(Client.chatBody("[[chunks=7 coalesce=3]]", STREAM));
            raw.readTo("\r\n\r\n");
            assertThat(raw.readChunks()).hasSize(4);

            raw.chat(Client.chatBody("[[chunks=2 split=10]]", STREAM));
            raw.readTo("\r\n\r\n");
            assertThat(raw.readChunks()).allMatch(chunk -> chunk.length <= 10);
        }
    }

    @Test
    void answersPipelinedRequests_inOrder() throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(Client.chatBody("[[framing=chunked]] one"));
            raw.chat(Client.chatBody("[[framing=chunked]] two"));

            for (String word : List.of("one", "two")) {
                raw.readTo("\r\n\r\n");
                String body = new String(raw.readChunks().getFirst(), StandardCharsets.UTF_8);
                assertThat(body).contains("You said: \\\"" + word);
            }
        }
    }

    private String answer(String prompt, String... members) throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(Client.chatBody(prompt, members));
            return new String(raw.readAll(), StandardCharsets.UTF_8);
        }
    }

    /** Asks the provider for its books until they say so, half a minute at most. */
    private Books.Totals await(Predicate<Books.Totals> wanted) {
        long deadlineNanos = System.nanoTime() + 30_000_000_000L;
        try (Client client = new Client(provider.baseUri())) {
            Books.Totals totals;
            do {
                client.get("/books");
                totals = provider.books().totals();
            } while (!wanted.test(totals) && System.nanoTime() - deadlineNanos < 0);
            return totals;
        }
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
            count++;
        }
        return count;
    }
}
