package io.sluice.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Moves rows from the journal into the database: the thread {@code ledger-writer}.
 *
 * <p>Where the database is away it waits, longer each time up to a bound, and the journal grows. A
 * record that the database refuses alone is set aside in a file, said and counted; it never stops
 * the others.
 */
public final class LedgerWriter implements AutoCloseable {

    /*
     * The database's own position is the truth. The reader's position, which decides what may be
     * deleted, follows after each commit, so it is never ahead. Where the disk is too full to store
     * it, the rows are in the database all the same: the writer goes on, and what it has passed is
     * deleted, which makes room.
     *
     * A batch costs the database a transaction however short it is, so the writer lets rows gather
     * for a while, unless somebody waits for them.
     *
     * When rows are refused one after the other and none is taken, it is not the rows: the writer
     * then waits as if the database were away, rather than set everything aside.
     */

    static final String READER = "writer";

    private static final int MAX_ROWS = 1000;
    private static final int MAX_REFUSED_IN_A_ROW = 20;
    private static final long IDLE_ADVANCE_BYTES = 1 << 20;
    private static final Duration LINGER = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Ledger ledger;
    private final JournalReader reader;
    private final SettlementSink sink;
    private final LedgerNotices notices;
    private final RefusedRecords refused;
    private final String id;
    private final Thread thread;
    private final Trouble trouble;
    private final Trouble positionTrouble;

    private final List<Settlement> rows = new ArrayList<>();
    private final List<JournalRecord> sources = new ArrayList<>();
    private int refusedInARow;
    private boolean isPositioned;

    /** Whether the last batch was as long as batches get: then more is waiting. */
    private boolean wasFull;

    private volatile boolean closing;
    private final AtomicLong rowsWritten = new AtomicLong();
    private final AtomicLong rowsRefused = new AtomicLong();
    private volatile long stored;

    private final ConcurrentLinkedQueue<CompletableFuture<Replay>> replays =
            new ConcurrentLinkedQueue<>();
    private final CopyOnWriteArrayList<Waiter> waiters = new CopyOnWriteArrayList<>();

    /** Every row before it is in the database. */
    private volatile long passed;

    private volatile boolean isWaiting;

