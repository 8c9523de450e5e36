package io.sluice.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a ledger whole again after its process has ended, however it did. */
final class Recovery {

    /*
     * Every step can be repeated: a process that dies here leaves what the next one mends. The old
     * ring is replaced only when all of it is in the journal, and each frame says how far the ring
     * is in, so that no record is taken twice.
     */

    private final Path folder;
    private final Disk disk;
    private final LedgerSizes sizes;
    private final SegmentFiles files;
    private final LedgerNotices notices;
    private final OpenAttempts open = new OpenAttempts();
    private @Nullable RingFile newRing;

    Recovery(Path folder, Disk disk, LedgerSizes sizes, SegmentFiles files, LedgerNotices notices) {
        this.folder = folder;
        this.disk = disk;
        this.sizes = sizes;
        this.files = files;
        this.notices = notices;
    }

    /**
     * The journal, ready to be appended to.
     *
     * @throws IOException when it is broken, or there is no room
     * @throws LedgerException when the journal is broken
     */
    Journal run() throws IOException {
        JournalScan scan = new JournalScan(frame -> open.onRecord(frame.record()));
        scan.run(files);
        JournalScan.Fault fault = scan.fault();
        if (fault != null) {
            throw new LedgerException(
                    "the ledger's journal is broken: "
                            + fault
                            + ". Restore that file from a copy, or, to go on without what is left"
                            + " in the journal, move the folder "
                            + folder
                            + " away and keep it: sluice ledger verify reads it there too");
        }
        cut(scan);
        RingFile old = RingFile.find(folder);
        Journal journal = new Journal(disk, files, sizes, scan, open);
        try {
            long generation = scan.generation();
            if (old != null) {
                salvage(old, scan, journal);
                generation = Math.max(generation, old.generation());
            }
            crash(journal, old == null ? 0 : old.tail());
            journal.sync();
            newRing = RingFile.create(folder, disk, generation + 1, sizes.ringBytes());
            journal.useRing(generation + 1);
            return journal;
        } catch (IOException | RuntimeException e) {
            journal.abandon();
            throw e;
        }
    }

    /**
     * The ring to publish to; only after {@link #run}.
     *
     * @throws IllegalStateException before that
     */
    RingFile newRing() {
        RingFile ring = newRing;
        if (ring == null) {
            throw new IllegalStateException("there is no ring before the journal is whole");
        }
        return ring;
    }

    /**
     * Cuts the newest segment to its length: it is not written again.
     *
     * @throws IOException when the disk is full or cannot be read
     */
    private void cut(JournalScan scan) throws IOException {
        Path last = scan.last();
        if (last == null) {
            return;
        }
        try (DiskFile file = disk.open(last)) {
            file.truncate(scan.lastLength());
            file.force();
        }
        if (scan.tail() != null) {
            notices.onWarning(
                    "the ledger's journal ended in a record that was being written; cut "
                            + last.getFileName()
                            + " to "
                            + scan.lastLength()
                            + " bytes");
        }
    }

    private void salvage(RingFile ring, JournalScan scan, Journal journal) throws IOException {
        boolean isKnown = scan.generation() == ring.generation();
        journal.salvageRing(ring.generation());
        int count =
                new RingSalvage(ring)
                        .run(
                                isKnown ? scan.ringPosition() : 0,
                                (record, end) -> mustAppend(journal, record, end));
        if (count > 0) {
            notices.onNotice("took " + count + " records out of the ledger's old ring");
        }
    }

    private void crash(Journal journal, long ringPosition) throws IOException {
        List<RecordView> rows = open.crashed();
        for (RecordView row : rows) {
            mustAppend(journal, row, ringPosition);
        }
        if (!rows.isEmpty()) {
            notices.onWarning(
                    rows.size()
                            + " attempts were open when the last process ended; they are charged"
                            + " their estimate");
        }
    }

    private static void mustAppend(Journal journal, RecordView record, long ringPosition)
            throws IOException {
        if (!journal.append(record, ringPosition)) {
            throw new IllegalStateException("there is no bound while a ledger is mended");
        }
    }
}
