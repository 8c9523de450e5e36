package io.sluice.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import io.sluice.config.Secret;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntraTokenTest {

    private static final long HOUR = 3_600_000;

    private long nowMillis = 1_000_000;
    private int fetches;
    private @Nullable String failure;
    private long lifetimeMillis = HOUR;
    private final Queue<Runnable> work = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final EntraToken token =
            new EntraToken("test", this::grant, () -> Instant.ofEpochMilli(nowMillis), work::add);

    private TokenSource.Grant grant() throws IOException {
        fetches++;
        if (failure != null) {
            throw new IOException(failure);
        }
        return new TokenSource.Grant(Secret.of("token-" + fetches), lifetimeMillis);
    }

    @Test
    void hasNothing_untilItIsFetched() {
        assertThat(lines()).isNull();

        fetch();
        assertThat(told).isEmpty();
        runAll();

        assertThat(told).containsExactly("null");
        assertThat(lines()).isEqualTo("authorization: Bearer token-1\r\n");
    }

    @Test
    void fetchesOnce_forAllWhoAskAtTheSameTime() {
        for (int i = 0; i < 50; i++) {
            fetch();
        }
        assertThat(work).hasSize(1);
        runAll();

        assertThat(told).hasSize(50).containsOnly("null");
        assertThat(fetches).isEqualTo(1);
    }

    @Test
    void fetchesNothing_whileItHasAToken() {
        fetch();
        runAll();

        fetch();

        assertThat(told).containsExactly("null", "null");
        assertThat(work).isEmpty();
    }

    @Test
    void renewsInTheBackground_whenLessThanFiveMinutesAreLeft() {
        fetch();
        runAll();
        nowMillis += HOUR - EntraToken.RENEWAL_MILLIS - 1;
        assertThat(lines()).isNotNull();
        assertThat(work).isEmpty();

        nowMillis += 1;
        assertThat(lines()).isEqualTo("authorization: Bearer token-1\r\n");
        assertThat(lines()).isNotNull();
        assertThat(work).hasSize(1);
        runAll();

        assertThat(lines()).isEqualTo("authorization: Bearer token-2\r\n");
        assertThat(fetches).isEqualTo(2);
    }

    @Test
    void servesTheOldToken_whileItsRenewalFails() {
        fetch();
        runAll();
        failure = "down";
        nowMillis += HOUR - EntraToken.RENEWAL_MILLIS;

        token.headerLines();
        runAll();
        assertThat(lines()).isNotNull();
        assertThat(work).isEmpty();

        nowMillis += EntraToken.PAUSE_MILLIS;
        assertThat(lines()).isNotNull();
        assertThat(work).hasSize(1);
    }

    @Test
    void forgetsAToken_beforeItEnds() {
        fetch();
        runAll();

        nowMillis += HOUR - EntraToken.MARGIN_MILLIS - 1;
        assertThat(lines()).isNotNull();
        nowMillis += 1;

        assertThat(lines()).isNull();
    }

    @Test
    void tellsWhatWentWrong_andTriesAgainSoon() {
        failure = "the token service is down";
        fetch();
        runAll();
        fetch();
        assertThat(told).containsExactly("the token service is down", "the token service is down");
        assertThat(work).isEmpty();

        failure = null;
        nowMillis += EntraToken.PAUSE_MILLIS;
        fetch();
        runAll();

        assertThat(told).last().isEqualTo("null");
        assertThat(lines()).isEqualTo("authorization: Bearer token-2\r\n");
    }

    @Test
    void asksNotWithEveryCall_whenTokensHardlyLast() {
        lifetimeMillis = 20_000;
        fetch();
        runAll();

        for (int i = 0; i < 10; i++) {
            nowMillis += 100;
            token.headerLines();
            runAll();
        }

        assertThat(fetches).isEqualTo(1);
    }

    @Test
    void tellsOfARejectedFetch() {
        EntraToken closing =
                new EntraToken(
                        "test",
                        this::grant,
                        () -> Instant.ofEpochMilli(nowMillis),
                        _ -> {
                            throw new RejectedExecutionException();
                        });

        closing.fetch(problem -> told.add(String.valueOf(problem)));
        closing.fetch(problem -> told.add(String.valueOf(problem)));

        assertThat(told).hasSize(2).containsOnly("the gateway is shutting down");
    }

    private @Nullable String lines() {
        AsciiString lines = token.headerLines();
        return lines == null ? null : lines.toString();
    }

    private void fetch() {
        token.fetch(problem -> told.add(String.valueOf(problem)));
    }

    private void runAll() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }
}