    private LedgerWriter(Ledger ledger, Path folder, SettlementSink sink, LedgerNotices notices)
            throws IOException {
        this.ledger = ledger;
        this.reader = ledger.openReader(READER);
        this.sink = sink;
        this.notices = notices;
        this.refused = new RefusedRecords(folder);
        this.id = ledger.id();
        this.trouble = new Trouble(notices, "the ledger's rows go into the database again");
        this.positionTrouble =
                new Trouble(notices, "the position of the ledger's writer is stored again");
        this.thread = Thread.ofPlatform().name("ledger-writer").daemon().unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param folder the ledger's
     * @throws IOException when the writer's position in the journal cannot be stored
     */
    public static LedgerWriter start(
            Ledger ledger, Path folder, SettlementSink sink, LedgerNotices notices)
            throws IOException {
        LedgerWriter writer = new LedgerWriter(ledger, folder, sink, notices);
        writer.thread.start();
        return writer;
    }

    /**
     * One without its thread.
     *
     * @throws IOException when the journal cannot be read, or a record not be set aside
     */
    static LedgerWriter open(Ledger ledger, Path folder, SettlementSink sink, LedgerNotices notices)
            throws IOException {
        return new LedgerWriter(ledger, folder, sink, notices);
    }

    /** Rows that the database has taken, since the start of the process. */
    public long rowsWritten() {
        return rowsWritten.get();
    }

    /** Records that were set aside, since the start of the process. */
    public long rowsRefused() {
        return rowsRefused.get();
    }

    /** How many bytes of the journal are not yet in the database. */
    public long lagBytes() {
        return Math.max(0, reader.end() - Math.max(passed, reader.oldest()));
    }

    /** Whether all that the journal has at this moment is in the database. */
    public boolean isAllWritten() {
        return passed >= reader.end();
    }

    /** Ends when every row before {@code end} is in the database, or the database is away. */
    private record Waiter(long end, CompletableFuture<Boolean> written) {}

    /**
     * Ends on the writer's thread, with whether every row that is in the journal at this moment is
     * in the database: {@code false} as soon as the database is away.
     */
    public CompletableFuture<Boolean> written() {
        Waiter waiter = new Waiter(reader.end(), new CompletableFuture<>());
        waiters.add(waiter);
        if (passed >= waiter.end) {
            waiter.written.complete(true);
        } else if (isWaiting) {
            waiter.written.complete(false);
        }
        LockSupport.unpark(thread);
        return waiter.written;
    }

    /**
     * What came of offering refused records again.
     *
     * @param stored how many are in the database now
     * @param left how many are still set aside
     * @param reason why the last of these was refused, or {@code null}
     */
    public record Replay(int stored, int left, @Nullable String reason) {}

    /**
     * Offers the records that were set aside to the database again. Ends on the writer's thread;
     * exceptionally with a {@link SinkUnavailableException} or an {@link IOException} where nobody
     * can say what became of all of them.
     */
    public CompletableFuture<Replay> replayRefused() {
        CompletableFuture<Replay> replay = new CompletableFuture<>();
        replays.add(replay);
        LockSupport.unpark(thread);
        return replay;
    }

    /** Whether it waits for the database. */
    public boolean isWaiting() {
        return isWaiting;
    }

    /**
     * Stops the thread after all that is in the journal was written, or the database is away. Close
     * the ledger first, so that the journal is complete.
     */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void serveReplays() {
        for (CompletableFuture<Replay> wanted = replays.poll();
                wanted != null;
                wanted = replays.poll()) {
            try {
                wanted.complete(replay());
            } catch (SinkUnavailableException | IOException e) {
                wanted.completeExceptionally(e);
            }
        }
    }

    /**
     * Offers each again, under the position that the database has; a row that it has already
     * changes nothing.
     *
     * @throws SinkUnavailableException when the database is away
     * @throws IOException when the file cannot be read, or not be made shorter
     */
    private Replay replay() throws SinkUnavailableException, IOException {
        List<RefusedRecords.Kept> left = refused.read();
        int all = left.size();
        String reason = null;
        try {
            for (RefusedRecords.Kept kept : List.copyOf(left)) {
                String fault = store(kept);
                if (fault == null) {
                    left.remove(kept);
                } else {
                    reason = fault;
                }
            }
        } finally {
            if (left.size() < all) {
                refused.replace(left);
                notices.onNotice(
                        (all - left.size())
                                + " records that were refused are in the database now, "
                                + left.size()
                                + " are still set aside");
            }
        }
        return new Replay(all - left.size(), left.size(), reason);
    }

    /**
     * Why the database still refuses it, or {@code null} where it has it.
     *
     * @throws SinkUnavailableException when the database is away
     */
    private @Nullable String store(RefusedRecords.Kept kept) throws SinkUnavailableException {
        RecordView record = kept.record();
        if (record == null) {
            return "the line is not one of a whole record";
        }
        try {
            sink.write(id, List.of(record.settlement()), stored);
            rowsWritten.incrementAndGet();
            return null;
        } catch (MalformedRecordException | RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void run() {
        replays.add(new CompletableFuture<>());
        Duration pause = FIRST_PAUSE;
        boolean isDone = false;
        while (!isDone) {
            Turn turn = turn();
            switch (turn) {
                case WROTE -> {
                    pause = FIRST_PAUSE;
                    if (!wasFull && waiters.isEmpty()) {
                        park(LINGER);
                    }
                }
                case IDLE -> {
                    pause = FIRST_PAUSE;
                    isDone = closing;
                    park(LINGER);
                }
                case FAILED -> {
                    isDone = closing;
                    park(pause);
                    pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
                }
            }
        }
        replays.forEach(wanted -> wanted.cancel(false));
        try {
            reader.close();
        } catch (IOException e) {
            notices.onWarning("the ledger's writer could not close the journal: " + e);
        }
    }

    /** What came of a turn. */
    enum Turn {
        WROTE,
        /** There is nothing to write. */
        IDLE,
        /** The database is away, or the journal cannot be read. */
        FAILED
    }

    /** Reads a batch and writes it. Never throws. */
    Turn turn() {
        try {
            if (!isPositioned) {
                position();
            }
            serveReplays();
            boolean hadRows = fill();
            if (rows.isEmpty() && reader.position() - stored < IDLE_ADVANCE_BYTES && !closing) {
                onPassed(reader.position());
                trouble.onGone();
                return hadRows ? Turn.WROTE : Turn.IDLE;
            }
            if (reader.position() == stored) {
                onPassed(stored);
                return Turn.IDLE;
            }
            write();
            onPassed(stored);
            trouble.onGone();
            return Turn.WROTE;
        } catch (SinkUnavailableException e) {
            onWaiting();
            trouble.onWarning("the ledger waits for the database: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            onWaiting();
            trouble.onWarning("the ledger's writer cannot go on: " + e);
        }
        return Turn.FAILED;
    }

    private void onPassed(long position) {
        passed = position;
        isWaiting = false;
        tell(waiter -> waiter.end <= position, true);
    }

    private void onWaiting() {
        isWaiting = true;
        tell(_ -> true, false);
    }

    private void tell(Predicate<Waiter> told, boolean isWritten) {
        waiters.removeIf(waiter -> {
            boolean isTold = told.test(waiter);
            if (isTold) {
                waiter.written.complete(isWritten);
            }
            return isTold || waiter.written.isDone();
        });
    }

    private void position() throws SinkUnavailableException, IOException {
        long known = sink.position(id);
        long from = Math.max(0, known);
        if (from > reader.end()) {
            notices.onWarning(
                    "the database is ahead of the ledger's journal ("
                            + from
                            + " > "
                            + reader.end()
                            + "): the journal has lost its end; going on from there");
            from = reader.end();
        } else if (from < reader.oldest()) {
            notices.onWarning(
                    "the database is behind the ledger's journal: what lies between "
                            + from
                            + " and "
                            + reader.oldest()
                            + " was in it before and is gone from the journal");
        }
        reader.seek(from);
        stored = from;
        isPositioned = true;
    }

    /**
     * Fills the batch up; whether a refused record was passed.
     *
     * @throws IOException when the journal cannot be read, or a record not be set aside
     */
    private boolean fill() throws IOException {
        boolean hadRefused = false;
        while (rows.size() < MAX_ROWS) {
            JournalRecord record = next();
            if (record == null) {
                break;
            }
            if (record.isRow()) {
                try {
                    rows.add(record.settlement());
                    sources.add(record);
                } catch (MalformedRecordException e) {
                    setAsideUnread(record, e);
                    hadRefused = true;
                }
            }
        }
        return hadRefused;
    }

    /**
     * The next record; what cannot be read is looked at again when the batch is written.
     *
     * @throws IOException when the journal cannot be read, or a record not be set aside
     */
    private @Nullable JournalRecord next() throws IOException {
        try {
            return reader.next();
        } catch (IOException e) {
            if (rows.isEmpty()) {
                throw e;
            }
            return null;
        }
    }

    private void setAsideUnread(JournalRecord record, MalformedRecordException e)
            throws IOException {
        try {
            setAside(record, String.valueOf(e.getMessage()));
        } catch (IOException failure) {
            reader.seek(record.position());
            throw failure;
        }
    }

    private void write() throws SinkUnavailableException, IOException {
        long end = reader.position();
        wasFull = rows.size() == MAX_ROWS;
        try {
            sink.write(id, List.copyOf(rows), end);
            onStored(rows.size(), end);
        } catch (RuntimeException e) {
            writeOneByOne(end);
        }
        rows.clear();
        sources.clear();
    }

    private void writeOneByOne(long end) throws SinkUnavailableException, IOException {
        while (!rows.isEmpty()) {
            JournalRecord source = sources.getFirst();
            try {
                sink.write(id, List.of(rows.getFirst()), source.end());
                refusedInARow = 0;
                onStored(1, source.end());
            } catch (RuntimeException e) {
                if (refusedInARow >= MAX_REFUSED_IN_A_ROW) {
                    throw new SinkUnavailableException(
                            "it refuses every row: " + e.getMessage(), e);
                }
                refusedInARow++;
                setAside(source, String.valueOf(e.getMessage()));
            }
            rows.removeFirst();
            sources.removeFirst();
        }
        sink.write(id, List.of(), end);
        onStored(0, end);
    }

    private void onStored(int count, long end) {
        rowsWritten.addAndGet(count);
        stored = end;
        try {
            reader.commit(end);
            positionTrouble.onGone();
        } catch (IOException e) {
            positionTrouble.onWarning(
                    "the position of the ledger's writer cannot be stored, and is stored later: "
                            + e.getMessage());
        }
    }

    private void setAside(JournalRecord record, String reason) throws IOException {
        refused.add(record);
        rowsRefused.incrementAndGet();
        AttemptId attempt = record.id();
        notices.onWarning(
                "the ledger's record at position "
                        + record.position()
                        + " (call "
                        + HexFormat.of().toHexDigits(attempt.callHigh())
                        + HexFormat.of().toHexDigits(attempt.callLow())
                        + ", attempt "
                        + attempt.attempt()
                        + ") was refused and set aside in "
                        + refused.path()
                        + ": "
                        + reason);
    }

    private void park(Duration time) {
        if (!closing) {
            LockSupport.parkNanos(this, time.toNanos());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** What stands in the way, said once when it begins and once when it has gone. */
    private static final class Trouble {

        private final LedgerNotices notices;
        private final String gone;
        private @Nullable String said;

        Trouble(LedgerNotices notices, String gone) {
            this.notices = notices;
            this.gone = gone;
        }

        void onWarning(String sentence) {
            if (!sentence.equals(said)) {
                notices.onWarning(sentence);
            }
            said = sentence;
        }

        void onGone() {
            if (said != null) {
                notices.onNotice(gone);
                said = null;
            }
        }
    }

    /** Its ledger's name. */
    public String id() {
        return ledger.id();
    }
}
