package io.sluice.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal from a position on, as far as it is on the disk. What a reader has not passed
 * is not deleted. Confined to one thread.
 */
public final class JournalReader implements AutoCloseable {

    private final String name;
    private final SegmentFiles files;
    private final ReaderPositions positions;
    private final LongSupplier synced;
    private @Nullable SegmentReader segment;
    private long position;

    JournalReader(String name, SegmentFiles files, ReaderPositions positions, LongSupplier synced) {
        this.name = name;
        this.files = files;
        this.positions = positions;
        this.synced = synced;
        Long known = positions.find(name);
        this.position = known == null ? 0 : known;
    }

    /** Where the next record begins, in bytes since the journal was begun. */
    public long position() {
        return position;
    }

    /** How far there is something to read. */
    public long end() {
        return synced.getAsLong();
    }

    /** Where the oldest record begins that is still there. */
    public long oldest() {
        return files.oldest();
    }

    /**
     * Goes to the record that begins at {@code to}.
     *
     * @throws IOException when the segment before cannot be closed
     */
    public void seek(long to) throws IOException {
        close();
        position = to;
    }

    /**
     * The next record, or {@code null} if there is none yet; moves past it.
     *
     * @throws IOException when the journal cannot be read, or what is there is no record
     */
    public @Nullable JournalRecord next() throws IOException {
        while (position < synced.getAsLong()) {
            SegmentReader reader = segment;
            if (reader == null) {
                open();
                continue;
            }
            Frame frame = reader.next(null);
            if (frame != null) {
                position = frame.end();
                if (frame.record().type() != RecordLayout.SEAL) {
                    return new JournalRecord(frame);
                }
            } else if (isAtEnd(reader)) {
                close();
            } else {
                long at = reader.position();
                close();
                throw new IOException(
                        "the journal holds no record at position "
                                + at
                                + "; see sluice ledger verify");
            }
        }
        return null;
    }

    /**
     * Says that all before {@code done} is not needed any more.
     *
     * @throws IOException when that cannot be stored; it counts all the same, until the process
     *     ends
     */
    public void commit(long done) throws IOException {
        positions.store(name, done);
    }

    private void open() throws IOException {
        Map.Entry<Long, Path> found = files.find(position);
        SegmentReader reader = found == null ? null : SegmentReader.open(found.getValue());
        if (reader == null) {
            throw new IOException("the journal has no segment for position " + position);
        }
        reader.seek(position);
        position = reader.position();
        segment = reader;
    }

    /** Whether the next record is in another segment. */
    private boolean isAtEnd(SegmentReader reader) {
        Map.Entry<Long, Path> next = files.all().higherEntry(reader.header().base());
        return next != null && next.getKey() == reader.position();
    }

    @Override
    public void close() throws IOException {
        SegmentReader reader = segment;
        segment = null;
        if (reader != null) {
            reader.close();
        }
    }
}
