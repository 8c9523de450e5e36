package io.sluice.routing;

/**
 * At random, each target as often as its weight says; the first where no weight is more than 0.
 *
 * <p>LiteLLM's {@code simple-shuffle}: {@code weight}, else {@code rpm}, else {@code tpm}.
 */
final class WeightedShuffle implements Strategy {

    static final WeightedShuffle INSTANCE = new WeightedShuffle();

    private WeightedShuffle() {}

    @Override
    public int choose(Choice choice) {
        long open = choice.open();
        if (Long.bitCount(open) == 1) {
            return Long.numberOfTrailingZeros(open);
        }
        double total = 0;
        for (long left = open; left != 0; left &= left - 1) {
            total += choice.weight(Long.numberOfTrailingZeros(left));
        }
        if (total <= 0) {
            return Long.numberOfTrailingZeros(open);
        }
        double point = choice.random().nextDouble() * total;
        int last = -1;
        for (long left = open; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            double weight = choice.weight(i);
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

    /** One of the open targets, all alike. */
    static int any(Choice choice) {
        long open = choice.open();
        return Bits.nth(open, choice.random().nextInt(Long.bitCount(open)));
    }
}
