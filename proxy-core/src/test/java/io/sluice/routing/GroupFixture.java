package io.sluice.routing;

import io.netty.util.AsciiString;
import io.sluice.config.StrategyName;
import io.sluice.config.TargetTraits;
import io.sluice.health.AttemptOutcome;
import io.sluice.health.AttemptResult;
import io.sluice.health.BreakerTerms;
import io.sluice.health.HealthTerms;
import io.sluice.health.TargetHealth;
import io.sluice.health.TargetHealths;
import io.sluice.price.Currency;
import io.sluice.price.Price;
import io.sluice.price.PriceTerms;
import io.sluice.price.PricedUnit;
import io.sluice.price.Term;
import io.sluice.testing.TargetFixture;
import io.sluice.usage.ServiceTier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The targets of one model, a clock that stands until it is moved, and seeded randomness. */
final class GroupFixture {

    static final long SEED = 20_251_121;

    final Random random = new Random(SEED);
    final TargetHealths healths = new TargetHealths();
    final List<Target> targets = new ArrayList<>();
    final CallTraits call = new CallTraits();
    long nowNanos = TimeUnit.MINUTES.toNanos(10);
    private HealthTerms terms =
            new HealthTerms(
                    new BreakerTerms(
                            true,
                            3,
                            Map.of(AttemptResult.RATE_LIMITED, 1, AttemptResult.UNAUTHORIZED, 1),
                            TimeUnit.SECONDS.toNanos(60)),
                    new BreakerTerms(
                            true,
                            3,
                            Map.of(AttemptResult.RATE_LIMITED, 1, AttemptResult.UNAUTHORIZED, 1),
                            TimeUnit.SECONDS.toNanos(300)),
                    TimeUnit.SECONDS.toNanos(300),
                    false);

    /** A target in the making. */
    final class One {

        private final String name;
        private final List<PoolKey> keys = new ArrayList<>();
        private double weight = 1;
        private int order = Integer.MAX_VALUE;
        private @Nullable String region;
        private List<String> tags = List.of();
        private TargetTraits.AccessRule access = TargetTraits.AccessRule.ALL;
        private long window;
        private long requests;
        private long tokens;
        private @Nullable Price price;

        One(String name) {
            this.name = name;
        }

        One weight(double share) {
            weight = share;
            return this;
        }

        One order(int place) {
            order = place;
            return this;
        }

        One region(String where) {
            region = where;
            return this;
        }

        One tags(String... its) {
            tags = List.of(its);
            return this;
        }

        One teams(String... allowed) {
            access = new TargetTraits.AccessRule(Set.of(), Set.of(allowed), Set.of());
            return this;
        }

        One window(long most) {
            window = most;
            return this;
        }

        One limits(long requestsPerMinute, long tokensPerMinute) {
            requests = requestsPerMinute;
            tokens = tokensPerMinute;
            return this;
        }

        /** What a million tokens cost, in dollars. */
        One price(long input, long output) {
            price =
                    new Price(
                            name,
                            "test",
                            Currency.USD,
                            new PriceTerms(
                                    null,
                                    null,
                                    null,
                                    List.of(
                                            term(PricedUnit.INPUT, input),
                                            term(PricedUnit.OUTPUT, output))));
            return this;
        }

        private static Term term(PricedUnit unit, long dollars) {
            return new Term(unit, ServiceTier.STANDARD, 0, dollars * 1_000_000_000_000L);
        }

        One key(String label, double share) {
            keys.add(
                    new PoolKey(
                            label,
                            share,
                            0,
                            TargetCredential.fixed(AsciiString.of("k: " + label + "\r\n")),
                            healths.of(name).key(label),
                            true));
            return this;
        }

        GroupFixture add() {
            if (keys.isEmpty()) {
                key("key", 1);
            }
            TargetHealth health = healths.of(name);
            health.setTerms(
                    new HealthTerms(
                            terms.target(), terms.key(), terms.windowNanos(), keys.size() > 1));
            TargetTraits traits =
                    new TargetTraits(
                            name, order, region, tags, access, window, 0, null, null, List.of());
            targets.add(
                    new TargetFixture()
                            .name(name)
                            .weight(weight)
                            .placement(
                                    new Placement(
                                            "model",
                                            health,
                                            new KeyPool(keys),
                                            traits,
                                            requests,
                                            tokens,
                                            price))
                            .build());
            return GroupFixture.this;
        }
    }

    One target(String name) {
        return new One(name);
    }

    GroupFixture plain(String... names) {
        for (String name : names) {
            target(name).add();
        }
        return this;
    }

    Target named(String name) {
        return targets.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    AttemptPlan plan(StrategyName strategy) {
        return plan(Strategy.of(strategy, 0));
    }

    AttemptPlan plan(Strategy strategy) {
        return new AttemptPlan(targets, Bits.first(targets.size()), strategy, random, call, false);
    }

    /** The name of the target that a new call is sent to first. */
    String first(StrategyName strategy) {
        Target next = plan(strategy).next(nowNanos);
        return next == null ? "none" : next.name();
    }

    /** Sends an attempt to a target, and ends it. */
    void serve(String name, long firstByteNanos, int outputClass, long tokens) {
        TargetHealth health = named(name).placement().health();
        health.onBegin(nowNanos);
        health.onEnd(
                null,
                new AttemptOutcome(AttemptResult.SERVED, firstByteNanos, outputClass, tokens, 0),
                nowNanos);
    }

    void fail(String name, AttemptResult result, int times) {
        for (int i = 0; i < times; i++) {
            Target target = named(name);
            PoolKey key = target.placement().keys().keys().getFirst();
            target.placement().health().onBegin(nowNanos);
            target.placement().health().onEnd(key.health(), AttemptOutcome.of(result), nowNanos);
        }
    }
}
