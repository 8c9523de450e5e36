package io.sluice.config;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is tried when an attempt fails: LiteLLM's words, and {@code failover}.
 *
 * <p>Confined to one load.
 */
final class FailoverReader {

    private static final String ROUTER = "router_settings.";
    private static final String LITELLM = "litellm_settings.";

    private final Values values;
    private final Problems problems;

    FailoverReader(Values values, Problems problems) {
        this.values = values;
        this.problems = problems;
    }

    FailoverSettings read(List<ModelEntry> models, Map<String, AliasEntry> aliases) {
        Map<String, RetryPolicy> groups = new HashMap<>();
        String path = ROUTER + "model_group_retry_policy";
        values.maps(path).forEach((group, counts) -> groups.put(group, policy(path, counts)));
        FallbackSettings fallbacks =
                new FallbackSettings(
                        fallbacks("fallbacks"),
                        fallbacks("context_window_fallbacks"),
                        fallbacks("content_policy_fallbacks"),
                        values.texts(first("default_fallbacks")),
                        (int) values.requiredNumber(ROUTER + "max_fallbacks"));
        check(fallbacks, models, aliases);
        return new FailoverSettings(
                policy(ROUTER + "retry_policy", values.map(ROUTER + "retry_policy")),
                groups,
                fallbacks,
                SettingsBuilder.positive(values.time("failover.retry_only_within")),
                values.decimal("failover.retry_share"),
                (int) values.requiredNumber("failover.retries_per_second"),
                values.requiredTime("failover.gate_time"),
                (int) values.requiredNumber("failover.gate_bytes"));
    }

    /** The router's list, else the one of the settings. */
    private static String name(String section, String key) {
        return section + key;
    }

    private String first(String key) {
        return values.has(ROUTER + key) ? name(ROUTER, key) : name(LITELLM, key);
    }

    private Map<String, List<String>> fallbacks(String key) {
        return values.lists(first(key));
    }

    private RetryPolicy policy(String path, Map<String, String> counts) {
        Map<FailureKind, Integer> retries = new EnumMap<>(FailureKind.class);
        counts.forEach((key, text) -> {
            FailureKind kind = FailureKind.ofPolicyKey(key);
            Integer count = count(text);
            if (kind == null || count == null) {
                problems.add(
                        Severity.WARNING,
                        values.placeOf(path),
                        kind == null
                                ? "retry policies know no " + key
                                : key + " takes a whole number from 0 to 100",
                        kind == null ? "such as TimeoutErrorRetries" : null);
            } else {
                retries.put(kind, count);
            }
        });
        return retries.isEmpty() ? RetryPolicy.NONE : new RetryPolicy(retries);
    }

    private static @Nullable Integer count(String text) {
        return text.matches("[0-9]{1,2}|100") ? Integer.valueOf(text) : null;
    }

    /** Tells of names that no model has. */
    private void check(
            FallbackSettings fallbacks, List<ModelEntry> models, Map<String, AliasEntry> aliases) {
        Set<String> names = new HashSet<>(aliases.keySet());
        models.forEach(model -> names.add(model.name()));
        check("fallbacks", fallbacks.models(), names, models);
        check("context_window_fallbacks", fallbacks.contextWindow(), names, models);
        check("content_policy_fallbacks", fallbacks.contentPolicy(), names, models);
        for (String model : fallbacks.defaults()) {
            check(first("default_fallbacks"), model, names, models);
        }
    }

    private void check(
            String key,
            Map<String, List<String>> fallbacks,
            Set<String> names,
            List<ModelEntry> models) {
        fallbacks.forEach((model, others) -> {
            if (!model.equals(FallbackSettings.ANY)) {
                check(first(key), model, names, models);
            }
            others.forEach(other -> check(first(key), other, names, models));
        });
    }

    private void check(String path, String model, Set<String> names, List<ModelEntry> models) {
        if (!names.contains(model) && !SettingsBuilder.matchesPattern(model, models)) {
            String near = NearNames.nearest(model, names);
            problems.add(
                    Severity.WARNING,
                    values.placeOf(path),
                    "a fallback names a model that is not listed: " + model,
                    near == null ? null : "did you mean " + near + '?');
        }
    }
}
