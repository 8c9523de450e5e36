package io.sluice.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to segment files.
 *
 * <p>Confined to one thread, apart from what says otherwise. After an {@link IOException} the
 * journal stands where it was last synced, once {@link #rewind} was called; what came after has to
 * be appended again.
 */
final class Journal {

    /*
     * A segment is full of zeros when it is put to use, so appending needs no new blocks. While one
     * is filled the next is made ready, a piece at a time. A filled segment is cut to its length
     * and never written again.
     *
     * Each segment begins with the attempts that are open: those before it can then be deleted, and
     * a long stream does not hold the whole journal back.
     */

    private static final int BUFFER = 1 << 18;
    private static final int SPARE_STEP = 4 << 20;
    private static final int SEAL_ROOM = Frame.lengthFor(RecordLayout.SEAL_LENGTH);

    private final FrameCodec codec = new FrameCodec();
    private final byte[] buffer = new byte[BUFFER];
    private final OpenAttempts open;
    private final Disk disk;
    private final SegmentFiles files;
    private final UUID id;
    private final long segmentBytes;
    private final long maxBytes;
    private final Chain chain;

    private @Nullable DiskFile current;
    private long base;
    private long offset;
    private int buffered;
    private long generation;
    private long ringPosition;
    private boolean carried;
    private Mark mark;

    private @Nullable DiskFile spare;
    private long spareReady;
    private boolean ignoresBound = true;

    private final AtomicLong closedBytes = new AtomicLong();
    private volatile long synced;

    /** Where the journal stood when it was last synced. */
    private static final class Mark {

        private final long offset;
        private final byte[] chain;
        private final long ringPosition;
        private final boolean carried;

        Mark(long offset, byte[] chain, long ringPosition, boolean carried) {
            this.offset = offset;
            this.chain = chain;
            this.ringPosition = ringPosition;
            this.carried = carried;
        }
    }

    /**
     * A journal that goes on after {@code scan}, in a segment of its own.
     *
     * @param open what the scan found open
     * @throws IOException when there is no room for a segment
     */
    Journal(Disk disk, SegmentFiles files, LedgerSizes sizes, JournalScan scan, OpenAttempts open)
            throws IOException {
        UUID known = scan.journal();
        this.disk = disk;
        this.files = files;
        this.id = known == null ? UUID.randomUUID() : known;
        this.segmentBytes = sizes.segmentBytes();
        this.maxBytes = sizes.journalBytes();
        this.open = open;
        this.chain = new Chain(scan.chain());
        this.base = scan.end();
        this.generation = scan.generation();
        this.ringPosition = scan.ringPosition();
        this.closedBytes.set(JournalScan.bytes(files));
        this.carried = true;
        this.mark = new Mark(0, chain.value(), ringPosition, true);
        Files.deleteIfExists(files.spare());
        begin(base);
        carried = true;
        mark = markHere();
    }

    UUID id() {
        return id;
    }

    /** From now on there is a bound, and records come from this ring. */
    void useRing(long newGeneration) {
        generation = newGeneration;
        ringPosition = 0;
        ignoresBound = false;
        mark = markHere();
    }

    /** Says which ring what is appended now comes from, or was left in. */
    void salvageRing(long oldGeneration) {
        generation = oldGeneration;
    }

    /** How far the journal is on the disk, in bytes since it was begun. For any thread. */
    long synced() {
        return synced;
    }

    /** How far the ring is in what is on the disk. */
    long syncedRingPosition() {
        return mark.ringPosition;
    }

    /** What the journal takes of the disk. For any thread. */
    long bytes() {
        return closedBytes.get() + segmentBytes;
    }

    boolean hasUnsynced() {
        return offset != mark.offset;
    }

    /**
     * Appends a record.
     *
     * @param ringPosition where it ends in the ring
     * @return whether there was room within the bound
     * @throws IOException when the disk is full or broken
     */
    boolean append(RecordView record, long ringPosition) throws IOException {
        if (!carried) {
            carry();
        }
        int length = Frame.lengthFor(record.bytes().length);
        if (current == null || offset + length + SEAL_ROOM > segmentBytes) {
            if (!roll()) {
                return false;
            }
            carry();
        }
        this.ringPosition = ringPosition;
        put(record);
        open.onRecord(record);
        return true;
    }

    /**
     * Waits until all that was appended is on the disk.
     *
     * @throws IOException when it may not be
     */
    void sync() throws IOException {
        DiskFile file = current;
        if (file == null) {
            return;
        }
        flush();
        file.force();
        mark = markHere();
        synced = base + offset;
    }

    /** Goes back to where the journal was last synced. */
    void rewind() {
        offset = mark.offset;
        ringPosition = mark.ringPosition;
        carried = mark.carried;
        chain.reset(mark.chain);
        buffered = 0;
    }

    /**
     * Makes a piece of the next segment ready, if it is not and may be.
     *
     * @throws IOException when there is no room for it
     */
    void prepareSpare() throws IOException {
        if (spareReady < segmentBytes && maySpare()) {
            prepareSpare(Math.min(segmentBytes, spareReady + SPARE_STEP));
        }
    }

    /** Whether the next segment is or can be made ready within the bound. */
    boolean maySpare() {
        return ignoresBound
                || spareReady == segmentBytes
                || closedBytes.get() + 2 * segmentBytes <= maxBytes;
    }

    /**
     * Deletes the segments that end at or before {@code position}; the newest stays.
     *
     * @throws IOException when one cannot be deleted
     */
    void deleteBefore(long position) throws IOException {
        while (files.all().size() > 1) {
            Long first = files.all().firstKey();
            Long second = files.all().higherKey(first);
            if (second == null || second > position) {
                return;
            }
            Path path = files.pathOf(first);
            long length = Files.exists(path) ? Files.size(path) : 0;
            Files.deleteIfExists(path);
            files.all().remove(first);
            closedBytes.addAndGet(-length);
        }
    }

    /**
     * Appends the seal, cuts the segment to its length and closes it.
     *
     * @throws IOException when the disk is full or broken; the journal is not lost by that
     */
    void close() throws IOException {
        DiskFile file = current;
        if (file != null) {
            sync();
            RowEncoder encoder = new RowEncoder();
            encoder.encodeSeal();
            put(encoder.record().view());
            sync();
            file.truncate(offset);
            file.force();
            file.close();
            current = null;
        }
        closeSpare();
        Files.deleteIfExists(files.spare());
    }

    /** Closes the files as a dying process would. */
    void abandon() {
        DiskFile file = current;
        current = null;
        try {
            closeSpare();
            if (file != null) {
                file.close();
            }
        } catch (IOException _) {
            // Nothing that is promised depends on it.
        }
    }

    private boolean roll() throws IOException {
        if (!maySpare()) {
            return false;
        }
        DiskFile file = current;
        if (file != null) {
            sync();
            file.truncate(offset);
            file.force();
            file.close();
            current = null;
            closedBytes.addAndGet(offset);
        }
        begin(base + offset);
        return true;
    }

    /**
     * Puts the next segment to use; its first byte is at {@code position}.
     *
     * @throws IOException when the disk is full or cannot be read
     */
    private void begin(long position) throws IOException {
        prepareSpare(segmentBytes);
        DiskFile file = spare;
        if (file == null) {
            throw new IOException(files.spare() + ": is not ready");
        }
        file.write(new SegmentHeader(id, position, chain.value()).toBytes(), 0);
        file.force();
        Path path = files.pathOf(position);
        Files.move(files.spare(), path, StandardCopyOption.ATOMIC_MOVE);
        current = file;
        spare = null;
        spareReady = 0;
        base = position;
        offset = SegmentHeader.LENGTH;
        buffered = 0;
        carried = false;
        mark = markHere();
        files.all().put(position, path);
        synced = base + offset;
        disk.forceFolder(files.folder());
    }

    private void prepareSpare(long to) throws IOException {
        DiskFile file = spare;
        if (file == null) {
            file = disk.open(files.spare());
            spare = file;
            spareReady = 0;
        }
        if (spareReady < to) {
            Zeros.write(file, spareReady, to);
            file.force();
            spareReady = to;
        }
    }

    private void closeSpare() throws IOException {
        DiskFile file = spare;
        if (file != null) {
            spare = null;
            spareReady = 0;
            file.close();
        }
    }

    private void carry() throws IOException {
        for (RecordView record : open.records()) {
            put(record);
        }
        carried = true;
    }

    private void put(RecordView record) throws IOException {
        int length = Frame.lengthFor(record.bytes().length);
        if (buffered + length > BUFFER) {
            flush();
        }
        Frame frame =
                new Frame(
                        base + offset,
                        base + offset + length,
                        synced,
                        generation,
                        ringPosition,
                        record);
        codec.write(frame, buffer, buffered);
        chain.seal(buffer, buffered, length);
        buffered += length;
        offset += length;
    }

    private void flush() throws IOException {
        DiskFile file = current;
        if (file != null && buffered > 0) {
            file.write(ByteBuffer.wrap(buffer, 0, buffered), offset - buffered);
            buffered = 0;
        }
    }

    private Mark markHere() {
        return new Mark(offset, chain.value(), ringPosition, carried);
    }
}
