package io.sluice.admission;

/** Is told what people should know. Called on the event loop of the call. */
public interface AdmissionListener {

    /** Tells nobody. */
    AdmissionListener NONE =
            new AdmissionListener() {
                @Override
                public void onSoftLimit(Account account, BudgetTerms terms, long spentPicos) {}

                @Override
                public void onHolds(int delta) {}
            };

    /**
     * A budget has passed its soft limit; told once for each time that it is passed.
     *
     * @param spentPicos in 10^-12 of the budget's currency
     */
    void onSoftLimit(Account account, BudgetTerms terms, long spentPicos);

    /** The holds of this loop's calls have become more, or fewer. */
    void onHolds(int delta);
}
