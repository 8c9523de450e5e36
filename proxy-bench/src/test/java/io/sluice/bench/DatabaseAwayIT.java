package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import io.sluice.testing.RestartablePostgres;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of calls while the database is away. */
class DatabaseAwayIT {

    private static final int CALLERS = 8;
    private static final int CALLS_WHILE_AWAY = 200;

    @TempDir private Path folder;

    @Test
    void servesKnownKeys_andAsksUnknownOnesToComeBack() throws Exception {
        try (RestartablePostgres database =
                        RestartablePostgres.start(Files.createDirectory(folder.resolve("db")));
                GatewayFixture gateway =
                        GatewayFixture.start(
                                folder,
                                Options.DEFAULT,
                                "database: {url: \"" + database.url() + "\"}")) {
            String known = newKey(gateway);
            String unused = newKey(gateway);
            assertThat(gateway.chatAs(known).statusCode()).isEqualTo(200);
            AtomicBoolean isOver = new AtomicBoolean();
            AtomicInteger served = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CALLERS; i++) {
                    Future<?> _ =
                            callers.submit(() -> load(gateway, known, isOver, served, refused));
                }
                database.kill();
                int before = served.get();
                HttpResponse<String> stranger = gateway.chatAs(unused);
                GatewayFixture.await(
                        () -> served.get() - before >= CALLS_WHILE_AWAY,
                        () -> "calls while the database is away: " + served.get());
                isOver.set(true);

                assertThat(stranger.statusCode()).isEqualTo(503);
                assertThat(stranger.body()).contains("\"database_unavailable\"");
                assertThat(stranger.headers().firstValue("retry-after")).isPresent();
            }
            assertThat(refused.get()).isZero();
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);

            database.startAgain();

            GatewayFixture.await(
                    () -> gateway.chatAs(unused).statusCode() == 200,
                    () -> "the key is known when the database is back");
        }
    }

    private static void load(
            GatewayFixture gateway,
            String key,
            AtomicBoolean isOver,
            AtomicInteger served,
            AtomicInteger refused) {
        while (!isOver.get()) {
            if (gateway.chatAs(key).statusCode() == 200) {
                served.incrementAndGet();
            } else {
                refused.incrementAndGet();
            }
        }
    }

    private static String newKey(GatewayFixture gateway) {
        return gateway.managed("POST", "/key/generate", "{}").path("key").asText();
    }
}
