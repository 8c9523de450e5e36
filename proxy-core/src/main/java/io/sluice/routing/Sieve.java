package io.sluice.routing;

import io.sluice.config.TargetTraits;
import java.util.List;
import java.util.Locale;

/**
 * Which targets of a model may serve a call at all, in the order of requirement T-92: access, tags,
 * region, context window. Health is looked at when a target is taken, since it changes.
 *
 * <p>Immutable. Takes no lock and allocates nothing.
 */
public final class Sieve {

    /** Why a target was left out. */
    public enum Reason {
        TAKEN,
        UNUSABLE,
        ENDPOINT,
        ACCESS,
        TAGS,
        REGION,
        CONTEXT_WINDOW
    }

    private final boolean usesTags;
    private final boolean anyTag;
    private final boolean checksWindow;

    /**
     * A sieve.
     *
     * @param usesTags whether a call's tags choose
     * @param anyTag whether one of them is enough
     * @param checksWindow whether the context window counts
     */
    public Sieve(boolean usesTags, boolean anyTag, boolean checksWindow) {
        this.usesTags = usesTags;
        this.anyTag = anyTag;
        this.checksWindow = checksWindow;
    }

    /** Those of {@code from} that can be called and that the caller may use. */
    public long allowed(List<Target> targets, long from, CallTraits call) {
        long kept = 0;
        for (long left = from; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            if (targets.get(i).isUsable() && mayUse(targets.get(i), call)) {
                kept |= 1L << i;
            }
        }
        return kept;
    }

    /** Whether the caller may use a target; administrators may. */
    static boolean mayUse(Target target, CallTraits call) {
        TargetTraits.AccessRule access = target.placement().traits().access();
        return access.isForAll()
                || call.isAdmin()
                || access.keys().contains(call.keyId())
                || access.keys().contains(call.keyAlias())
                || (call.team() != null && access.teams().contains(call.team()))
                || (call.organization() != null
                        && access.organizations().contains(call.organization()));
    }

    /** Those that have the call's tags; all where none has. */
    public long tagged(List<Target> targets, long from, CallTraits call) {
        if (!usesTags || call.tags().isEmpty()) {
            return from;
        }
        long kept = 0;
        for (long left = from; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            if (hasTags(targets.get(i).placement().traits().tags(), call.tags())) {
                kept |= 1L << i;
            }
        }
        return kept == 0 ? from : kept;
    }

    private boolean hasTags(List<String> own, List<String> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            boolean has = own.contains(wanted.get(i));
            if (has == anyTag) {
                return anyTag;
            }
        }
        return !anyTag;
    }

    /** Those in the region that the call wants; none where none is, since that is a promise. */
    public long inRegion(List<Target> targets, long from, CallTraits call) {
        String wanted = call.region();
        if (wanted == null || wanted.isEmpty()) {
            return from;
        }
        long kept = 0;
        for (long left = from; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            String region = targets.get(i).placement().traits().region();
            if (region != null && region.regionMatches(true, 0, wanted, 0, wanted.length())) {
                kept |= 1L << i;
            }
        }
        return kept;
    }

    /** Those whose context window takes the call's input; all where none does. */
    public long fitting(List<Target> targets, long from, CallTraits call) {
        if (!checksWindow) {
            return from;
        }
        long kept = 0;
        for (long left = from; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            long window = targets.get(i).placement().contextWindow();
            if (window == 0 || call.inputTokens() <= window) {
                kept |= 1L << i;
            }
        }
        return kept == 0 ? from : kept;
    }

    /** Why {@link #sift} leaves a target out, for people. */
    public Reason reason(List<Target> targets, int index, long from, CallTraits call) {
        long bit = 1L << index;
        if (!targets.get(index).isUsable()) {
            return Reason.UNUSABLE;
        }
        if ((from & bit) == 0) {
            return Reason.ENDPOINT;
        }
        long allowed = allowed(targets, from, call);
        if ((allowed & bit) == 0) {
            return Reason.ACCESS;
        }
        long tagged = tagged(targets, allowed, call);
        if ((tagged & bit) == 0) {
            return Reason.TAGS;
        }
        long near = inRegion(targets, tagged, call);
        if ((near & bit) == 0) {
            return Reason.REGION;
        }
        return (fitting(targets, near, call) & bit) == 0 ? Reason.CONTEXT_WINDOW : Reason.TAKEN;
    }

    /** Those of {@code from} that may serve the call. */
    public long sift(List<Target> targets, long from, CallTraits call) {
        long kept = allowed(targets, from, call);
        kept = tagged(targets, kept, call);
        kept = inRegion(targets, kept, call);
        return fitting(targets, kept, call);
    }

    /** A reason in words. */
    public static String words(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
