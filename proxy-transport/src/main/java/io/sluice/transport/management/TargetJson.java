package io.sluice.transport.management;

import io.sluice.health.Breaker;
import io.sluice.health.HealthCheck;
import io.sluice.health.KeyHealth;
import io.sluice.health.Latencies;
import io.sluice.health.TargetHealth;
import io.sluice.health.TargetSwitch;
import io.sluice.routing.PoolKey;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How targets, keys and breakers are shown; no key is ever among it. */
final class TargetJson {

    private static final int SCORE_DIGITS = 4;

    private final TargetTable table;

    TargetJson(TargetTable table) {
        this.table = table;
    }

    /** A target with everything that is known of it. */
    Map<String, @Nullable Object> target(TargetTable.Row row) {
        TargetHealth health = row.target().placement().health();
        long now = table.now();
        TargetSwitch weight = health.weightSwitch(now);
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", health.id());
        out.put("name", row.target().name());
        out.put("model", row.group());
        out.put("provider", row.target().provider().name());
        out.put("status", status(row));
        out.put("unusable", row.target().unusable());
        out.put("weight", weight == null ? row.target().weight() : weight.weight());
        out.put("health_score", score(health.score().score(health.terms().windowNanos(), now)));
        out.put("in_flight", health.inFlight());
        out.put("served", health.served());
        out.put("failed", health.failed());
        out.put("requests_this_minute", health.requestsThisMinute(now));
        out.put("tokens_this_minute", health.tokensThisMinute(now));
        out.put("first_byte_ms", latencies(health.latencies()));
        out.put("breaker", breaker(health.breaker()));
        out.put("override", override(health.trafficSwitch(now), health.weightSwitch(now)));
        out.put("last_check", check(health.lastCheck()));
        List<@Nullable Object> keys = new ArrayList<>();
        for (PoolKey key : row.target().placement().keys().keys()) {
            if (key.isNamed()) {
                keys.add(key(new TargetTable.KeyRow(row, key)));
            }
        }
        out.put("keys", keys);
        return out;
    }

    /** In one word what a target does. */
    String status(TargetTable.Row row) {
        TargetHealth health = row.target().placement().health();
        TargetSwitch set = health.trafficSwitch(table.now());
        if (!row.target().isUsable()) {
            return "unusable";
        }
        if (set != null) {
            return set.kind() == TargetSwitch.Kind.DRAIN ? "draining" : "disabled";
        }
        return switch (health.breaker().standing().state()) {
            case OPEN -> "circuit_open";
            case HALF_OPEN -> "circuit_half_open";
            case CLOSED -> "active";
        };
    }

    private static Map<String, @Nullable Object> latencies(Latencies latencies) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        String[] names = {"short", "medium", "long"};
        for (int i = 0; i < Latencies.CLASSES; i++) {
            long nanos = latencies.nanos(i);
            out.put(names[i], nanos < 0 ? null : TimeUnit.NANOSECONDS.toMillis(nanos));
        }
        return out;
    }

    /** One key, as requirement 4.5 has it. */
    Map<String, @Nullable Object> key(TargetTable.KeyRow row) {
        KeyHealth health = row.key().health();
        long now = table.now();
        long window = row.row().target().placement().health().terms().windowNanos();
        Breaker.Standing standing = health.breaker().standing();
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", row.id());
        out.put("name", row.key().label());
        out.put("target", row.row().target().name());
        out.put("status", keyStatus(health));
        out.put("health_score", score(health.score().score(window, now)));
        out.put("last_used", health.isUsed() ? time(health.lastUsedNanos()) : null);
        out.put("failure_count", health.failures());
        out.put("next_retry", nextRetry(standing));
        out.put("reason", cause(standing));
        out.put("weight", row.key().weight());
        return out;
    }

    /** In one word what a key does. */
    static String keyStatus(KeyHealth health) {
        if (health.isDisabled()) {
            return "disabled";
        }
        return switch (health.breaker().standing().state()) {
            case OPEN -> "circuit_open";
            case HALF_OPEN -> "circuit_half_open";
            case CLOSED -> "active";
        };
    }

    Map<String, @Nullable Object> breaker(Breaker breaker) {
        Breaker.Standing standing = breaker.standing();
        boolean isClosed = standing.state() == Breaker.State.CLOSED;
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("state", standing.state().name().toLowerCase(Locale.ROOT));
        out.put("failures", standing.failures());
        out.put("reason", cause(standing));
        out.put("opened_at", isClosed ? null : time(standing.sinceNanos()));
        out.put("next_attempt", nextRetry(standing));
        return out;
    }

    private @Nullable String nextRetry(Breaker.Standing standing) {
        return standing.state() == Breaker.State.CLOSED || standing.isForGood()
                ? null
                : time(standing.untilNanos());
    }

    private static @Nullable String cause(Breaker.Standing standing) {
        if (standing.cause() != null) {
            return standing.cause().name().toLowerCase(Locale.ROOT);
        }
        return standing.state() == Breaker.State.CLOSED ? null : "by hand";
    }

    private List<Map<String, @Nullable Object>> override(@Nullable TargetSwitch... all) {
        List<Map<String, @Nullable Object>> out = new ArrayList<>();
        for (TargetSwitch set : all) {
            if (set != null) {
                Map<String, @Nullable Object> one = new LinkedHashMap<>();
                one.put("kind", set.kind().name().toLowerCase(Locale.ROOT));
                one.put("weight", set.kind() == TargetSwitch.Kind.WEIGHT ? set.weight() : null);
                one.put(
                        "until",
                        set.untilNanos() == TargetSwitch.FOR_GOOD ? null : time(set.untilNanos()));
                one.put("reason", set.reason());
                one.put("by", set.by());
                one.put("since", Times.text(Instant.ofEpochMilli(set.sinceMillis())));
                out.add(one);
            }
        }
        return out;
    }

    private @Nullable Map<String, @Nullable Object> check(@Nullable HealthCheck check) {
        if (check == null) {
            return null;
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("healthy", check.isHealthy());
        out.put("status", check.status() == 0 ? null : check.status());
        out.put("problem", check.problem());
        out.put("at", Times.text(Instant.ofEpochMilli(check.atMillis())));
        out.put("took_ms", check.tookMillis());
        long age = table.clock().millis() - check.atMillis();
        out.put("stale", age > table.staleAfter().get().toMillis());
        return out;
    }

    private String time(long nanos) {
        return Instant.ofEpochMilli(table.millisAt(nanos)).toString();
    }

    private static BigDecimal score(double score) {
        return BigDecimal.valueOf(score).setScale(SCORE_DIGITS, RoundingMode.HALF_EVEN);
    }
}
