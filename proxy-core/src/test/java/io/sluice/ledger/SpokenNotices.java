package io.sluice.ledger;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what the ledger says. */
final class SpokenNotices implements LedgerNotices {

    final List<String> warnings = new CopyOnWriteArrayList<>();
    final List<String> notices = new CopyOnWriteArrayList<>();

    @Override
    public void onWarning(String sentence) {
        warnings.add(sentence);
    }

    @Override
    public void onNotice(String sentence) {
        notices.add(sentence);
    }
}
