package io.sluice.transport.management;

import io.sluice.store.KeyRepository;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes keys whose time has been over for a while, and reports it. Until then their callers are
 * told that they have expired. Blocks; safe for any thread.
 */
public final class ExpiredKeys {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeys.class);
    private static final int STEP = 500;
    private static final int MAX_STEPS = 200;
    private static final int MAX_SHOWN = 100;

    private final KeyRepository keys;
    private final InstantSource clock;
    private final Duration keep;
    private final AtomicLong removed = new AtomicLong();
    private volatile Report last = new Report(null, 0, List.of());

    /**
     * What one clean-up has done.
     *
     * @param at {@code null} before the first one
     * @param shown the first hundred that were removed
     */
    private record Report(@Nullable Instant at, int count, List<KeyRepository.Expired> shown) {}

    /**
     * Nothing removed yet.
     *
     * @param keep how long an expired key is kept
     */
    public ExpiredKeys(KeyRepository keys, InstantSource clock, Duration keep) {
        this.keys = keys;
        this.clock = clock;
        this.keep = keep;
    }

    /** Removes what is to be removed; returns how many. */
    public int cleanUp() {
        Instant now = clock.instant();
        List<KeyRepository.Expired> shown = new ArrayList<>();
        int count = 0;
        for (int step = 0; step < MAX_STEPS; step++) {
            List<KeyRepository.Expired> some = keys.removeExpired(now.minus(keep), STEP);
            count += some.size();
            for (KeyRepository.Expired key : some) {
                if (shown.size() < MAX_SHOWN) {
                    shown.add(key);
                }
            }
            if (some.size() < STEP) {
                break;
            }
        }
        removed.addAndGet(count);
        last = new Report(now, count, List.copyOf(shown));
        if (count > 0) {
            LOG.atInfo().addKeyValue("keys", count).log("expired keys removed");
        }
        return count;
    }

    /** Keys removed since the process began. */
    public long removedCount() {
        return removed.get();
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route(
                        "GET", "/key/expired", "the last clean-up of expired keys", this::show),
                Answers.route(
                        "POST",
                        "/key/expired",
                        "cleans up expired keys now",
                        (request, names) -> {
                            cleanUp();
                            return show(request, names);
                        }));
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        Report report = last;
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("cleaned_at", Times.text(report.at()));
        answer.put("removed", report.count());
        answer.put("removed_since_start", removed.get());
        answer.put("kept_after_expiry_seconds", keep.toSeconds());
        List<Object> shown = new ArrayList<>();
        for (KeyRepository.Expired key : report.shown()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("token", key.id());
            one.put("key_alias", key.alias());
            one.put("expires", Times.text(key.expiresAt()));
            shown.add(one);
        }
        answer.put("keys", shown);
        return Answers.ok(answer);
    }
}
