package io.sluice.config;

import static io.sluice.config.KeyType.ANY;
import static io.sluice.config.KeyType.BOOLEAN;
import static io.sluice.config.KeyType.DECIMAL;
import static io.sluice.config.KeyType.DURATION;
import static io.sluice.config.KeyType.ENUM;
import static io.sluice.config.KeyType.INTEGER;
import static io.sluice.config.KeyType.SECONDS;
import static io.sluice.config.KeyType.SECRET;
import static io.sluice.config.KeyType.SECTION;
import static io.sluice.config.KeyType.SECTION_LIST;
import static io.sluice.config.KeyType.STRING;
import static io.sluice.config.KeyType.STRING_LIST;
import static io.sluice.config.KeyType.STRING_MAP;

import java.util.stream.Stream;

/** The keys that say how targets are chosen, and when they are left alone. */
final class RoutingKeys {

    static final String FAILS = "router_settings.allowed_fails_policy.";

    private RoutingKeys() {}

    /** Sluice's own. */
    static Stream<KeySpec> own() {
        return Stream.of(
                used("routing", SECTION, "{}", "how a target is chosen"),
                used(
                        "routing.groups",
                        STRING_MAP,
                        "{}",
                        "from a model name to its strategy, over routing_strategy"),
                used(
                                "routing.exploration",
                                DECIMAL,
                                "0.05",
                                "share of calls by which lowest-latency tries the others")
                        .between(0, 1),
                used(
                                "routing.affinity",
                                ENUM,
                                "none",
                                "what keeps calls at one target: their session, or their prefix"
                                        + " as well")
                        .oneOf("none", "session", "prefix"),
                used("health", SECTION, "{}", "when targets and keys are left alone"),
                used("health.key_failures", INTEGER, "3", "in a row that take a key of several out")
                        .between(1, 1000),
                used("health.key_rest", DURATION, "300s", "how long it is left alone then")
                        .atLeast(1),
                used("health.window", DURATION, "300s", "over which scores are counted")
                        .atLeast(1000),
                used("health.checks", SECTION, "{}", "asks providers in the background"),
                used("health.checks.enabled", BOOLEAN, "false", "whether it does"),
                used("health.checks.interval", DURATION, "30s", "between two of one target")
                        .atLeast(1000),
                used("health.checks.timeout", DURATION, "10s", "for each answer").atLeast(1),
                used("health.checks.stale_after", DURATION, "5m", "when a finding no longer counts")
                        .atLeast(1000));
    }

    /** Those in LiteLLM's sections. */
    static Stream<KeySpec> liteLlm() {
        return Stream.of(target("model_list[].litellm_params."), entry(), router(), policies())
                .flatMap(keys -> keys);
    }

    private static Stream<KeySpec> target(String path) {
        return Stream.of(
                used(path + "order", INTEGER, "null", "lower ones are taken first"),
                used(path + "region", STRING, "null", "where it runs; the same as region_name"),
                used(path + "region_name", STRING, "null", "where it runs"),
                used(path + "tags", STRING_LIST, "[]", "what calls with tags look for"),
                used(path + "cooldown_time", SECONDS, "null", "over router_settings"));
    }

    private static Stream<KeySpec> entry() {
        return Stream.of(
                used("model_list[].tags", STRING_LIST, "[]", "the same as litellm_params.tags"),
                used("model_list[].access_control", SECTION, "{}", "who may use this target"),
                used("model_list[].access_control.allowed_orgs", STRING_LIST, "[]", "by their ids"),
                used(
                        "model_list[].access_control.allowed_teams",
                        STRING_LIST,
                        "[]",
                        "by their ids"),
                used(
                        "model_list[].access_control.allowed_keys",
                        STRING_LIST,
                        "[]",
                        "by their ids or aliases"),
                used("model_list[].keys", SECTION_LIST, "[]", "several keys of one provider"),
                used("model_list[].keys[].name", STRING, "null", "in place of a digest's start"),
                used("model_list[].keys[].key", SECRET, "null", "the provider's key"),
                used("model_list[].keys[].weight", DECIMAL, "1", "share of the target's calls"),
                used("model_list[].keys[].cooldown", SECONDS, "0", "rest after each use"),
                used("model_list[].model_info.id", STRING, "null", "tells the target from others"),
                used("model_list[].model_info.max_tokens", INTEGER, "null", "its context window"),
                used("model_list[].model_info.max_input_tokens", INTEGER, "null", "the same"),
                used(
                        "model_list[].model_info.max_output_tokens",
                        INTEGER,
                        "null",
                        "the most it answers"));
    }

