package io.sluice.transport.downstream;

import io.sluice.auth.KeyGrant;
import io.sluice.auth.KeyHash;
import io.sluice.auth.KeyLimits;
import io.sluice.auth.KeySource;
import io.sluice.auth.Keys;
import io.sluice.auth.ModelAccess;
import io.sluice.auth.Owner;
import io.sluice.auth.Principal;
import io.sluice.auth.ProviderKeys;
import io.sluice.auth.RequestCountSource;
import io.sluice.auth.RequestCounts;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys of a database that answers when the test says so. */
final class KeysFixture implements KeySource, RequestCountSource {

    private final Map<KeyHash, KeyGrant> grants = new HashMap<>();
    private final Map<String, Integer> left = new HashMap<>();
    private final ArrayDeque<Runnable> work = new ArrayDeque<>();
    private final List<String> log = new ArrayList<>();
    private final Keys keys = new Keys(this, work::add, InstantSource.system(), KeyLimits.DEFAULT);
    private final RequestCounts counts = new RequestCounts(this, work::add);
    private boolean isAway;
    private boolean isSlow;

    Keys keys() {
        return keys;
    }

    RequestCounts counts() {
        return counts;
    }

    /** What was asked of the database. */
    List<String> log() {
        return log;
    }

    /** Whether somebody waits for the database. */
    boolean isAsked() {
        return !work.isEmpty();
    }

    /** Lets the database answer whatever it was asked. */
    void answer() {
        while (!work.isEmpty()) {
            work.removeFirst().run();
        }
    }

    /** Answers only when the test says so. */
    void becomeSlow() {
        isSlow = true;
    }

    boolean isSlow() {
        return isSlow;
    }

    void goAway() {
        isAway = true;
    }

    /** A key that any model may be called with. */
    KeysFixture add(String key, long expiresMillis, @Nullable String blocked, int maxRequests) {
        Principal principal =
                new Principal(
                        "id-" + key,
                        "alias",
                        false,
                        ModelAccess.ALL,
                        Owner.NONE,
                        null,
                        List.of(),
                        null);
        left.put(principal.keyId(), maxRequests);
        grants.put(
                KeyHash.of(key),
                new KeyGrant(
                        principal,
                        "sk-****",
                        expiresMillis,
                        KeyGrant.NEVER,
                        blocked,
                        maxRequests,
                        ProviderKeys.NONE));
        return this;
    }

    KeysFixture add(String key) {
        return add(key, KeyGrant.NEVER, null, 0);
    }

    @Override
    public @Nullable KeyGrant find(KeyHash key) {
        log.add("find");
        checkThere();
        return grants.get(key);
    }

    @Override
    public int take(String keyId, int wanted) {
        checkThere();
        int taken = Math.min(wanted, left.getOrDefault(keyId, 0));
        left.merge(keyId, -taken, Integer::sum);
        log.add("take " + taken);
        return taken;
    }

    @Override
    public void giveBack(String keyId, int calls) {
        left.merge(keyId, calls, Integer::sum);
        log.add("give back " + calls);
    }

    @Override
    public void add(Map<String, KeyUse> uses) {
        log.add("uses " + uses.size());
    }

    private void checkThere() {
        if (isAway) {
            throw Keys.unavailable();
        }
    }
}
