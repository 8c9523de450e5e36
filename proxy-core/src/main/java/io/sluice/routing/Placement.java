package io.sluice.routing;

import io.netty.util.AsciiString;
import io.sluice.config.TargetTraits;
import io.sluice.health.TargetHealth;
import io.sluice.price.Price;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What choosing goes by, of one target; the same in all dialects that the target speaks. Immutable,
 * but for its health.
 *
 * @param group the model name that it serves
 * @param requestsPerMinute that it may be used for, 0 where that is not said
 * @param tokensPerMinute the same for tokens
 * @param price of its model, {@code null} where none is known or the model has stars
 */
public record Placement(
        String group,
        TargetHealth health,
        KeyPool keys,
        TargetTraits traits,
        long requestsPerMinute,
        long tokensPerMinute,
        @Nullable Price price) {

    /** A place of a target that nothing is known of, with one key. */
    public static Placement of(String id, TargetCredential credential) {
        TargetHealth health = TargetHealth.alone(id);
        PoolKey key = new PoolKey("key", 1, 0, credential, health.key("key"), true);
        return new Placement(id, health, new KeyPool(List.of(key)), TargetTraits.NONE, 0, 0, null);
    }

    /** The same without any key. */
    public static Placement of(String id) {
        return of(id, TargetCredential.fixed(AsciiString.EMPTY_STRING));
    }

    /** A number that stands for its id. */
    long idHash() {
        return SessionAffinity.mix(health.id().hashCode());
    }

    /** The most input it takes in tokens, 0 where that is not known. */
    long contextWindow() {
        if (traits.maxInputTokens() > 0 || price == null) {
            return traits.maxInputTokens();
        }
        Long known = price.contextWindow();
        return known == null ? 0 : known;
    }

    /** Whether an attempt may go there now; takes nothing. */
    boolean allows(long nowNanos, boolean isBound, boolean hasOwnKey) {
        return health.allows(nowNanos, isBound) && (hasOwnKey || keys.allows(nowNanos));
    }

    /** How long until an attempt may. */
    long waitNanos(long nowNanos) {
        return Math.max(health.waitNanos(nowNanos), keys.waitNanos(nowNanos));
    }
}
