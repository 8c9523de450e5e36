package io.sluice.routing;

import io.sluice.config.RoutingSettings;
import io.sluice.config.StrategyName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * By which rules calls get their targets: filters, the strategy of a policy, of a model group, of
 * the gateway. Immutable.
 */
public final class Chooser {

    private final RoutingSettings settings;
    private final Sieve sieve;
    private final Strategy usual;
    private final Map<String, Strategy> byGroup = new HashMap<>();
    private final List<Policy> policies = new ArrayList<>();

    private Chooser(RoutingSettings settings) {
        this.settings = settings;
        this.sieve = new Sieve(settings.tags(), settings.anyTag(), settings.preCallChecks());
        this.usual = strategy(settings.strategy());
        settings.groupStrategies().forEach((group, name) -> byGroup.put(group, strategy(name)));
        settings.policies().stream()
                .map(entry -> Policy.of(entry, settings.exploration()))
                .sorted(Comparator.comparingInt((Policy policy) -> -policy.priority()))
                .forEach(policies::add);
    }

    private Strategy strategy(String name) {
        StrategyName known = StrategyName.find(name);
        return Strategy.of(
                known == null ? StrategyName.SIMPLE_SHUFFLE : known, settings.exploration());
    }

    /** The rules that those settings say. */
    public static Chooser of(RoutingSettings settings) {
        return new Chooser(settings);
    }

    /** What the rules were made of. */
    public RoutingSettings settings() {
        return settings;
    }

    public Sieve sieve() {
        return sieve;
    }

    /** Whether a prompt's beginning says where a call belongs. */
    public boolean usesPrefixes() {
        return settings.affinity() == RoutingSettings.Affinity.PREFIX
                || StrategyName.SESSION_AFFINITY.text().equals(settings.strategy())
                || settings.groupStrategies().containsValue(StrategyName.SESSION_AFFINITY.text());
    }

    /** Whether calls are kept at one target at all. */
    public boolean usesAffinity() {
        return settings.affinity() != RoutingSettings.Affinity.NONE || usesPrefixes();
    }

    /**
     * How a target is chosen for a call: as the policy of the highest priority says that says
     * anything, else as its model group, else as the gateway.
     *
     * @param group the name under which its model was found
     * @param model as the caller wrote it
     */
    public Strategy strategy(String group, String model, CallTraits call) {
        for (int i = 0; i < policies.size(); i++) {
            Policy policy = policies.get(i);
            Strategy own = policy.strategy();
            if (own != null && policy.matches(model, call)) {
                return own;
            }
        }
        Strategy ofGroup = byGroup.get(group);
        return ofGroup == null ? usual : ofGroup;
    }

    /** The policies that a call meets, the highest priority first. */
    public List<Policy> policies(String model, CallTraits call) {
        return policies.stream().filter(policy -> policy.matches(model, call)).toList();
    }

    /** The checks that the policies bind to a call, each once. */
    public Set<String> guardrails(String model, CallTraits call) {
        Set<String> bound = new LinkedHashSet<>();
        policies(model, call).forEach(policy -> bound.addAll(policy.guardrails()));
        return bound;
    }

    /**
     * The plan of a call.
     *
     * @param among bits of the targets that can be asked what the call asks
     */
    public AttemptPlan plan(
            Route route,
            List<Target> targets,
            long among,
            String model,
            CallTraits call,
            RandomGenerator random) {
        Strategy chosen = strategy(route.name().text(), model, call);
        boolean isSticky = settings.affinity() != RoutingSettings.Affinity.NONE;
        return new AttemptPlan(
                targets,
                sieve.sift(targets, among, call),
                isSticky && call.affinity() != 0 ? SessionAffinity.STICKY : chosen,
                random,
                call,
                false);
    }
}
