package io.sluice.bench.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What is demanded: of each call ({@code ttft=300ms}, which makes the goodput) and of the whole
 * ({@code ttft.p99=300ms}). Immutable.
 *
 * @param ofCalls limits of each call
 * @param ofAll limits of percentiles
 */
public record CallLimits(List<Limit> ofCalls, List<Limit> ofAll) {

    /** No demands. */
    public static final CallLimits NONE = new CallLimits(List.of(), List.of());

    /**
     * One limit.
     *
     * @param percentile empty for a limit of each call
     * @param value nanoseconds, or a ratio
     */
    public record Limit(Measure measure, String percentile, double value) {

        /** The limit as it is written. */
        public String name() {
            return percentile.isEmpty() ? measure.word() : measure.word() + "." + percentile;
        }
    }

    public CallLimits {
        ofCalls = List.copyOf(ofCalls);
        ofAll = List.copyOf(ofAll);
    }

    /**
     * The limits in a list such as {@code ttft=300ms,gap.p99=50ms}.
     *
     * @throws IllegalArgumentException if it cannot be read
     */
    public static CallLimits parse(List<String> texts) {
        List<Limit> ofCalls = new ArrayList<>();
        List<Limit> ofAll = new ArrayList<>();
        for (String text : texts) {
            String[] sides = sides(text);
            Limit limit = limit(sides[0], (double) Units.nanos(sides[1]));
            if (limit.percentile().isEmpty()) {
                if (limit.measure() == Measure.GAP || limit.measure() == Measure.TRANSIT) {
                    throw new IllegalArgumentException(
                            "needs a percentile, such as "
                                    + limit.measure().word()
                                    + ".p99: "
                                    + text);
                }
                ofCalls.add(limit);
            } else {
                ofAll.add(limit);
            }
        }
        return new CallLimits(ofCalls, ofAll);
    }

    /**
     * The greatest ratios to the baseline in a list such as {@code e2e.p50=1.25}.
     *
     * @throws IllegalArgumentException if it cannot be read
     */
    public static List<Limit> parseRatios(List<String> texts) {
        List<Limit> ratios = new ArrayList<>();
        for (String text : texts) {
            String[] sides = sides(text);
            Limit limit = limit(sides[0], Double.parseDouble(sides[1]));
            if (limit.percentile().isEmpty()) {
                throw new IllegalArgumentException("needs a percentile: " + text);
            }
            ratios.add(limit);
        }
        return List.copyOf(ratios);
    }

    private static String[] sides(String text) {
        String[] sides = text.split("=", -1);
        if (sides.length != 2) {
            throw new IllegalArgumentException("must be NAME=VALUE: " + text);
        }
        return sides;
    }

    private static Limit limit(String name, double value) {
        int dot = name.indexOf('.');
        String percentile = dot < 0 ? "" : name.substring(dot + 1);
        if (dot >= 0) {
            new Spread(0, 0, 0, 0, 0, 0, 0).of(percentile);
        }
        return new Limit(Measure.of(dot < 0 ? name : name.substring(0, dot)), percentile, value);
    }

    /** Whether a call with these times is good. Allocates nothing. */
    boolean isMetBy(long ttftNanos, long tpotNanos, long endToEndNanos) {
        for (int i = 0; i < ofCalls.size(); i++) {
            Limit limit = ofCalls.get(i);
            long took =
                    switch (limit.measure()) {
                        case TTFT -> ttftNanos;
                        case TPOT -> tpotNanos;
                        case END_TO_END -> endToEndNanos;
                        case GAP, TRANSIT -> 0;
                    };
            if (took > limit.value()) {
                return false;
            }
        }
        return true;
    }
}
