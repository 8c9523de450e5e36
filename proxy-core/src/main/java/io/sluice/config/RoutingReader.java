package io.sluice.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads how targets are chosen and when they are left alone.
 *
 * <p>Confined to one load.
 */
final class RoutingReader {

    private static final String STRATEGY = "router_settings.routing_strategy";

    private final Values values;
    private final Problems problems;

    RoutingReader(Values values, Problems problems) {
        this.values = values;
        this.problems = problems;
    }

    HealthSettings health() {
        Map<HealthSettings.Failure, Integer> byError = new EnumMap<>(HealthSettings.Failure.class);
        allowed(byError, HealthSettings.Failure.AUTHENTICATION, "AuthenticationError");
        allowed(byError, HealthSettings.Failure.TIMEOUT, "TimeoutError");
        allowed(byError, HealthSettings.Failure.RATE_LIMIT, "RateLimitError");
        allowed(byError, HealthSettings.Failure.INTERNAL_SERVER, "InternalServerError");
        return new HealthSettings(
                !values.isTrue("router_settings.disable_cooldowns"),
                (int) Math.max(1, values.requiredNumber("router_settings.allowed_fails")),
                values.requiredTime("router_settings.cooldown_time"),
                byError,
                (int) values.requiredNumber("health.key_failures"),
                values.requiredTime("health.key_rest"),
                values.requiredTime("health.window"),
                new HealthSettings.Checks(
                        values.isTrue("health.checks.enabled"),
                        values.requiredTime("health.checks.interval"),
                        values.requiredTime("health.checks.timeout"),
                        values.requiredTime("health.checks.stale_after")));
    }

    private void allowed(
            Map<HealthSettings.Failure, Integer> byError,
            HealthSettings.Failure failure,
            String name) {
        Long count = values.number(RoutingKeys.FAILS + name + "AllowedFails");
        if (count != null) {
            byError.put(failure, Math.max(1, count.intValue()));
        }
    }

    RoutingSettings routing(List<ModelEntry> models) {
        Map<String, String> groups = new LinkedHashMap<>();
        values.map("routing.groups")
                .forEach((group, strategy) -> {
                    StrategyName known =
                            strategy("routing.groups", strategy, Severity.ERROR, group + ": ");
                    if (known != null) {
                        groups.put(group, known.text());
                    }
                    checkGroup(group, models);
                });
        StrategyName strategy =
                strategy(STRATEGY, values.requiredText(STRATEGY), Severity.WARNING, "");
        return new RoutingSettings(
                strategy == null ? StrategyName.SIMPLE_SHUFFLE.text() : strategy.text(),
                groups,
                values.decimal("routing.exploration"),
                affinity(),
                values.isTrue("router_settings.enable_tag_filtering"),
                values.isTrue("router_settings.tag_filtering_match_any"),
                values.isTrue("router_settings.enable_pre_call_checks"),
                policies());
    }

    private RoutingSettings.Affinity affinity() {
        String own = values.requiredText("routing.affinity").toUpperCase(Locale.ROOT);
        List<String> checks = values.texts("router_settings.optional_pre_call_checks");
        if (!own.equals("NONE")) {
            return RoutingSettings.Affinity.valueOf(own);
        }
        if (checks.contains("prompt_caching")) {
            return RoutingSettings.Affinity.PREFIX;
        }
        return checks.contains("session_affinity")
                ? RoutingSettings.Affinity.SESSION
                : RoutingSettings.Affinity.NONE;
    }

    private void checkGroup(String group, List<ModelEntry> models) {
        Set<String> names = new HashSet<>();
        models.forEach(model -> names.add(model.name()));
        if (!names.contains(group)) {
            String near = NearNames.nearest(group, names);
            problems.add(
                    Severity.ERROR,
                    values.placeOf("routing.groups"),
                    "no model has the name " + group,
                    near == null ? null : "did you mean " + near + '?');
        }
    }

    private @Nullable StrategyName strategy(
            String path, String name, Severity severity, String prefix) {
        StrategyName known = StrategyName.find(name);
        if (known == null) {
            List<String> names = Stream.of(StrategyName.values()).map(StrategyName::text).toList();
            String near = NearNames.nearest(name, names);
            problems.add(
                    severity,
                    values.placeOf(path),
                    prefix + "no strategy has the name " + name,
                    near == null
                            ? "one of " + String.join(", ", names)
                            : "did you mean " + near + '?');
        }
        return known;
    }

