package io.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeysTest {

    private static final KeyHash KEY = KeyHash.of("sk-known");
    private static final KeyLimits LIMITS =
            new KeyLimits(
                    100,
                    Duration.ofMinutes(4),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(3),
                    2);

    private final Map<KeyHash, KeyGrant> stored = new HashMap<>(Map.of(KEY, grant("one", null)));
    private final ArrayDeque<Runnable> work = new ArrayDeque<>();
    private final List<Runnable> whileReading = new ArrayList<>();
    private long nowMillis = 1_000_000;
    private boolean isAway;
    private int reads;
    private final Keys keys =
            new Keys(this::read, work::add, () -> Instant.ofEpochMilli(nowMillis), LIMITS);

    @Test
    void asksOnce_forAllWhoWantTheSameKey() {
        CompletableFuture<KnownKey> first = keys.load(KEY);
        CompletableFuture<KnownKey> second = keys.load(KEY);
        assertThat(keys.find(KEY, nowMillis)).isNull();

        answer();

        assertThat(reads).isEqualTo(1);
        assertThat(first.join()).isEqualTo(second.join());
        assertThat(keys.find(KEY, nowMillis)).isEqualTo(first.join());
    }

    @Test
    void remembersForAWhile_thatAKeyIsNobodys() {
        KeyHash stranger = KeyHash.of("sk-stranger");
        keys.load(stranger);
        answer();

        KnownKey known = keys.find(stranger, nowMillis);
        assertThat(known).isNotNull();
        assertThat(known.grant()).isNull();
        assertThat(keys.find(stranger, nowMillis + 30_000)).isNull();
    }

    @Test
    void forgetsThatAKeyIsNobodys_whenSomeKeyIsMade() {
        KeyHash made = KeyHash.of("sk-made");
        keys.load(made);
        answer();

        stored.put(made, grant("two", null));
        keys.onKeyChanged("two");

        assertThat(keys.find(made, nowMillis)).isNull();
    }

    @Test
    void forgetsWhatHasChanged_andNothingElse() {
        KeyHash other = KeyHash.of("sk-other");
        stored.put(other, grant("two", "team"));
        keys.load(KEY);
        keys.load(other);
        answer();

        keys.onOwnerChanged(owner -> "team".equals(owner.teamId()));

        assertThat(keys.find(other, nowMillis)).isNull();
        assertThat(keys.find(KEY, nowMillis)).isNotNull();
        keys.onKeyChanged("one");
        assertThat(keys.find(KEY, nowMillis)).isNull();
    }

    @Test
    void readsAgain_whenTheKeyChangesWhileItIsRead() {
        KeyGrant changed = grant("one", "team");
        whileReading.add(() -> {
            stored.put(KEY, changed);
            keys.onKeyChanged("one");
        });
        CompletableFuture<KnownKey> loading = keys.load(KEY);

        answer();

        assertThat(loading.join().grant()).isEqualTo(changed);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void loadsAKeyInUseBehindTheCallersBack_inTheSecondHalfOfItsLife() {
        keys.load(KEY);
        answer();
        nowMillis += Duration.ofMinutes(3).toMillis();

        assertThat(keys.find(KEY, nowMillis)).isNotNull();
        assertThat(work).hasSize(1);
        answer();
        nowMillis += Duration.ofMinutes(3).toMillis();
        assertThat(keys.find(KEY, nowMillis)).isNotNull();
    }

    @Test
    void mustBeLoadedAgain_whenItsLifeIsOver() {
        keys.load(KEY);
        answer();

        assertThat(keys.find(KEY, nowMillis + Duration.ofMinutes(4).toMillis())).isNull();
    }

    @Test
    void servesKnownKeysForAsLongAsAllowed_whileTheDatabaseIsAway() {
        keys.load(KEY);
        answer();
        isAway = true;
        nowMillis += Duration.ofMinutes(5).toMillis();
        CompletableFuture<KnownKey> failing = keys.load(KEY);
        answer();

        assertThat(failing).isCompletedExceptionally();
        assertThat(keys.isDatabaseAway()).isTrue();
        assertThat(keys.findStale(KEY, nowMillis)).isNotNull();
        assertThat(keys.find(KEY, nowMillis + Duration.ofMinutes(9).toMillis())).isNotNull();
        assertThat(keys.find(KEY, nowMillis + Duration.ofMinutes(10).toMillis())).isNull();
        isAway = false;
        answer();
        assertThat(keys.isDatabaseAway()).isFalse();
    }

    @Test
    void tellsThatTheDatabaseIsAway_whereAKeyIsNotKnown() {
        isAway = true;
        CompletableFuture<KnownKey> loading = keys.load(KEY);
        answer();

        CompletionException failure =
                catchThrowableOfType(CompletionException.class, loading::join);
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_UNAVAILABLE));
        assertThat(keys.findStale(KEY, nowMillis)).isNull();
        assertThat(keys.failureCount()).isEqualTo(1);
    }

    @Test
    void refusesToLookUpMore_thanItMayAtOnce() {
        keys.load(KeyHash.of("a"));
        keys.load(KeyHash.of("b"));

        assertThat(keys.load(KeyHash.of("c"))).isCompletedExceptionally();
        answer();
        assertThat(keys.load(KeyHash.of("c"))).isNotDone();
    }

    private void answer() {
        while (!work.isEmpty()) {
            work.removeFirst().run();
        }
    }

    private @Nullable KeyGrant read(KeyHash key) {
        reads++;
        if (isAway) {
            throw Keys.unavailable();
        }
        KeyGrant found = stored.get(key);
        if (!whileReading.isEmpty()) {
            whileReading.removeFirst().run();
        }
        return found;
    }

    private static KeyGrant grant(String id, @Nullable String teamId) {
        return new KeyGrant(
                new Principal(
                        id,
                        id,
                        false,
                        ModelAccess.ALL,
                        new Owner(null, teamId, null, null),
                        null,
                        List.of(),
                        null),
                "sk-****",
                KeyGrant.NEVER,
                KeyGrant.NEVER,
                null,
                0,
                ProviderKeys.NONE);
    }
}
