package io.sluice.routing;

/**
 * Of two targets at random the one with fewer calls under way.
 *
 * <p>Mitzenmacher, The Power of Two Choices in Randomized Load Balancing (2001): two looks are
 * nearly as good as looking at all, and do not send every loop to the same target at once.
 */
final class LeastBusy implements Strategy {

    @Override
    public int choose(Choice choice) {
        long open = choice.open();
        int count = Long.bitCount(open);
        if (count == 1) {
            return Long.numberOfTrailingZeros(open);
        }
        int first = choice.random().nextInt(count);
        int other = choice.random().nextInt(count - 1);
        int one = Bits.nth(open, first);
        int two = Bits.nth(open, other < first ? other : other + 1);
        return inFlight(choice, two) < inFlight(choice, one) ? two : one;
    }

    private static long inFlight(Choice choice, int index) {
        return choice.target(index).placement().health().inFlight();
    }
}
