package io.sluice.transport.management;

import io.sluice.auth.Principal;
import io.sluice.config.HealthSettings;
import io.sluice.config.RouterChange;
import io.sluice.config.RouterSettings;
import io.sluice.config.RoutingSettings;
import io.sluice.config.Settings;
import io.sluice.config.StrategyName;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.Dialect;
import io.sluice.price.Price;
import io.sluice.price.PricedUnit;
import io.sluice.routing.CallTraits;
import io.sluice.routing.Chooser;
import io.sluice.routing.Explanation;
import io.sluice.routing.Policy;
import io.sluice.routing.Route;
import io.sluice.routing.RouteMatch;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import io.sluice.usage.ServiceTier;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an operator asks of routes: the rules, the groups, and why a call goes where it goes. */
public final class RouteRoutes {

    private static final int PRICE_DIGITS = 18;
    private static final long MOST_RETRIES = 100;

    private final TargetTable table;
    private final Supplier<Settings> settings;
    private final Consumer<RouterChange> onChange;
    private final Function<String, @Nullable Principal> callers;

    /**
     * The routes of one gateway.
     *
     * @param settings that are in force
     * @param onChange puts other rules in force; when it returns, calls go by them
     * @param callers finds whoever holds a key, by the key's id or alias
     */
    public RouteRoutes(
            TargetTable table,
            Supplier<Settings> settings,
            Consumer<RouterChange> onChange,
            Function<String, @Nullable Principal> callers) {
        this.table = table;
        this.settings = settings;
        this.onChange = onChange;
        this.callers = callers;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("GET", "/router/settings", "rules of routing", this::show),
                Answers.route(
                        "PATCH",
                        "/router/settings",
                        "until the next start: {routing_strategy, num_retries, allowed_fails,"
                                + " cooldown_time}",
                        this::change),
                Answers.route(
                        "GET", "/model_group/info", "models and what is behind them", this::groups),
                Answers.route("GET", "/model/info", "targets of models: ?model=", this::models),
                Answers.route(
                        "POST",
                        "/route/explain",
                        "why a call goes where it goes: {model, key, tags, region}",
                        this::explain));
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        return Answers.ok(rules());
    }

    private Map<String, @Nullable Object> rules() {
        Settings now = settings.get();
        RoutingSettings routing = now.routing();
        HealthSettings health = now.health();
        RouterSettings router = now.router();
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("routing_strategy", routing.strategy());
        out.put("num_retries", router.retries());
        out.put("allowed_fails", health.allowedFails());
        out.put("cooldown_time", seconds(health.cooldown()));
        out.put("disable_cooldowns", !health.cooldowns());
        out.put("enable_tag_filtering", routing.tags());
        out.put("tag_filtering_match_any", routing.anyTag());
        out.put("enable_pre_call_checks", routing.preCallChecks());
        out.put("affinity", routing.affinity().name().toLowerCase(java.util.Locale.ROOT));
        out.put("exploration", BigDecimal.valueOf(routing.exploration()));
        out.put("groups", routing.groupStrategies());
        out.put("retry_after", seconds(router.retryAfter()));
        out.put("timeout", router.timeout() == null ? null : seconds(router.timeout()));
        out.put("policies", routing.policies().stream().map(policy -> policy.name()).toList());
        return out;
    }

    private static BigDecimal seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros();
    }

    private AdminResponse change(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String strategy = body.text("routing_strategy");
        StrategyName known = strategy == null ? null : StrategyName.find(strategy);
        if (strategy != null && known == null) {
            throw Body.wrong(
                    "routing_strategy",
                    "one of "
                            + String.join(
                                    ", ",
                                    Stream.of(StrategyName.values())
                                            .map(StrategyName::text)
                                            .toList()));
        }
        Long retries = bounded(body, "num_retries", 0, MOST_RETRIES);
        Long fails = bounded(body, "allowed_fails", 1, 1_000_000);
        BigDecimal cooldown = body.amount("cooldown_time");
        if (cooldown != null && cooldown.compareTo(BigDecimal.valueOf(86_400)) > 0) {
            throw Body.wrong("cooldown_time", "seconds, at most a day");
        }
        List<String> ignored = body.ignored();
        if (!ignored.isEmpty()) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "these cannot be changed while the gateway runs: " + String.join(", ", ignored),
                    ignored.getFirst());
        }
        onChange.accept(
                new RouterChange(
                        known == null ? null : known.text(),
                        retries == null ? null : retries.intValue(),
                        fails == null ? null : fails.intValue(),
                        cooldown == null
                                ? null
                                : Duration.ofMillis(cooldown.movePointRight(3).longValue())));
        return Answers.ok(rules());
    }

    private static @Nullable Long bounded(Body body, String name, long least, long most) {
        Long said = body.count(name);
        if (said != null && (said < least || said > most)) {
            throw Body.wrong(name, "a whole number from %d to %d".formatted(least, most));
        }
        return said;
    }

    private AdminResponse groups(AdminRequest request, Map<String, String> names) {
        String wanted = Query.of(request).text("model_group");
        List<@Nullable Object> data = new ArrayList<>();
        for (Route route : table.routes().get().routes()) {
            if (wanted == null || wanted.equals(route.name().text())) {
                data.add(group(route));
            }
        }
        if (wanted != null && data.isEmpty()) {
            throw Answers.notFound("model group", wanted);
        }
        return Answers.ok(Map.of("data", data));
    }

    private static Map<String, @Nullable Object> group(Route route) {
        Set<String> providers = new LinkedHashSet<>();
        Long input = null;
        Long output = null;
        String mode = null;
        BigDecimal inputCost = null;
        BigDecimal outputCost = null;
        for (Target target : route.targets()) {
            providers.add(target.provider().name());
            input = most(input, maxInput(target));
            output = most(output, maxOutput(target));
            mode = mode == null ? target.placement().traits().mode() : mode;
            inputCost = most(inputCost, cost(target, PricedUnit.INPUT));
            outputCost = most(outputCost, cost(target, PricedUnit.OUTPUT));
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("model_group", route.name().text());
        out.put("providers", List.copyOf(providers));
        out.put("max_input_tokens", input);
        out.put("max_output_tokens", output);
        out.put("mode", mode);
        out.put("input_cost_per_token", inputCost);
        out.put("output_cost_per_token", outputCost);
        out.put("num_deployments", route.targets().size());
        return out;
    }

    private static <T extends Comparable<T>> @Nullable T most(@Nullable T one, @Nullable T other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static @Nullable Long maxInput(Target target) {
        long said = target.placement().traits().maxInputTokens();
        Price price = target.placement().price();
        return said > 0 ? Long.valueOf(said) : price == null ? null : price.contextWindow();
    }

    private static @Nullable Long maxOutput(Target target) {
        long said = target.placement().traits().maxOutputTokens();
        Price price = target.placement().price();
        return said > 0 ? Long.valueOf(said) : price == null ? null : price.maxOutput();
    }

    private static @Nullable BigDecimal cost(Target target, PricedUnit unit) {
        Price price = target.placement().price();
        long rate = price == null ? -1 : price.rate(unit, ServiceTier.STANDARD, 0);
        return rate < 0 ? null : BigDecimal.valueOf(rate, PRICE_DIGITS).stripTrailingZeros();
    }

    private AdminResponse models(AdminRequest request, Map<String, String> names) {
        String wanted = Query.of(request).text("model", "model_name", "litellm_model_id");
        List<@Nullable Object> data = new ArrayList<>();
        for (TargetTable.Row row : table.rows()) {
            String id = row.target().placement().health().id();
            if (wanted == null || wanted.equals(row.group()) || wanted.equals(id)) {
                data.add(model(row));
            }
        }
        if (wanted != null && data.isEmpty()) {
            throw Answers.notFound("model", wanted);
        }
        return Answers.ok(Map.of("data", data));
    }

    private static Map<String, @Nullable Object> model(TargetTable.Row row) {
        Target target = row.target();
        Map<String, @Nullable Object> params = new LinkedHashMap<>();
        params.put("model", target.provider().name() + '/' + target.model().text());
        params.put(
                "api_base",
                (target.address().tls() ? "https://" : "http://")
                        + target.address().authority()
                        + target.basePath());
        params.put("weight", BigDecimal.valueOf(target.weight()));
        Map<String, @Nullable Object> info = new LinkedHashMap<>();
        info.put("id", target.placement().health().id());
        info.put("db_model", false);
        info.put("mode", target.placement().traits().mode());
        info.put("max_input_tokens", maxInput(target));
        info.put("max_output_tokens", maxOutput(target));
        info.put("input_cost_per_token", cost(target, PricedUnit.INPUT));
        info.put("output_cost_per_token", cost(target, PricedUnit.OUTPUT));
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("model_name", row.group());
        out.put("litellm_params", params);
        out.put("model_info", info);
        return out;
    }

    private AdminResponse explain(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String model = body.needText("model");
        String key = body.text("key");
        Long input = body.count("input_tokens");
        Long output = body.count("output_tokens");
        Principal caller = key == null ? Principal.master() : callers.apply(key);
        if (caller == null) {
            throw Answers.notFound("key", key == null || key.startsWith("sk-") ? "of it" : key);
        }
        RouteTable routes = table.routes().get();
        RouteMatch match = routes.find(model);
        if (match == null) {
            throw Answers.notFound("model", model);
        }
        CallTraits call =
                new CallTraits()
                        .caller(caller.keyId(), caller.alias(), caller.isAdmin())
                        .owner(
                                caller.owner().teamId(),
                                caller.teamAlias(),
                                caller.owner().organizationId())
                        .tags(body.texts("tags"))
                        .region(body.text("region"))
                        .tokens(input == null ? 0 : input, output == null ? 0 : output);
        boolean isAllowed = routes.isAllowed(caller.models(), model, match);
        List<Target> targets = match.route().targets(Dialect.OPENAI_CHAT);
        Chooser chooser = routes.chooser();
        Explanation explanation =
                Explanation.of(chooser, match.route(), targets, model, call, table.now());
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("model", model);
        out.put("group", match.route().name().text());
        out.put("key", caller.alias());
        out.put("allowed", isAllowed);
        out.put("strategy", explanation.strategy());
        out.put("policies", chooser.policies(model, call).stream().map(Policy::name).toList());
        out.put("guardrails", List.copyOf(chooser.guardrails(model, call)));
        out.put("retry_after_ms", explanation.retryAfterMillis());
        out.put("candidates", candidates(explanation, isAllowed));
        return Answers.ok(out);
    }

    private static List<@Nullable Object> candidates(Explanation explanation, boolean isAllowed) {
        List<@Nullable Object> out = new ArrayList<>();
        for (Explanation.Candidate candidate : explanation.candidates()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("target", candidate.target().name());
            one.put("id", candidate.target().placement().health().id());
            one.put("taken", isAllowed && candidate.isTaken());
            one.put("reason", isAllowed ? candidate.reason() : "the key may not use this model");
            one.put("share", BigDecimal.valueOf(candidate.sharePermille(), 3));
            out.add(one);
        }
        return out;
    }
}
