package io.sluice.admission;

/**
 * Takes from the limits of each key while the whole gateway is nearly full, so that none of them
 * fills the rest alone. Immutable.
 *
 * <p>Above the threshold a key's limits shrink to {@code max(0.1, 1 - excess * priority * 2)} of
 * what they are, where the excess is what the gateway's fullest limit is used above the threshold:
 * the larger its priority, the more a key gives.
 *
 * @param threshold the share of the gateway's limits above which it works, in thousandths; 1000
 *     never
 */
public record Throttle(int threshold) {

    /** Takes from nobody. */
    public static final Throttle OFF = new Throttle(1000);

    private static final long LEAST = 100;
    private static final long WHOLE = 1000;

    /**
     * What is left of a limit.
     *
     * @param utilisation of the gateway's limits, in thousandths
     * @param priority in thousandths
     */
    long allowed(long limit, long utilisation, int priority) {
        long excess = utilisation - threshold;
        if (excess <= 0) {
            return limit;
        }
        long share = Math.max(LEAST, WHOLE - excess * priority * 2 / WHOLE);
        return limit / WHOLE * share + limit % WHOLE * share / WHOLE;
    }

    /** How much of the gateway's limits is used, in thousandths. */
    long utilisation(Account gateway, long nowNanos) {
        if (threshold >= WHOLE) {
            return 0;
        }
        Account.Book book = gateway.book();
        long highest = share(gateway.openCalls(), book.terms().parallel());
        for (int i = 0; i < book.windows().size(); i++) {
            long used = book.windows().get(i).used(nowNanos);
            highest = Math.max(highest, share(used, book.terms().limits().get(i).amount()));
        }
        return highest;
    }

    private static long share(long used, long limit) {
        if (limit == Terms.UNLIMITED) {
            return 0;
        }
        return limit == 0 ? WHOLE : Math.min(WHOLE, used * WHOLE / limit);
    }
}
