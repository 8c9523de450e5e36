package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Books;
import io.sluice.bench.upstream.Options;
import io.sluice.ledger.Outcome;
import io.sluice.ledger.Settlement;
import io.sluice.usage.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is on the books of a stream whose client left, and of an answer without usage. */
class LeavingIT {

    private static final int CHUNKS = 200;

    @TempDir Path folder;

    @Test
    void isOneRowForWhatWasDelivered_whereverTheClientLeaves() throws IOException {
        Map<String, Settlement> rows = leaveAtEveryChunk("cancel", "stall=forever@%d");

        for (Settlement row : rows.values()) {
            assertThat(row.end().outcome()).as(row.requestId()).isEqualTo(Outcome.CANCELLED);
            assertThat(row.usage().origin()).isEqualTo(Usage.Origin.ESTIMATED);
        }
    }

    @Test
    void isExact_whereTheAnswerIsDrained() throws IOException {
        Map<String, Settlement> rows = leaveAtEveryChunk("drain", "stall=5s@%d");

        for (Settlement row : rows.values()) {
            assertThat(row.end().outcome()).as(row.requestId()).isEqualTo(Outcome.DRAINED);
            assertThat(row.usage().origin()).isEqualTo(Usage.Origin.REPORTED);
            assertThat(row.usage().outputTokens()).isEqualTo(CHUNKS);
        }
    }

    @Test
    void endsAtTheBound_whereTheAnswerIsDrainedSoFar() throws IOException {
        Map<String, Settlement> rows = leaveAtEveryChunk("drain:20", "gap=4ms stall=1s@%d");

        for (Settlement row : rows.values()) {
            int chunk = chunk(row.requestId());
            Set<Outcome> expected =
                    chunk <= CHUNKS / 2
                            ? Set.of(Outcome.DRAIN_CAPPED)
                            : Set.of(Outcome.DRAIN_CAPPED, Outcome.DRAINED);
            assertThat(expected).as(row.requestId()).contains(row.end().outcome());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "absent, ESTIMATED, 10",
        "null,   ESTIMATED, 10",
        "zero,   REPORTED,  0",
        "last,   REPORTED,  10",
        "every,  REPORTED,  10"
    })
    void tellsAbsentNullAndZeroUsageApart(String where, Usage.Origin origin, long tokens)
            throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            String prompt = "[[chunks=10 word=water usage=" + where + "]]";
            String body = GatewayFixture.chatBody("m", prompt, true);

            String answer = fixture.send(fixture.post("/v1/chat/completions", body).build()).body();

            assertThat(answer).contains("[DONE]");
            Settlement row = fixture.ledgerRows(1).getFirst();
            assertThat(row.end().outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(row.usage().origin()).isEqualTo(origin);
            assertThat(row.usage().outputTokens()).isEqualTo(tokens);
        }
    }

    @Test
    void isNoOutput_whereNothingWasForwarded() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            try (WireClient client = new WireClient(fixture.port())) {
                client.send(WireClient.chat("m", "[[ttft=1h]]", true));
                GatewayFixture.await(
                        () -> fixture.provider().books().totals().calls() == 1,
                        () -> "the call has arrived");
            }

            Settlement row = fixture.ledgerRows(1).getFirst();
            assertThat(row.end().outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(row.usage().origin()).isEqualTo(Usage.Origin.ESTIMATED);
            assertThat(row.usage().outputTokens()).isZero();
            assertThat(row.usage().inputTokens()).isPositive();
        }
    }

    @Test
    void hasARowForEachAttempt_thatReachedAProvider() throws IOException {
        String more = "router_settings: {num_retries: 2, retry_after: 0}";
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more)) {
            fixture.chat("m", "[[fail=503#1 chunks=3 word=water]]");

            List<Settlement> rows = fixture.ledgerRows(2);

            assertThat(rows)
                    .extracting(row -> row.end().outcome())
                    .containsExactly(Outcome.RETRIED, Outcome.COMPLETED);
            assertThat(rows).extracting(row -> row.id().attempt()).containsExactly(1, 2);
            assertThat(rows.get(0).id().callLow()).isEqualTo(rows.get(1).id().callLow());
            assertThat(rows.getFirst().end().status()).isEqualTo(503);
            assertThat(rows.getFirst().usage().origin()).isEqualTo(Usage.Origin.NONE);
        }
    }

    /** One client for each chunk, which leaves when it has read that one; their rows by id. */
    private Map<String, Settlement> leaveAtEveryChunk(String rule, String pace) throws IOException {
        String more = "on_disconnect: " + rule;
        try (GatewayFixture fixture = GatewayFixture.start(folder, Options.DEFAULT, more);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<?>> left = new ArrayList<>();
            for (int chunk = 1; chunk <= CHUNKS; chunk++) {
                int last = chunk;
                left.add(
                        CompletableFuture.runAsync(
                                () -> leave(fixture.port(), pace, last), clients));
            }
            left.forEach(CompletableFuture::join);
            List<Settlement> rows = fixture.ledgerRows(CHUNKS);
            check(rows, fixture.provider().books());
            return rows.stream()
                    .collect(Collectors.toMap(Settlement::requestId, Function.identity()));
        }
    }

    private static void leave(int port, String pace, int chunk) {
        String prompt = "[[chunks=" + CHUNKS + " word=water " + pace.formatted(chunk + 1) + "]]";
        try (WireClient client = new WireClient(port)) {
            client.send(WireClient.chat("m", prompt, true, "x-request-id: leaves-" + chunk));
            client.readToWord("water", chunk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(List<Settlement> rows, Books books) {
        assertThat(rows).hasSize(CHUNKS);
        assertThat(rows).extracting(Settlement::requestId).doesNotHaveDuplicates();
        for (Settlement row : rows) {
            assertThat(row.usage().outputTokens())
                    .as(row.requestId())
                    .isBetween(
                            (long) chunk(row.requestId()),
                            books.attempts(row.requestId()).outputTokens());
        }
    }

    private static int chunk(String requestId) {
        return Integer.parseInt(requestId.substring(requestId.indexOf('-') + 1));
    }
}
