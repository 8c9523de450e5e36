package io.sluice.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayIT {

    private static final Path OWN = Path.of("src/test/resources/wire");

    private final RecordedCases cases = RecordedCases.in(OWN);
    private final SimulatedProvider provider =
            SimulatedProvider.start(Options.DEFAULT.withReplay(OWN));
    private final Client client = new Client(provider.baseUri());

    @AfterEach
    void close() {
        client.close();
        provider.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"recorded", "whole", "every:1", "every:7", "at:3,9,40", "seed:11"})
    void givesEveryByteAgain_howeverItIsCut(String cutting) {
        cases.all()
                .forEach(recorded -> {
                    HttpResponse<byte[]> response =
                            client.post(
                                    "/v1/chat/completions",
                                    "{}",
                                    "x-replay-case",
                                    recorded.id(),
                                    "x-replay-cut",
                                    cutting);

                    assertThat(response.statusCode()).isEqualTo(recorded.status());
                    assertThat(response.body()).isEqualTo(recorded.body());
                    recorded.headers()
                            .forEach((name, value) ->
                                    assertThat(response.headers().firstValue(name))
                                            .hasValue(value));
                });
    }

    @Test
    void sendsEachRecordedRead_asOneChunk() throws IOException {
        RecordedCase recorded = cases.one("own-chat-stream");
        List<byte[]> chunks = chunks("replay/own-chat-stream");

        assertThat(chunks.stream().map(chunk -> chunk.length)).isEqualTo(recorded.recordedSizes());
        assertThat(joined(chunks)).isEqualTo(recorded.body());
    }

    @Test
    void cutsAnew_whereTheModelSaysSo() throws IOException {
        List<byte[]> chunks = chunks("replay/own-chat-stream;cut=every:50");

        assertThat(chunks.subList(0, chunks.size() - 1)).allMatch(chunk -> chunk.length == 50);
        assertThat(joined(chunks)).isEqualTo(cases.one("own-chat-stream").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"length", "close"})
    void delimitsTheBody_asAsked(String framing) throws IOException {
        RecordedCase recorded = cases.one("own-chat-stream");
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat(
                    "{}",
                    "x-replay-case: own-chat-stream",
                    "x-replay-framing: " + framing,
                    "connection: close");
            String head = raw.readTo("\r\n\r\n");

            assertThat(head).doesNotContain("transfer-encoding");
            assertThat(head.contains("content-length: " + recorded.bodyBytes()))
                    .isEqualTo(framing.equals("length"));
            assertThat(raw.readAll()).isEqualTo(recorded.body());
        }
    }

    @Test
    void billsTheRecordedUsage() {
        client.post("/v1/chat/completions", "{\"model\":\"replay/own-chat-stream\"}");

        assertThat(provider.books().totals().inputTokens()).isEqualTo(8);
        assertThat(provider.books().totals().outputTokens()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-case", "../own-chat-stream", ""})
    void knowsNoOtherCase(String id) {
        HttpResponse<byte[]> response =
                client.post("/v1/chat/completions", "{}", "x-replay-case", id);

        assertThat(response.statusCode()).isEqualTo(404);
    }

    @Test
    void givesRealRecordingsAgain_whereTheyAreAtHand() {
        RecordedCases shared = RecordedCases.find();
        assumeTrue(shared != null, "shared/wire is absent");
        List<String> some = shared.ids().stream().filter(id -> id.hashCode() % 40 == 0).toList();
        assertThat(some).isNotEmpty();
        try (SimulatedProvider other =
                        SimulatedProvider.start(Options.DEFAULT.withReplay(shared.folder()));
                Client caller = new Client(other.baseUri())) {
            for (String id : some) {
                byte[] body =
                        caller.post("/", "{}", "x-replay-case", id, "x-replay-cut", "seed:5")
                                .body();
                assertThat(body).as(id).isEqualTo(shared.one(id).body());
            }
        }
    }

    private List<byte[]> chunks(String model) throws IOException {
        try (RawClient raw = new RawClient(provider.port())) {
            raw.chat("{\"model\":\"" + model + "\"}");
            raw.readTo("\r\n\r\n");
            return raw.readChunks();
        }
    }

    private static byte[] joined(List<byte[]> chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        chunks.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
