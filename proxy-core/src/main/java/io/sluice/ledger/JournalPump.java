package io.sluice.ledger;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Moves records from the ring into the journal: the thread {@code ledger-journal}. */
final class JournalPump {

    /*
     * A record leaves the ring only after the journal was synced behind it. When the disk fails in
     * between, the journal goes back to where it was synced last and the same records are read from
     * the ring once more.
     *
     * Nothing that fails may end the thread, whoever's mistake it was: all of it counts as the disk
     * and is tried again at the next turn.
     *
     * Nobody wakes the thread for a record: it looks every sync interval, which is how long records
     * may wait anyway, and earlier when the ring is half promised.
     */

    private final Journal journal;
    private final RingCursor ring;
    private final Credit credit;
    private final Room room;
    private final ReaderPositions readers;
    private final LedgerNotices notices;
    private final InstantSource clock;
    private final Duration sync;
    private final Thread thread;

    private volatile boolean closing;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong syncs = new AtomicLong();
    private final AtomicLong syncMicros = new AtomicLong();
    private final AtomicLong slowestSyncMicros = new AtomicLong();

    JournalPump(
            Journal journal,
            RingCursor ring,
            Credit credit,
            Room room,
            ReaderPositions readers,
            LedgerNotices notices,
            InstantSource clock,
            Duration sync) {
        this.journal = journal;
        this.ring = ring;
        this.credit = credit;
        this.room = room;
        this.readers = readers;
        this.notices = notices;
        this.clock = clock;
        this.sync = sync;
        this.thread = Thread.ofPlatform().name("ledger-journal").daemon().unstarted(this::run);
    }

    void start() {
        room.setConsumer(thread);
        thread.start();
    }

    /** Moves what is left, closes the journal and ends the thread. */
    void close() {
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

    /** Records moved since the start. */
    long records() {
        return records.get();
    }

    /** Syncs since the start. */
    long syncs() {
        return syncs.get();
    }

    /** How long all of them took together, in microseconds. */
    long syncMicros() {
        return syncMicros.get();
    }

    /** How long the slowest took, in microseconds. */
    long slowestSyncMicros() {
        return slowestSyncMicros.get();
    }

    private void run() {
        while (!closing) {
            LockSupport.parkNanos(this, sync.toNanos());
            pass();
        }
        pass();
        try {
            journal.close();
        } catch (IOException e) {
            notices.onWarning(
                    "the ledger's journal could not be closed, and will be mended when"
                            + " it is opened again: "
                            + e.getMessage());
            journal.abandon();
        }
    }

    /** One turn: all that is in the ring, as far as there is room. */
    void pass() {
        Room.State state = Room.State.OPEN;
        @Nullable String reason = null;
        try {
            if (!move()) {
                state = Room.State.AT_BOUND;
            }
        } catch (IOException | RuntimeException e) {
            journal.rewind();
            ring.rewind();
            state = Room.State.DISK;
            reason = String.valueOf(e.getMessage());
        }
        try {
            journal.deleteBefore(readers.slowest());
            journal.prepareSpare();
        } catch (IOException | RuntimeException e) {
            state = Room.State.DISK;
            reason = String.valueOf(e.getMessage());
        }
        become(state, reason);
        if (room.isOpen() && room.isAwaited() && credit.has(LedgerPublisher.ATTEMPT_BYTES)) {
            room.tellWaiting(notices);
        }
    }

    private boolean move() throws IOException {
        boolean hadRoom = true;
        long moved = 0;
        long before = ring.position();
        RecordView record = ring.next();
        while (record != null) {
            if (!journal.append(record, ring.position())) {
                ring.seek(before);
                hadRoom = false;
                break;
            }
            moved++;
            before = ring.position();
            record = ring.next();
        }
        if (journal.hasUnsynced()) {
            Instant start = clock.instant();
            journal.sync();
            note(Duration.between(start, clock.instant()));
        }
        ring.consumeTo(journal.syncedRingPosition());
        records.addAndGet(moved);
        return hadRoom;
    }

    private void note(Duration duration) {
        long micros = TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
        syncs.incrementAndGet();
        syncMicros.addAndGet(micros);
        slowestSyncMicros.set(Math.max(slowestSyncMicros.get(), micros));
    }

    private void become(Room.State next, @Nullable String reason) {
        Room.State before = room.state();
        if (before == next || before == Room.State.CLOSED) {
            return;
        }
        room.become(next);
        switch (next) {
            case OPEN -> notices.onNotice("the ledger takes calls again");
            case AT_BOUND ->
                    notices.onWarning(
                            "the ledger takes no calls: its journal has reached"
                                    + " ledger.journal_bytes and waits for the database");
            case DISK ->
                    notices.onWarning(
                            "the ledger takes no calls: its disk cannot be written: " + reason);
            case CLOSED -> {}
        }
    }
}
