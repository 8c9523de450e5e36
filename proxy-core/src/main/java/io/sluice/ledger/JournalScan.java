package io.sluice.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a whole journal and follows its chain, up to the first place that is not as written. */
final class JournalScan {

    /*
     * What follows the last good frame of the last segment was being written when the process or
     * the machine died, or somebody changed it. Frames say how far the journal was on the disk when
     * they were written: if one further on says that this place was, it was changed, and the
     * journal is broken; otherwise it is a torn tail, which nobody was ever told was safe.
     */

    private final Consumer<Frame> onFrame;
    private final Chain chain = new Chain(Chain.start());
    private @Nullable UUID journal;
    private long end;
    private long generation;
    private long ringPosition;
    private @Nullable Fault fault;
    private @Nullable Tail tail;
    private @Nullable Path last;
    private long lastLength;

    /** A scan that shows each good frame to {@code onFrame}. */
    JournalScan(Consumer<Frame> onFrame) {
        this.onFrame = onFrame;
    }

    /**
     * What is wrong and where.
     *
     * @param offset in the file
     */
    record Fault(Path segment, long offset, long position, String reason) {

        @Override
        public String toString() {
            return segment.getFileName()
                    + " at byte "
                    + offset
                    + " (position "
                    + position
                    + "): "
                    + reason;
        }
    }

    /**
     * Bytes after the last good frame that are not zero.
     *
     * @param length of what is good of the segment
     */
    record Tail(Path segment, long length, long bytes) {}

    /**
     * Reads all segments.
     *
     * @throws IOException when one cannot be read
     */
    void run(SegmentFiles files) throws IOException {
        for (Map.Entry<Long, Path> one : files.all().entrySet()) {
            boolean isLast = one.getKey().equals(files.all().lastKey());
            try (SegmentReader reader = SegmentReader.open(one.getValue())) {
                if (reader == null) {
                    fault = new Fault(one.getValue(), 0, one.getKey(), "no segment header");
                } else {
                    fault = header(one, reader);
                    if (fault == null) {
                        frames(one.getValue(), reader, isLast);
                    }
                }
            }
            if (fault != null) {
                return;
            }
        }
    }

    private @Nullable Fault header(Map.Entry<Long, Path> file, SegmentReader reader) {
        SegmentHeader header = reader.header();
        String reason = null;
        if (header.base() != file.getKey()) {
            reason = "the header belongs to the segment that begins at " + header.base();
        } else if (journal == null) {
            journal = header.journal();
            chain.reset(header.chain());
        } else if (!journal.equals(header.journal())) {
            reason = "it belongs to another journal";
        } else if (header.base() != end) {
            reason = "what lies between " + end + " and " + header.base() + " is missing";
        } else if (!Arrays.equals(chain.value(), header.chain())) {
            reason = "its chain does not follow from the segment before";
        }
        return reason == null ? null : new Fault(file.getValue(), 0, file.getKey(), reason);
    }

    private void frames(Path path, SegmentReader reader, boolean isLast) throws IOException {
        Frame frame = reader.next(chain);
        while (frame != null) {
            generation = frame.generation();
            ringPosition = frame.ringPosition();
            onFrame.accept(frame);
            frame = reader.next(chain);
        }
        end = reader.position();
        last = path;
        lastLength = reader.offset();
        if (isLast && reader.isEmptyFromHere()) {
            return;
        }
        if (!isLast && reader.offset() == reader.length()) {
            return;
        }
        if (isLast && !reader.hasLaterProof()) {
            tail = new Tail(path, reader.offset(), reader.length() - reader.offset());
        } else {
            fault =
                    new Fault(
                            path,
                            reader.offset(),
                            reader.position(),
                            "a record was changed, removed or moved");
        }
    }

    /** What is wrong, or {@code null} if nothing is. */
    @Nullable Fault fault() {
        return fault;
    }

    /** What was being written at the end, or {@code null} if nothing was. */
    @Nullable Tail tail() {
        return tail;
    }

    /** The newest segment, or {@code null} if there is none. */
    @Nullable Path last() {
        return last;
    }

    /** How much of the newest segment is good. */
    long lastLength() {
        return lastLength;
    }

    /** The journal's name, or {@code null} if there is no segment. */
    @Nullable UUID journal() {
        return journal;
    }

    /** Where the next segment begins. */
    long end() {
        return end;
    }

    byte[] chain() {
        return chain.value();
    }

    /** Which ring was in use last. */
    long generation() {
        return generation;
    }

    /** How far that ring is in the journal. */
    long ringPosition() {
        return ringPosition;
    }

    /**
     * How many bytes of disk {@code files} take.
     *
     * @throws IOException when that cannot be asked
     */
    static long bytes(SegmentFiles files) throws IOException {
        long bytes = 0;
        for (Path path : files.all().values()) {
            bytes += Files.size(path);
        }
        return bytes;
    }
}
