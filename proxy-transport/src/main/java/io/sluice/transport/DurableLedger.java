package io.sluice.transport;

import io.sluice.config.Settings;
import io.sluice.ledger.Ledger;
import io.sluice.ledger.LedgerNotices;
import io.sluice.ledger.LedgerStatus;
import io.sluice.ledger.LedgerWriter;
import io.sluice.ledger.SettlementSink;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricsReader;
import io.sluice.transport.exchange.AttemptListener;
import io.sluice.transport.exchange.LedgerAttempts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of a running gateway, with the thread that writes it into the database. Opened before
 * the listeners; closed behind the last call and before the database.
 *
 * <p>Safe for any thread.
 */
final class DurableLedger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DurableLedger.class);

    private final Settings settings;
    private final Ledger ledger;
    private final LedgerWriter writer;

    private DurableLedger(Settings settings, Ledger ledger, LedgerWriter writer) {
        this.settings = settings;
        this.ledger = ledger;
        this.writer = writer;
    }

    /**
     * Opens the ledger: what an earlier process left is mended and begins to be written.
     *
     * @return {@code null} where the operator wants none
     * @throws IOException if its files cannot be used; the message says what to do
     */
    static @Nullable DurableLedger open(Settings settings, SettlementSink sink, InstantSource clock)
            throws IOException {
        if (!settings.ledger().enabled()) {
            return null;
        }
        Path folder = Ledger.folder(settings.stateDir());
        LedgerNotices notices = new LoggedNotices();
        Ledger opened = Ledger.open(folder, settings.ledger(), notices, clock);
        try {
            return new DurableLedger(
                    settings, opened, LedgerWriter.start(opened, folder, sink, notices));
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** How the attempts of one more event loop are written. */
    AttemptListener newAttempts() {
        return new LedgerAttempts(
                ledger.newPublisher(), settings.ledger().whenFull(), System::currentTimeMillis);
    }

    /**
     * Waits until the database has every row that the journal has.
     *
     * @return whether it has; {@code false} if the database is away, or the time is over
     */
    boolean awaitWritten(Duration patience) {
        if (writer.lagBytes() > 0) {
            LOG.info(
                    "rows of an earlier process go into the database: {} bytes", writer.lagBytes());
        }
        return writer.written()
                .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** The ledger's own name, the same after every start. */
    String id() {
        return ledger.id();
    }

    /** Whether the database has every row of it; after {@link #close}, for good. */
    boolean isWritten() {
        return writer.isAllWritten();
    }

    /** Offers the rows that the database refused to it again. */
    CompletableFuture<LedgerWriter.Replay> replayRefused() {
        return writer.replayRefused();
    }

    /** How it is doing, for metrics. */
    void read(MetricsReader reader) {
        LedgerStatus status = ledger.status();
        List<String> none = List.of();
        reader.onValue(Metric.LEDGER_FULL, none, status.takesCalls() ? 0 : 1);
        reader.onValue(Metric.LEDGER_RING_USED, none, status.ringUsedBytes());
        reader.onValue(Metric.LEDGER_JOURNAL, none, status.journalUsedBytes());
        reader.onValue(Metric.LEDGER_BACKLOG, none, writer.lagBytes());
        reader.onValue(Metric.LEDGER_RECORDS, none, status.records());
        reader.onValue(Metric.LEDGER_ROWS, none, writer.rowsWritten());
        reader.onValue(Metric.LEDGER_ROWS_REFUSED, none, writer.rowsRefused());
        reader.onValue(Metric.LEDGER_WAITING, none, writer.isWaiting() ? 1 : 0);
        reader.onValue(Metric.LEDGER_SYNCS, none, status.syncs());
        reader.onValue(Metric.LEDGER_SYNC_MICROS, none, status.syncMicros());
    }

    /** The journal first, so that the writer finds all of it. */
    @Override
    public void close() {
        try {
            ledger.close();
        } catch (IOException e) {
            LOG.error("the ledger could not be closed: {}", e.getMessage());
        }
        writer.close();
    }
}
