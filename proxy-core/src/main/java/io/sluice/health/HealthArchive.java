package io.sluice.health;

import io.sluice.health.SavedHealth.SavedBreaker;
import io.sluice.health.SavedHealth.SavedKey;
import io.sluice.health.SavedHealth.SavedSwitch;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries the health of targets from one process to the next.
 *
 * <p>Safe for any thread. What changes while it is written down may be there or not.
 */
public final class HealthArchive {

    private final TargetHealths healths;
    private final long nowNanos;
    private final long nowMillis;

    /**
     * An archive at one moment.
     *
     * @param nowNanos of the event loops' clock
     * @param nowMillis the same moment in milliseconds of the epoch
     */
    public HealthArchive(TargetHealths healths, long nowNanos, long nowMillis) {
        this.healths = healths;
        this.nowNanos = nowNanos;
        this.nowMillis = nowMillis;
    }

    /** All there is to keep, by id. */
    public List<SavedHealth> save() {
        return healths.all().stream()
                .map(this::save)
                .sorted(Comparator.comparing(SavedHealth::id))
                .toList();
    }

    private SavedHealth save(TargetHealth health) {
        long window = health.terms().windowNanos();
        return new SavedHealth(
                health.id(),
                save(health.breaker().standing()),
                health.score().served(window, nowNanos),
                health.score().failed(window, nowNanos),
                health.keys().stream()
                        .map(key ->
                                new SavedKey(
                                        key.id(),
                                        save(key.breaker().standing()),
                                        key.isDisabled(),
                                        key.score().served(window, nowNanos),
                                        key.score().failed(window, nowNanos)))
                        .sorted(Comparator.comparing(SavedKey::id))
                        .toList(),
                save(health.trafficSwitch(nowNanos)),
                save(health.weightSwitch(nowNanos)));
    }

    private SavedBreaker save(Breaker.Standing standing) {
        boolean isClosed = standing.state() == Breaker.State.CLOSED;
        return new SavedBreaker(
                standing.state(),
                standing.failures(),
                isClosed ? 0 : millis(standing.untilNanos()),
                standing.isForGood(),
                standing.cause(),
                isClosed ? 0 : millis(standing.sinceNanos()));
    }

    private @Nullable SavedSwitch save(@Nullable TargetSwitch set) {
        return set == null
                ? null
                : new SavedSwitch(
                        set.kind(),
                        set.weight(),
                        set.untilNanos() == TargetSwitch.FOR_GOOD
                                ? TargetSwitch.FOR_GOOD
                                : millis(set.untilNanos()),
                        set.reason(),
                        set.by(),
                        set.sinceMillis());
    }

    /**
     * Takes up what an earlier process has left, of targets and keys that are still there; says of
     * how many targets it did.
     */
    public int restore(List<SavedHealth> saved) {
        int restored = 0;
        for (SavedHealth one : saved) {
            TargetHealth health = healths.find(one.id());
            if (health != null) {
                restore(health, one);
                restored++;
            }
        }
        return restored;
    }

    private void restore(TargetHealth health, SavedHealth saved) {
        long window = health.terms().windowNanos();
        health.restore(
                standing(saved.breaker()), restored(saved.traffic()), restored(saved.weight()));
        health.score().restore(saved.served(), saved.failed(), window, nowNanos);
        for (SavedKey key : saved.keys()) {
            for (KeyHealth known : health.keys()) {
                if (known.id().equals(key.id())) {
                    known.restore(standing(key.breaker()), key.isDisabled());
                    known.score().restore(key.served(), key.failed(), window, nowNanos);
                }
            }
        }
    }

    /** A probe that was under way is taken anew. */
    private Breaker.Standing standing(SavedBreaker saved) {
        boolean wasProbing = saved.state() == Breaker.State.HALF_OPEN;
        return new Breaker.Standing(
                wasProbing ? Breaker.State.OPEN : saved.state(),
                saved.failures(),
                wasProbing ? nowNanos : nanos(saved.untilMillis()),
                saved.isForGood(),
                saved.cause(),
                nanos(saved.sinceMillis()));
    }

    private @Nullable TargetSwitch restored(@Nullable SavedSwitch saved) {
        if (saved == null) {
            return null;
        }
        long until =
                saved.untilMillis() == TargetSwitch.FOR_GOOD
                        ? TargetSwitch.FOR_GOOD
                        : nanos(saved.untilMillis());
        return new TargetSwitch(
                saved.kind(),
                saved.weight(),
                until,
                saved.reason(),
                saved.by(),
                saved.sinceMillis());
    }

    private long millis(long nanos) {
        return nowMillis + TimeUnit.NANOSECONDS.toMillis(nanos - nowNanos);
    }

    private long nanos(long millis) {
        return nowNanos + TimeUnit.MILLISECONDS.toNanos(millis - nowMillis);
    }
}
