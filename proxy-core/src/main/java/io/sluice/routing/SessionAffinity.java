package io.sluice.routing;

/**
 * The same target for all calls that belong together, so that its provider's prompt cache is hit;
 * what belongs to nothing is chosen by another strategy.
 *
 * <p>Weighted rendezvous hashing: Thaler and Ravishankar, Using Name-Based Mappings to Increase Hit
 * Rates (1998), with the weights of Schindelhauer and Schomaker (2005). When a target is out, only
 * its own calls move, and each target takes a share of them by its weight.
 */
final class SessionAffinity implements Strategy {

    static final SessionAffinity STICKY = new SessionAffinity(WeightedShuffle.INSTANCE);

    private static final double UNIT = 0x1.0p-53;

    private final Strategy inner;

    SessionAffinity(Strategy inner) {
        this.inner = inner;
    }

    @Override
    public int choose(Choice choice) {
        return choice.affinity() == 0 ? inner.choose(choice) : rendezvous(choice);
    }

    /** The target that those calls belong to, as long as it is open. */
    static int rendezvous(Choice choice) {
        int best = -1;
        double highest = 0;
        for (long left = choice.open(); left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            long hash = mix(choice.affinity() ^ choice.target(i).placement().idHash());
            double uniform = ((hash >>> 11) + 0.5) * UNIT;
            double score = Math.max(1e-9, choice.weight(i)) / -Math.log(uniform);
            if (best < 0 || score > highest) {
                best = i;
                highest = score;
            }
        }
        return best;
    }

    /** The finisher of SplitMix64 (Steele, Lea and Flood, 2014). */
    static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
