package io.sluice.transport;

import io.sluice.store.StoreException;
import io.sluice.store.StoreListener;
import java.time.LocalDate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what the store did on its own. Safe for any thread. */
final class StoreLog implements StoreListener {

    private static final Logger LOG = LoggerFactory.getLogger("io.sluice.store");

    private boolean isLost;

    @Override
    public synchronized void onChangeFeedLost(StoreException failure) {
        if (!isLost) {
            LOG.warn("changes of other processes are not heard: {}", failure.getMessage());
        }
        isLost = true;
    }

    @Override
    public synchronized void onChangeFeedReady() {
        if (isLost) {
            LOG.info("changes of other processes are heard again");
        }
        isLost = false;
    }

    @Override
    public void onRowsTooOld(int rows, int oldestDay) {
        LOG.warn(
                "{} rows of the ledger are older than database.retention and are left out, from {}",
                rows,
                LocalDate.ofEpochDay(oldestDay));
    }

    @Override
    public void onDayDropped(int day) {
        LOG.info("the rows of {} are dropped by database.retention", LocalDate.ofEpochDay(day));
    }

    @Override
    public void onMaintenanceFailed(StoreException failure) {
        LOG.warn("the database is kept in shape later: {}", failure.getMessage());
    }
}
