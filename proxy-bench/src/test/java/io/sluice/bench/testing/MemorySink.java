package io.sluice.bench.testing;

import io.sluice.ledger.Settlement;
import io.sluice.ledger.SettlementSink;
import java.util.ArrayList;
import java.util.List;

/** Keeps the ledger's rows in memory. Safe for any thread. */
public final class MemorySink implements SettlementSink {

    private final List<Settlement> rows = new ArrayList<>();
    private long position = NO_POSITION;

    @Override
    public synchronized long position(String writerId) {
        return position;
    }

    @Override
    public synchronized void write(String writerId, List<Settlement> batch, long newPosition) {
        rows.addAll(batch);
        position = newPosition;
    }

    /** The rows so far, in the journal's order. */
    public synchronized List<Settlement> rows() {
        return List.copyOf(rows);
    }
}
