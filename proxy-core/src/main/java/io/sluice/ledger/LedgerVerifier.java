package io.sluice.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Looks at a ledger's files without changing them, also while a process uses them. */
public final class LedgerVerifier {

    private static final long STEP = 100_000;

    private final Path folder;
    private long admits;
    private long progress;
    private long settles;
    private long seen;

    /** A verifier for the ledger in {@code folder}; see {@link Ledger#folder}. */
    public LedgerVerifier(Path folder) {
        this.folder = folder;
    }

    /**
     * What was found.
     *
     * @param ledger its name, or {@code null} if it has no segment
     * @param admits attempts admitted; one that is open over several segments is in each of them
     * @param open attempts that were not settled
     * @param end where the journal ends, in bytes since it was begun
     * @param readers where each reader is
     * @param inUse whether a process has it open
     * @param fault the first place that is not as it was written, or {@code null} if all is
     */
    public record Report(
            @Nullable String ledger,
            int segments,
            long bytes,
            long admits,
            long progress,
            long settles,
            int open,
            long oldest,
            long end,
            Map<String, Long> readers,
            boolean inUse,
            @Nullable String fault) {}

    /**
     * Reads all of the journal and follows its chain.
     *
     * @param onProgress told now and then how many records were read
     * @throws IOException when it cannot be read
     */
    public Report verify(LongConsumer onProgress) throws IOException {
        boolean inUse = isInUse();
        SegmentFiles files = SegmentFiles.list(Ledger.journalFolder(folder));
        OpenAttempts open = new OpenAttempts();
        JournalScan scan =
                new JournalScan(frame -> {
                    count(frame.record());
                    open.onRecord(frame.record());
                    if (++seen % STEP == 0) {
                        onProgress.accept(seen);
                    }
                });
        scan.run(files);
        return new Report(
                scan.journal() == null ? null : scan.journal().toString(),
                files.all().size(),
                JournalScan.bytes(files),
                admits,
                progress,
                settles,
                open.size(),
                files.oldest(),
                scan.end(),
                new TreeMap<>(ReaderPositions.load(Ledger.readersFolder(folder)).all()),
                inUse,
                fault(scan, inUse));
    }

    private static @Nullable String fault(JournalScan scan, boolean inUse) {
        JournalScan.Fault fault = scan.fault();
        if (fault != null) {
            return fault.toString();
        }
        JournalScan.Tail tail = scan.tail();
        if (tail == null || inUse) {
            return null;
        }
        return tail.segment().getFileName()
                + " at byte "
                + tail.length()
                + ": what follows is no record. If the process or the machine died while it was"
                + " written, the next start cuts it; if not, it was changed";
    }

    private void count(RecordView record) {
        switch (record.type()) {
            case RecordLayout.ADMIT -> admits++;
            case RecordLayout.PROGRESS -> progress++;
            case RecordLayout.SETTLE -> settles++;
            default -> {}
        }
    }

    private boolean isInUse() throws IOException {
        Path lock = Ledger.lockFile(folder);
        if (!Files.exists(lock)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return Ledger.tryLock(channel) == null;
        } catch (NoSuchFileException _) {
            return false;
        }
    }
}