    private static Stream<KeySpec> router() {
        return Stream.concat(
                Stream.of(
                        used(
                                "router_settings.routing_strategy",
                                STRING,
                                "simple-shuffle",
                                "how one of several targets is chosen"),
                        KeySpec.accepted("router_settings.routing_strategy_args", ANY, "null", ""),
                        used(
                                "router_settings.enable_tag_filtering",
                                BOOLEAN,
                                "false",
                                "whether a call's tags choose among targets"),
                        used(
                                "router_settings.tag_filtering_match_any",
                                BOOLEAN,
                                "false",
                                "whether one of its tags is enough"),
                        used(
                                "router_settings.enable_pre_call_checks",
                                BOOLEAN,
                                "false",
                                "whether targets are passed over whose window is too small"),
                        used(
                                "router_settings.optional_pre_call_checks",
                                STRING_LIST,
                                "[]",
                                "session_affinity and prompt_caching are routing.affinity"),
                        used(
                                        "router_settings.allowed_fails",
                                        INTEGER,
                                        "3",
                                        "failures in a row after which a target is left alone")
                                .between(0, 1_000_000),
                        used(
                                "router_settings.cooldown_time",
                                SECONDS,
                                "60",
                                "how long it is left alone then"),
                        used(
                                "router_settings.disable_cooldowns",
                                BOOLEAN,
                                "false",
                                "whether nothing is ever left alone"),
                        used(
                                "router_settings.allowed_fails_policy",
                                SECTION,
                                "{}",
                                "the same for single errors"),
                        used(
                                "litellm_settings.allowed_fails",
                                INTEGER,
                                "null",
                                "see router_settings"),
                        used(
                                "litellm_settings.cooldown_time",
                                SECONDS,
                                "null",
                                "see router_settings"),
                        KeySpec.accepted(FAILS + "BadRequestErrorAllowedFails", ANY, "null", ""),
                        KeySpec.accepted(
                                FAILS + "ContentPolicyViolationErrorAllowedFails",
                                ANY,
                                "null",
                                "")),
                Stream.of(
                                "AuthenticationErrorAllowedFails",
                                "TimeoutErrorAllowedFails",
                                "RateLimitErrorAllowedFails",
                                "InternalServerErrorAllowedFails")
                        .map(name ->
                                used(FAILS + name, INTEGER, "null", "failures in a row")
                                        .between(0, 1_000_000)));
    }

    private static Stream<KeySpec> policies() {
        return Stream.of(
                used("policies", SECTION_LIST, "[]", "rules for calls that meet conditions"),
                used("guardrails", SECTION_LIST, "[]", "checks that policies name"),
                used("guardrails[].guardrail_name", STRING, "null", "its name"),
                KeySpec.accepted("guardrails[].*", ANY, "null", ""),
                used("policies[].name", STRING, "null", "must be given"),
                used("policies[].conditions", SECTION, "{}", "all have to be met; none is any"),
                used("policies[].conditions.team_alias", STRING, "null", "team; may hold *"),
                used("policies[].conditions.key_alias", STRING, "null", "key; may hold *"),
                used("policies[].conditions.model", STRING, "null", "as callers say; may hold *"),
                used("policies[].conditions.tags", STRING_LIST, "[]", "one of them; may hold *"),
                used("policies[].guardrails", STRING_LIST, "[]", "checks for these calls"),
                used("policies[].routing_strategy", STRING, "null", "how a target is chosen"),
                used("policies[].priority", INTEGER, "0", "the highest that says so counts"));
    }

    private static KeySpec used(String path, KeyType type, String fallback, String doc) {
        return KeySpec.used(path, type, fallback, doc);
    }
}
