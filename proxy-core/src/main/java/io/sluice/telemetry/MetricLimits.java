package io.sluice.telemetry;

/**
 * How far the number of metric series may grow.
 *
 * @param labelSets distinct (endpoint, model, provider) that are counted apart; later ones are
 *     counted under {@code other}
 * @param labelLength characters of a model's or provider's name; a longer one counts as {@code
 *     other}
 */
public record MetricLimits(int labelSets, int labelLength) {

    public static final MetricLimits DEFAULT = new MetricLimits(500, 128);

    public MetricLimits {
        if (labelSets < 0 || labelSets > 100_000) {
            throw new IllegalArgumentException("label sets must be 0 to 100000: " + labelSets);
        }
        if (labelLength < 1) {
            throw new IllegalArgumentException("label length must be positive: " + labelLength);
        }
    }
}
