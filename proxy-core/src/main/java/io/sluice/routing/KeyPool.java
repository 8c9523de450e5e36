package io.sluice.routing;

import io.sluice.health.Breaker;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys that one target has at its provider, at least one, of which each attempt takes one by
 * weight at random.
 *
 * <p>Immutable, but for the health of its keys. Choosing takes no lock and allocates nothing.
 */
public final class KeyPool {

    /** The most keys one target may have. */
    public static final int MAX_KEYS = 64;

    private final List<PoolKey> keys;

    /**
     * A pool of those keys.
     *
     * @throws IllegalArgumentException if there are none, or more than {@link #MAX_KEYS}
     */
    public KeyPool(List<PoolKey> keys) {
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("keys of one target: " + keys.size());
        }
        this.keys = List.copyOf(keys);
    }

    public List<PoolKey> keys() {
        return keys;
    }

    /** Whether there are several. */
    public boolean isPooled() {
        return keys.size() > 1;
    }

    /** Whether a call may use one of them now. */
    boolean allows(long nowNanos) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).allows(nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /** How long until one may be used; {@link Breaker#FOR_EVER} until somebody sees to it. */
    long waitNanos(long nowNanos) {
        long least = Breaker.FOR_EVER;
        for (int i = 0; i < keys.size(); i++) {
            least = Math.min(least, keys.get(i).waitNanos(nowNanos));
        }
        return least;
    }

    /**
     * Takes a key for an attempt, which owes its health a result.
     *
     * @param tried bits of keys that are left out where there are others
     * @return the index of the key, -1 if none can be used
     */
    int enter(RandomGenerator random, long tried, long nowNanos) {
        long open = open(nowNanos);
        long fresh = open & ~tried;
        long left = fresh == 0 ? open : fresh;
        while (left != 0) {
            int chosen = draw(random, left);
            if (keys.get(chosen).enter(nowNanos)) {
                return chosen;
            }
            left &= ~(1L << chosen);
        }
        return -1;
    }

    private long open(long nowNanos) {
        long open = 0;
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).allows(nowNanos)) {
                open |= 1L << i;
            }
        }
        return open;
    }

    private int draw(RandomGenerator random, long open) {
        if (Long.bitCount(open) == 1) {
            return Long.numberOfTrailingZeros(open);
        }
        double total = 0;
        for (long left = open; left != 0; left &= left - 1) {
            total += keys.get(Long.numberOfTrailingZeros(left)).weight();
        }
        if (total <= 0) {
            return Bits.nth(open, random.nextInt(Long.bitCount(open)));
        }
        double point = random.nextDouble() * total;
        int last = -1;
        for (long left = open; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            double weight = keys.get(i).weight();
            if (weight > 0) {
                last = i;
                point -= weight;
                if (point < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    /** The key with that label, or {@code null}. */
    public @Nullable PoolKey find(String label) {
        for (PoolKey key : keys) {
            if (key.label().equals(label)) {
                return key;
            }
        }
        return null;
    }
}
