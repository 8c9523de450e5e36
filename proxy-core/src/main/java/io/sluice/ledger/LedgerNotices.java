package io.sluice.ledger;

/**
 * What the ledger has to say to its operator, in sentences. Called by the ledger's own threads;
 * must not wait.
 */
public interface LedgerNotices {

    /** Something is wrong, or was; said once when it begins and once when it has gone. */
    void onWarning(String sentence);

    /** Something was done that is worth a line. */
    void onNotice(String sentence);
}
