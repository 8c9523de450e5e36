package io.sluice.ledger;

import io.sluice.config.LedgerSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one process: a ring that every thread publishes to, and the journal behind it.
 *
 * <p>Safe for any thread. Whoever opens it closes it, after the last publisher has settled.
 */
public final class Ledger implements AutoCloseable {

    private static final String LOCK = "lock";
    private static final String JOURNAL = "journal";
    private static final String READERS = "readers";

    private final FileChannel lock;
    private final LedgerSizes sizes;
    private final SegmentFiles files;
    private final ReaderPositions readers;
    private final Journal journal;
    private final JournalPump pump;
    private final ManyToOneRingBuffer ring;
    private final Credit credit;
    private final Room room = new Room();
    private final AtomicLong sequence = new AtomicLong(1);

    private Ledger(
            FileChannel lock,
            LedgerSizes sizes,
            SegmentFiles files,
            ReaderPositions readers,
            Journal journal,
            RingFile ringFile,
            LedgerNotices notices,
            InstantSource clock,
            LedgerSettings settings) {
        this.lock = lock;
        this.sizes = sizes;
        this.files = files;
        this.readers = readers;
        this.journal = journal;
        this.ring = new ManyToOneRingBuffer(ringFile.buffer());
        this.credit = new Credit(sizes.promisedBytes());
        this.pump =
                new JournalPump(
                        journal,
                        new RingCursor(ring, credit),
                        credit,
                        room,
                        readers,
                        notices,
                        clock,
                        settings.sync());
    }

    /** Where the ledger lies in {@code stateDir}. */
    public static Path folder(Path stateDir) {
        return stateDir.resolve("ledger");
    }

    /**
     * Opens the ledger in {@code folder}, mends what a dead process has left there, and starts its
     * thread.
     *
     * @throws LedgerException when another process has it, or it is broken
     * @throws IOException when the disk has no room for it, or cannot be read
     */
    public static Ledger open(
            Path folder, LedgerSettings settings, LedgerNotices notices, InstantSource clock)
            throws IOException {
        Ledger ledger = open(folder, settings, notices, clock, new RealDisk());
        ledger.pump.start();
        return ledger;
    }

    /**
     * Opens it without its thread.
     *
     * @throws IOException when the disk is full or cannot be read
     */
    static Ledger open(
            Path folder,
            LedgerSettings settings,
            LedgerNotices notices,
            InstantSource clock,
            Disk disk)
            throws IOException {
        LedgerSizes sizes = LedgerSizes.of(settings);
        Files.createDirectories(folder.resolve(JOURNAL));
        FileChannel lock = lock(folder);
        try {
            SegmentFiles files = SegmentFiles.list(folder.resolve(JOURNAL));
            Recovery recovery = new Recovery(folder, disk, sizes, files, notices);
            Journal journal = recovery.run();
            return new Ledger(
                    lock,
                    sizes,
                    files,
                    ReaderPositions.load(folder.resolve(READERS)),
                    journal,
                    recovery.newRing(),
                    notices,
                    clock,
                    settings);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new LedgerException(
                    folder
                            + ": another process uses this ledger; stop it, or give this one a"
                            + " state_dir of its own");
        }
        return channel;
    }

    /**
     * The lock, which lasts until {@code channel} is closed, or {@code null} if it is taken.
     *
     * @throws IOException when the disk is full or cannot be read
     */
    static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    static Path journalFolder(Path folder) {
        return folder.resolve(JOURNAL);
    }

    static Path readersFolder(Path folder) {
        return folder.resolve(READERS);
    }

    static Path lockFile(Path folder) {
        return folder.resolve(LOCK);
    }

    /** A publisher for the calling thread. */
    public LedgerPublisher newPublisher() {
        return new LedgerPublisher(ring, credit, room, sequence);
    }

    /** Whether {@link LedgerPublisher#reserve} would succeed now. */
    public boolean hasRoom() {
        return room.isOpen() && credit.has(LedgerPublisher.ATTEMPT_BYTES);
    }

    /**
     * Has {@code callback} called once, when there may be room again: on the thread {@code
     * ledger-journal}, so it must only hand over. All who wait are told at once, and those who find
     * none ask again. How many wait is the caller's to bound.
     */
    public void onRoom(Runnable callback) {
        room.await(callback);
    }

    /**
     * A reader of the journal.
     *
     * @param name letters, digits and dashes: the same name goes on where it was
     * @throws IOException when its position cannot be stored
     */
    public JournalReader openReader(String name) throws IOException {
        JournalReader reader = new JournalReader(name, files, readers, journal::synced);
        if (readers.find(name) == null) {
            readers.store(name, files.oldest());
        }
        return reader;
    }

    /** Names this ledger's journal for ever: another one never has the same. */
    public String id() {
        return journal.id().toString();
    }

    /** How it is doing. */
    public LedgerStatus status() {
        return new LedgerStatus(
                room.state() == Room.State.OPEN,
                credit.used(),
                sizes.promisedBytes(),
                journal.bytes(),
                sizes.journalBytes(),
                journal.synced(),
                Math.max(0, journal.synced() - Math.max(readers.slowest(), files.oldest())),
                pump.records(),
                pump.syncs(),
                pump.syncMicros(),
                pump.slowestSyncMicros());
    }

    /** One turn of the journal's thread, for tests that do not start it. */
    void pass() {
        pump.pass();
    }

    /**
     * Waits until all that was published is in the journal, as far as there is room, and closes.
     */
    @Override
    public void close() throws IOException {
        room.become(Room.State.CLOSED);
        pump.close();
        lock.close();
    }

    /**
     * Lets go of the files as a dying process would.
     *
     * @throws IOException when the disk is full or cannot be read
     */
    void abandon() throws IOException {
        journal.abandon();
        lock.close();
    }

    /** What reading needs to know of the files. */
    List<Path> segments() {
        return List.copyOf(files.all().values());
    }
}
