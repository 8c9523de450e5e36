package io.sluice.routing;

import io.sluice.health.Breaker;
import io.sluice.health.TargetHealth;
import io.sluice.health.TargetSwitch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Why a call would go where it goes: every target of its model, and what speaks for or against it.
 * Immutable.
 *
 * @param strategy by which the target is chosen
 * @param retryAfterMillis how long until one can be used; 0 where one can, -1 where none will by
 *     itself
 */
public record Explanation(String strategy, long retryAfterMillis, List<Candidate> candidates) {

    private static final int DRAWS = 1000;

    public Explanation {
        candidates = List.copyOf(candidates);
    }

    /**
     * One target.
     *
     * @param isTaken whether it may be chosen at this moment
     * @param reason in words
     * @param sharePermille of calls like this that would go there first, in thousandths
     */
    public record Candidate(Target target, boolean isTaken, String reason, int sharePermille) {}

    /**
     * Explains a call. Takes nothing, and asks nobody.
     *
     * @param model as the caller wrote it
     */
    public static Explanation of(
            Chooser chooser,
            Route route,
            List<Target> targets,
            String model,
            CallTraits call,
            long nowNanos) {
        long all = Bits.first(targets.size());
        SplittableRandom random = new SplittableRandom(1);
        int[] drawn = new int[targets.size()];
        AttemptPlan plan = chooser.plan(route, targets, all, model, call, random);
        for (int i = 0; i < DRAWS; i++) {
            plan.restart();
            Target first = plan.next(nowNanos);
            if (first != null) {
                drawn[targets.indexOf(first)]++;
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            Sieve.Reason reason = chooser.sieve().reason(targets, i, all, call);
            String against =
                    reason == Sieve.Reason.TAKEN
                            ? unhealthy(target, nowNanos)
                            : words(reason, target);
            boolean isTaken = against.isEmpty();
            String why = drawn[i] > 0 ? "may be taken" : "passed over: others come first";
            candidates.add(new Candidate(target, isTaken, isTaken ? why : against, drawn[i]));
        }
        long waitNanos = plan.waitNanos(nowNanos);
        return new Explanation(
                chooser.strategy(route.name().text(), model, call)
                        .getClass()
                        .getSimpleName()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                        .toLowerCase(Locale.ROOT),
                waitNanos == Breaker.FOR_EVER ? -1 : TimeUnit.NANOSECONDS.toMillis(waitNanos),
                candidates);
    }

    private static String words(Sieve.Reason reason, Target target) {
        return switch (reason) {
            case TAKEN -> "";
            case UNUSABLE -> "cannot be used: " + target.unusable();
            case ENDPOINT -> "does not serve this endpoint";
            case ACCESS -> "the caller may not use it (access_control)";
            case TAGS -> "has not the call's tags";
            case REGION -> "is not in the region that is asked for";
            case CONTEXT_WINDOW -> "its context window is too small";
        };
    }

    /** Why a target is left alone; empty where it is not. */
    static String unhealthy(Target target, long nowNanos) {
        TargetHealth health = target.placement().health();
        TargetSwitch set = health.trafficSwitch(nowNanos);
        if (set != null) {
            String kind = set.kind() == TargetSwitch.Kind.DRAIN ? "drained" : "disabled";
            return kind + " by an operator" + (set.reason().isEmpty() ? "" : ": " + set.reason());
        }
        if (!health.breaker().allows(nowNanos)) {
            return "left alone" + words(health.breaker().standing(), nowNanos);
        }
        if (!target.placement().keys().allows(nowNanos)) {
            PoolKey first = target.placement().keys().keys().getFirst();
            return "all its keys are left alone, such as "
                    + first.label()
                    + (first.health().isDisabled()
                            ? ": disabled"
                            : words(first.health().breaker().standing(), nowNanos));
        }
        return "";
    }

    private static String words(Breaker.Standing standing, long nowNanos) {
        String cause =
                standing.cause() == null
                        ? "by hand"
                        : standing.cause().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (standing.isForGood()) {
            return ": " + cause + ", until somebody enables it";
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(standing.untilNanos() - nowNanos);
        return ": %s, for %d s more".formatted(cause, Math.max(0, seconds));
    }
}
