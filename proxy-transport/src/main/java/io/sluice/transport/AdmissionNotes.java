package io.sluice.transport;

import io.sluice.admission.Account;
import io.sluice.admission.AdmissionListener;
import io.sluice.admission.BudgetTerms;
import io.sluice.telemetry.LoopMetrics;
import java.math.BigDecimal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts holds, and warns of budgets that have passed their soft limit. Confined to one loop. */
final class AdmissionNotes implements AdmissionListener {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionNotes.class);

    private final LoopMetrics metrics;

    AdmissionNotes(LoopMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onSoftLimit(Account account, BudgetTerms terms, long spentPicos) {
        LOG.warn(
                "the budget of the {} has passed its soft limit: {} of {} {} were spent",
                account,
                units(spentPicos),
                units(terms.amountPicos()),
                terms.currency().code());
    }

    @Override
    public void onHolds(int delta) {
        metrics.onHolds(delta);
    }

    private static String units(long picos) {
        return BigDecimal.valueOf(picos, 12).stripTrailingZeros().toPlainString();
    }
}
