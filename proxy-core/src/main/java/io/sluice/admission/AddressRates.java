package io.sluice.admission;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of each client address in the last minute. Safe for any thread, lock-free;
 * allocates nothing but at an address's first request.
 *
 * <p>Keeps 16,384 addresses, about 20 MiB at most, and takes that memory as they come. One from
 * which nothing was admitted for a minute makes room for another; one that counts never does. An
 * address for which there is no room shares one of 256 windows with others, and takes what that
 * counts along once there is room: so no address is ever admitted more than the limit, but one
 * without room may be refused for what others did.
 */
public final class AddressRates {

    /*
     * A hash that nobody outside can foretell says in which group of eight an address stands. A
     * group is an array that is replaced as a whole, so that an address cannot come to stand in it
     * twice. Before an entry is replaced its window is taken as a whole, which succeeds only while
     * it is empty: who has found it before can take nothing of it any more, and looks again.
     */

    private static final int GROUPS = 2048;
    private static final int SHARED = 256;
    private static final int WAYS = 8;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    /** More than any limit: what a window holds once its entry is to be replaced. */
    private static final long RETIRED = 1L << 40;

    private static final int PREFIX_BYTES = 8;
    private static final Entry[] NONE = {};

    private final AtomicReferenceArray<Entry[]> groups;
    private final AtomicReferenceArray<RateWindow> shared;
    private final long seed;

    /** An address that has a window of its own. */
    private record Entry(long address, RateWindow window) {}

    /**
     * Of no address yet.
     *
     * @param seed a secret, so that nobody can choose addresses that stand in each other's way
     */
    public AddressRates(long seed) {
        this(GROUPS, SHARED, seed);
    }

    /**
     * Of no address yet.
     *
     * @param groups of eight addresses each; a power of two
     * @param shared windows for those without room; a power of two
     */
    AddressRates(int groups, int shared, long seed) {
        this.groups = new AtomicReferenceArray<>(groups);
        this.shared = new AtomicReferenceArray<>(shared);
        this.seed = seed;
    }

    /**
     * What an address is counted by: all of IPv4, the first 64 bits of IPv6. Those of IPv4 have
     * prefixes that IPv6 gives to nobody (RFC 4291, 0000::/8).
     */
    public static long key(InetAddress address) {
        byte[] bytes = address.getAddress();
        long key = address instanceof Inet4Address ? 1 : 0;
        for (int i = 0; i < Math.min(PREFIX_BYTES, bytes.length); i++) {
            key = key << Byte.SIZE | (bytes[i] & 0xff);
        }
        return key;
    }

    /**
     * Takes one request where the limit allows it.
     *
     * @param key from {@link #key}
     * @param limit requests in a minute, below 2^40; may be another at each call
     * @return 0 where it is admitted, else how long until one would be, in nanoseconds
     */
    public long take(long key, long limit, long nowNanos) {
        long hash = mix(key ^ seed);
        RateWindow window = find(hash, key);
        while (true) {
            if (window == null) {
                window = enter(hash, key, limit, nowNanos);
            }
            if (window.take(1, limit, nowNanos) >= 0) {
                return 0;
            }
            if (window.used(nowNanos) < RETIRED) {
                return Math.max(1, window.waitNanos(1, limit, nowNanos));
            }
            window = null;
        }
    }

    private @Nullable RateWindow find(long hash, long key) {
        for (Entry entry : group(groups.get(groupOf(hash)))) {
            if (entry.address() == key) {
                return entry.window();
            }
        }
        return null;
    }

    /** The window of an address that has none, or the one that it shares. */
    private RateWindow enter(long hash, long key, long limit, long nowNanos) {
        int group = groupOf(hash);
        while (true) {
            Entry[] found = groups.get(group);
            Entry[] before = group(found);
            int at = indexOf(before, key);
            if (at >= 0 && before[at].window().used(nowNanos) < RETIRED) {
                return before[at].window();
            }
            if (at < 0) {
                at = before.length < WAYS ? before.length : retire(before, nowNanos);
            }
            if (at < 0) {
                return sharedWindow(hash, nowNanos);
            }
            Entry[] after = Arrays.copyOf(before, Math.max(before.length, at + 1));
            after[at] = new Entry(key, newWindow(hash, limit, nowNanos));
            if (groups.compareAndSet(group, found, after)) {
                return after[at].window();
            }
        }
    }

    /** The place of one that counts nothing and from now on cannot; -1 where all count. */
    private static int retire(Entry[] entries, long nowNanos) {
        for (int i = 0; i < entries.length; i++) {
            RateWindow window = entries[i].window();
            if (window.used(nowNanos) >= RETIRED || window.take(RETIRED, RETIRED, nowNanos) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Begins with what was taken by those without room, of whom the address may be one. */
    private RateWindow newWindow(long hash, long limit, long nowNanos) {
        RateWindow own = new RateWindow(MINUTE, nowNanos);
        RateWindow before = shared.get(sharedOf(hash));
        long used = before == null ? 0 : Math.min(limit, before.used(nowNanos));
        if (used > 0) {
            own.add(used, nowNanos);
        }
        return own;
    }

    private RateWindow sharedWindow(long hash, long nowNanos) {
        int at = sharedOf(hash);
        RateWindow known = shared.get(at);
        if (known != null) {
            return known;
        }
        RateWindow made = new RateWindow(MINUTE, nowNanos);
        RateWindow other = shared.compareAndExchange(at, null, made);
        return other == null ? made : other;
    }

    private static int indexOf(Entry[] entries, long key) {
        for (int i = 0; i < entries.length; i++) {
            if (entries[i].address() == key) {
                return i;
            }
        }
        return -1;
    }

    private static Entry[] group(Entry @Nullable [] found) {
        return found == null ? NONE : found;
    }

    private int groupOf(long hash) {
        return (int) (hash & (groups.length() - 1));
    }

    private int sharedOf(long hash) {
        return (int) (hash >>> 32 & (shared.length() - 1));
    }

    /** Spreads all bits over all (Stafford's variant 13, as in {@code SplittableRandom}). */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
