package io.sluice.routing;

/**
 * The target by which something is lowest, at random among equals.
 *
 * <p>One pass: of n equals each is kept with the chance 1/n when it comes (reservoir sampling,
 * Vitter 1985).
 */
abstract class Lowest implements Strategy {

    /** What is to be low; the largest value for what is unknown. */
    abstract long measure(Choice choice, int index);

    @Override
    public int choose(Choice choice) {
        int best = -1;
        int equals = 0;
        long lowest = Long.MAX_VALUE;
        for (long left = choice.open(); left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            long own = measure(choice, i);
            if (best < 0 || own < lowest) {
                best = i;
                lowest = own;
                equals = 1;
            } else if (own == lowest) {
                equals++;
                if (choice.random().nextInt(equals) == 0) {
                    best = i;
                }
            }
        }
        return best;
    }
}
