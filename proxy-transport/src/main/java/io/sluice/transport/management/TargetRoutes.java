package io.sluice.transport.management;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.health.TargetHealth;
import io.sluice.health.TargetSwitch;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator sees and sets of targets, their breakers and their keys: one vocabulary behind
 * the paths of three predecessors.
 */
public final class TargetRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(TargetRoutes.class);
    private static final BigDecimal MOST_WEIGHT = BigDecimal.valueOf(1_000_000);

    private final TargetTable table;
    private final TargetJson json;
    private final Runnable onChange;
    private final Runnable onCheck;
    private final long startedMillis;

    /**
     * The routes of one gateway.
     *
     * @param onChange is told when something was set that is to outlive the process
     * @param onCheck asks all providers at once, and returns when they have answered
     */
    public TargetRoutes(
            TargetTable table, Runnable onChange, Runnable onCheck, long startedMillis) {
        this.table = table;
        this.json = new TargetJson(table);
        this.onChange = onChange;
        this.onCheck = onCheck;
        this.startedMillis = startedMillis;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("GET", "/admin/targets", "targets and how they fare", this::list),
                Answers.route(
                        "POST",
                        "/admin/targets/{action}",
                        "drain, disable, enable or weight: {target, for, reason, weight}",
                        this::set),
                Answers.route("GET", "/admin/health", "in one word, and keys", this::health),
                Answers.route("GET", "/admin/keys", "providers' keys, masked", this::keys),
                Answers.route(
                        "POST",
                        "/admin/keys/{id}/{action}",
                        "enable or disable a provider's key",
                        this::setKey),
                Answers.route("GET", "/admin/circuit-breakers", "of all targets", this::breakers),
                Answers.route(
                        "GET",
                        "/admin/circuit-breakers/{id}",
                        "of one target, or of a provider's",
                        this::breakersOf),
                Answers.route(
                        "POST",
                        "/admin/circuit-breakers/{id}/{action}",
                        "reset or open",
                        this::setBreaker),
                Answers.route(
                        "GET",
                        "/admin/health-monitor",
                        "what background checks have found",
                        this::monitor),
                Answers.route(
                        "POST",
                        "/admin/health-check",
                        "asks all providers for their models, now",
                        this::checkNow),
                Answers.route(
                        "GET",
                        "/admin/reliability-stats",
                        "attempts that were served and that failed",
                        this::reliability));
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        return Answers.ok(Map.of("targets", table.rows().stream().map(json::target).toList()));
    }

    private AdminResponse set(AdminRequest request, Map<String, String> names) {
        String action = names.getOrDefault("action", "");
        Body body = Body.of(request);
        List<TargetTable.Row> found = table.find(body.needText("target"));
        String reason = body.text("reason");
        String length = body.firstText("for", "duration");
        if (action.equals("enable")) {
            found.forEach(row -> row.target().placement().health().enable());
        } else {
            TargetSwitch wanted = wanted(action, body, length, reason == null ? "" : reason);
            found.forEach(row -> row.target().placement().health().set(wanted));
        }
        LOG.atInfo()
                .addKeyValue("target", body.text("target"))
                .addKeyValue("action", action)
                .addKeyValue("for", length)
                .addKeyValue("reason", reason)
                .log("target changed by hand");
        onChange.run();
        return Answers.ok(Map.of("targets", found.stream().map(json::target).toList()));
    }

    private TargetSwitch wanted(String action, Body body, @Nullable String length, String reason) {
        TargetSwitch.Kind kind =
                switch (action) {
                    case "drain" -> TargetSwitch.Kind.DRAIN;
                    case "disable" -> TargetSwitch.Kind.DISABLE;
                    case "weight" -> TargetSwitch.Kind.WEIGHT;
                    default -> throw unknown(action, "drain, disable, enable or weight");
                };
        Instant now = table.clock().instant();
        long until =
                length == null
                        ? TargetSwitch.FOR_GOOD
                        : table.now()
                                + Duration.between(now, Times.after(now, length, "for")).toNanos();
        double weight = 0;
        if (kind == TargetSwitch.Kind.WEIGHT) {
            BigDecimal said = body.amount("weight");
            if (said == null || said.compareTo(MOST_WEIGHT) > 0) {
                throw Body.wrong("weight", "a number from 0 to " + MOST_WEIGHT);
            }
            weight = said.doubleValue();
        }
        return new TargetSwitch(kind, weight, until, reason, "api", now.toEpochMilli());
    }

    private AdminResponse health(AdminRequest request, Map<String, String> names) {
        int healthy = 0;
        int disabled = 0;
        List<TargetTable.KeyRow> keys = table.keys();
        for (TargetTable.KeyRow key : keys) {
            String status = TargetJson.keyStatus(key.key().health());
            boolean isWell =
                    key.row().target().isUsable() && json.status(key.row()).equals("active");
            disabled += status.equals("disabled") ? 1 : 0;
            healthy += status.equals("active") && isWell ? 1 : 0;
        }
        int unhealthy = keys.size() - healthy - disabled;
        String status = "healthy";
        if (healthy == 0 && !keys.isEmpty()) {
            status = "unhealthy";
        } else if (unhealthy > 0) {
            status = "degraded";
        }
        Map<String, @Nullable Object> counts = new LinkedHashMap<>();
        counts.put("total", keys.size());
        counts.put("healthy", healthy);
        counts.put("unhealthy", unhealthy);
        counts.put("disabled", disabled);
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("status", status);
        out.put("timestamp", Times.text(table.clock().instant()));
        out.put("uptime", (table.clock().millis() - startedMillis) / 1000);
        out.put("keys", counts);
        return Answers.ok(out);
    }

    private AdminResponse keys(AdminRequest request, Map<String, String> names) {
        return Answers.ok(Map.of("keys", table.keys().stream().map(json::key).toList()));
    }

    private AdminResponse setKey(AdminRequest request, Map<String, String> names) {
        String id = names.getOrDefault("id", "");
        String action = names.getOrDefault("action", "");
        List<TargetTable.KeyRow> found = table.findKeys(id);
        switch (action) {
            case "enable" -> found.forEach(key -> key.key().health().enable());
            case "disable" -> found.forEach(key -> key.key().health().disable());
            default -> throw unknown(action, "enable or disable");
        }
        LOG.atInfo()
                .addKeyValue("key", id)
                .addKeyValue("action", action)
                .log("key changed by hand");
        onChange.run();
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("success", true);
        out.put("message", "the key " + id + " is " + action + 'd');
        out.put("key_id", id);
        return Answers.ok(out);
    }

    private AdminResponse breakers(AdminRequest request, Map<String, String> names) {
        return Answers.ok(breakers(table.rows()));
    }

    private AdminResponse breakersOf(AdminRequest request, Map<String, String> names) {
        return Answers.ok(breakers(table.find(names.getOrDefault("id", ""))));
    }

    private Map<String, @Nullable Object> breakers(List<TargetTable.Row> rows) {
        List<@Nullable Object> all = new ArrayList<>();
        for (TargetTable.Row row : rows) {
            TargetHealth health = row.target().placement().health();
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("id", health.id());
            one.put("name", row.target().name());
            one.put("model", row.group());
            one.put("provider", row.target().provider().name());
            one.putAll(json.breaker(health.breaker()));
            one.put("threshold", health.terms().target().failures());
            all.add(one);
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("circuit_breakers", all);
        return out;
    }

    private AdminResponse setBreaker(AdminRequest request, Map<String, String> names) {
        String action = names.getOrDefault("action", "");
        List<TargetTable.Row> found = table.find(names.getOrDefault("id", ""));
        switch (action) {
            case "reset" ->
                    found.forEach(row -> {
                        TargetHealth health = row.target().placement().health();
                        health.breaker().close();
                        health.keys().forEach(key -> key.breaker().close());
                    });
            case "open" ->
                    found.forEach(
                            row -> row.target().placement().health().breaker().open(table.now()));
            default -> throw unknown(action, "reset or open");
        }
        LOG.atInfo()
                .addKeyValue("target", names.get("id"))
                .addKeyValue("action", action)
                .log("breaker changed by hand");
        onChange.run();
        return Answers.ok(breakers(found));
    }

    private AdminResponse monitor(AdminRequest request, Map<String, String> names) {
        List<@Nullable Object> all = new ArrayList<>();
        for (TargetTable.Row row : table.rows()) {
            Map<String, @Nullable Object> shown = json.target(row);
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            for (String field : List.of("id", "name", "provider", "status", "last_check")) {
                one.put(field, shown.get(field));
            }
            all.add(one);
        }
        return Answers.ok(Map.of("targets", all));
    }

    private AdminResponse checkNow(AdminRequest request, Map<String, String> names) {
        onCheck.run();
        return monitor(request, names);
    }

    private AdminResponse reliability(AdminRequest request, Map<String, String> names) {
        long served = 0;
        long failed = 0;
        for (TargetTable.Row row : table.rows()) {
            served += row.target().placement().health().served();
            failed += row.target().placement().health().failed();
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("served", served);
        out.put("failed", failed);
        out.put("targets", table.rows().stream().map(json::target).toList());
        return Answers.ok(out);
    }

    private static GatewayException unknown(String action, String known) {
        return new GatewayException(
                ErrorCode.INVALID_PARAMETER,
                "the action must be %s, not %s".formatted(known, action.toLowerCase(Locale.ROOT)),
                "action");
    }
}