    private List<PolicyEntry> policies() {
        List<PolicyEntry> policies = new ArrayList<>();
        Set<String> guardrails = guardrails();
        for (int i = 0; i < values.size("policies"); i++) {
            String path = "policies[" + i + ']';
            String name = values.text(path + ".name");
            if (values.findFault(path) != null) {
                continue;
            }
            if (name == null || name.isBlank()) {
                warn(path, "a policy without a name is left out", null);
                continue;
            }
            policies.add(policy(path, name, guardrails));
        }
        return policies;
    }

    private PolicyEntry policy(String path, String name, Set<String> guardrails) {
        String strategy = values.text(path + ".routing_strategy");
        StrategyName known =
                strategy == null
                        ? null
                        : strategy(
                                path + ".routing_strategy",
                                strategy,
                                Severity.WARNING,
                                "policy " + name + ": ");
        List<String> bound = values.texts(path + ".guardrails");
        for (String guardrail : bound) {
            if (!guardrails.contains(guardrail)) {
                String near = NearNames.nearest(guardrail, guardrails);
                warn(
                        path + ".guardrails",
                        "policy " + name + " names a guardrail that is not there: " + guardrail,
                        near == null ? null : "did you mean " + near + '?');
            }
        }
        String conditions = path + ".conditions.";
        return new PolicyEntry(
                name,
                values.text(conditions + "team_alias"),
                values.text(conditions + "key_alias"),
                values.text(conditions + "model"),
                values.texts(conditions + "tags"),
                bound,
                known == null ? null : known.text(),
                (int) values.requiredNumber(path + ".priority"));
    }

    private Set<String> guardrails() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < values.size("guardrails"); i++) {
            String name = values.text("guardrails[" + i + "].guardrail_name");
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    private void warn(String where, String message, @Nullable String hint) {
        problems.add(Severity.WARNING, values.placeOf(where), message, hint);
    }

    /** What one entry of {@code model_list} says. */
    TargetTraits traits(String path) {
        String params = path + ".litellm_params.";
        String info = path + ".model_info.";
        Long order = values.number(params + "order");
        String region = values.text(params + "region_name");
        List<String> tags = new ArrayList<>(values.texts(params + "tags"));
        for (String tag : values.texts(path + ".tags")) {
            if (!tags.contains(tag)) {
                tags.add(tag);
            }
        }
        Long window = values.number(info + "max_input_tokens");
        Duration cooldown = values.time(params + "cooldown_time");
        return new TargetTraits(
                values.text(info + "id"),
                order == null ? Integer.MAX_VALUE : Math.toIntExact(Math.clamp(order, 0, 1 << 30)),
                region == null ? values.text(params + "region") : region,
                tags,
                new TargetTraits.AccessRule(
                        Set.copyOf(values.texts(path + ".access_control.allowed_orgs")),
                        Set.copyOf(values.texts(path + ".access_control.allowed_teams")),
                        Set.copyOf(values.texts(path + ".access_control.allowed_keys"))),
                orZero(window == null ? values.number(info + "max_tokens") : window),
                orZero(values.number(info + "max_output_tokens")),
                values.text(info + "mode"),
                cooldown,
                keys(path));
    }

    private static long orZero(@Nullable Long number) {
        return number == null ? 0 : Math.max(0, number);
    }

    private List<TargetTraits.KeyOfPool> keys(String path) {
        List<TargetTraits.KeyOfPool> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < values.size(path + ".keys"); i++) {
            String item = path + ".keys[" + i + ']';
            Secret key = values.secret(item + ".key");
            String name = values.text(item + ".name");
            if (key == null) {
                warn(item, "a key without a value is left out", null);
            } else if (name != null && !names.add(name)) {
                warn(
                        item,
                        "two keys of one target have the name "
                                + name
                                + "; this one is left"
                                + " out",
                        null);
            } else {
                keys.add(
                        new TargetTraits.KeyOfPool(
                                name,
                                key,
                                Math.max(0, values.decimal(item + ".weight")),
                                values.requiredTime(item + ".cooldown")));
            }
        }
        return keys;
    }
}
