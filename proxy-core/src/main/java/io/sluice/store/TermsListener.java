package io.sluice.store;

import java.time.Instant;

/**
 * Hears what accounts may use and spend, whenever they are read because a key that belongs to them
 * is to be used.
 *
 * <p>Called before the call that needs them goes on, on the thread that reads the database; the
 * same terms may be told many times. Throws nothing.
 */
@FunctionalInterface
public interface TermsListener {

    /** One that does not care. */
    TermsListener NONE = (_, _, _, _) -> {};

    /**
     * The terms of an account are now these.
     *
     * @param kind {@link ChangeKind#KEY}, or the kind of an owner
     * @param terms with {@code budget} and {@code limits} taken from the stored budget where the
     *     account names one and has none of its own
     * @param spendSince what it spent before does not count
     */
    void onTerms(ChangeKind kind, String id, AccountTerms terms, Instant spendSince);
}
