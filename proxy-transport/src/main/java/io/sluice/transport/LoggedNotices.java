package io.sluice.transport;

import io.sluice.ledger.LedgerNotices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the ledger has to say in the log. */
final class LoggedNotices implements LedgerNotices {

    private static final Logger LOG = LoggerFactory.getLogger("io.sluice.ledger");

    @Override
    public void onWarning(String sentence) {
        LOG.warn("{}", sentence);
    }

    @Override
    public void onNotice(String sentence) {
        LOG.info("{}", sentence);
    }
}
