package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Books;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that hardly read while their providers have 100 MB for each. {@code -Dsluice.slow=full}
 * watches them for a minute.
 */
class SlowReaderIT {

    /** What one slow reader costs the gateway and the provider beside it: docs/limits.md. */
    private static final long BYTES_PER_STREAM = (512 << 10) + (256 << 10);

    /** Chunks that the allocator keeps for its threads, whatever the number of streams. */
    private static final long ALLOCATOR_BYTES = 8L << 20;

    /** Heap that the test, the provider and the gateway may come to use on the way. */
    private static final long HEAP_BYTES = 24L << 20;

    private static final int STREAMS = 12;
    private static final long ANSWER_BYTES = 100_000_000;
    private static final int CLIENT_BUFFER_BYTES = 16 << 10;

    private static final Duration WATCHED =
            "full".equals(System.getProperty("sluice.slow"))
                    ? Duration.ofMinutes(1)
                    : Duration.ofSeconds(4);

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pausesTheProvider_andHoldsNoMoreThanItsBound(boolean stream) throws IOException {
        Options options = Options.DEFAULT.withKnobs("bytes=" + ANSWER_BYTES);
        List<WireClient> clients = new ArrayList<>();
        try (GatewayFixture fixture = GatewayFixture.start(folder, options, "")) {
            assertThat(fixture.chat("m", "[[bytes=1000000]]").statusCode()).isEqualTo(200);
            long heapBefore = usedHeap();
            long directBefore = PlatformDependent.usedDirectMemory();
            for (int i = 0; i < STREAMS; i++) {
                WireClient client = new WireClient(fixture.port(), CLIENT_BUFFER_BYTES);
                clients.add(client);
                client.send(WireClient.chat("m", "x", stream));
                client.readTo("\r\n\r\n");
            }

            long written = awaitPause(fixture);
            assertThat(written).isLessThan(STREAMS * ANSWER_BYTES / 4);
            long end = System.nanoTime() + WATCHED.toNanos();
            while (System.nanoTime() - end < 0) {
                for (WireClient client : clients) {
                    assertThat(client.read(64)).hasSize(64);
                }
                assertThat(PlatformDependent.usedDirectMemory() - directBefore)
                        .isLessThan(ALLOCATOR_BYTES + STREAMS * BYTES_PER_STREAM);
                LockSupport.parkNanos(100_000_000);
            }
            assertThat(usedHeap() - heapBefore).isLessThan(HEAP_BYTES);
            assertThat(fixture.metric("sluice_inflight_requests")).isEqualTo(STREAMS);
            assertThat(fixture.chat("m", "[[bytes=2000]]").body()).hasSize(2000);
            checkEnd(fixture, clients);
        } finally {
            for (WireClient client : clients) {
                client.close();
            }
        }
    }

    /** One reads on to its end; the others leave, and their calls with them. */
    private static void checkEnd(GatewayFixture fixture, List<WireClient> clients)
            throws IOException {
        WireClient first = clients.removeFirst();
        for (WireClient client : clients) {
            client.close();
        }
        GatewayFixture.await(
                () -> fixture.provider().books().totals().clientsLeft() == STREAMS - 1,
                () -> "others left: " + fixture.provider().books().totals());
        first.close();
        GatewayFixture.await(
                () -> fixture.metric("sluice_inflight_requests") == 0, () -> "no call is left");
        assertThat(fixture.metric("sluice_active_streams")).isZero();
    }

    @Test
    void holdsNoMoreThanItsBound_whenTheProviderHasFinished() throws IOException {
        List<WireClient> clients = new ArrayList<>();
        try (GatewayFixture fixture = GatewayFixture.start(folder)) {
            assertThat(fixture.chat("m", "[[bytes=1000000]]").statusCode()).isEqualTo(200);
            long directBefore = PlatformDependent.usedDirectMemory();
            for (int i = 0; i < STREAMS; i++) {
                WireClient client = new WireClient(fixture.port(), CLIENT_BUFFER_BYTES);
                clients.add(client);
                client.send(WireClient.chat("m", "[[bytes=3000000 keepalive=no]]", false));
                client.readTo("\r\n\r\n");
            }
            awaitPause(fixture);

            assertThat(PlatformDependent.usedDirectMemory() - directBefore)
                    .isLessThan(ALLOCATOR_BYTES + STREAMS * BYTES_PER_STREAM);
            WireClient first = clients.getFirst();
            assertThat(first.read(3_000_000)).hasSize(3_000_000);
        } finally {
            for (WireClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void resumesTheProvider_whenTheClientReadsOn() throws IOException {
        try (GatewayFixture fixture = GatewayFixture.start(folder);
                WireClient client = new WireClient(fixture.port(), 16 * CLIENT_BUFFER_BYTES)) {
            client.send(WireClient.chat("m", "[[bytes=30000000]]", false));
            client.readTo("\r\n\r\n");
            awaitPause(fixture);

            for (int i = 0; i < 30; i++) {
                assertThat(client.read(1_000_000)).hasSize(1_000_000);
            }
            assertThat(fixture.accessLines(1).getFirst().get("end").asText()).isEqualTo("--");
            client.send(WireClient.chat("m", "x", false));
            assertThat(client.readAnswer().status()).isEqualTo(200);
        }
    }

    @Test
    void endsTheCall_ofAClientThatReadsNothingForTooLong() throws IOException {
        try (GatewayFixture fixture =
                        GatewayFixture.start(
                                folder, Options.DEFAULT, "timeouts: {between_chunks: 1s}");
                WireClient client = new WireClient(fixture.port(), CLIENT_BUFFER_BYTES)) {
            client.send(WireClient.chat("m", "[[bytes=100000000]]", true));

            assertThat(fixture.accessLines(1).getFirst().get("end").asText()).isEqualTo("CS");
            GatewayFixture.await(
                    () -> fixture.provider().books().totals().clientsLeft() == 1,
                    () -> "the provider's call is cancelled");
        }
    }

    /** Waits until the provider has written nothing for a while; returns what it had. */
    private static long awaitPause(GatewayFixture fixture) {
        Books books = fixture.provider().books();
        long written = -1;
        int still = 0;
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (still < 10) {
            long now = books.totals().bytesWritten();
            still = now == written && now > 0 ? still + 1 : 0;
            written = now;
            assertThat(System.nanoTime() - deadline).isNegative();
            LockSupport.parkNanos(100_000_000);
        }
        return written;
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
