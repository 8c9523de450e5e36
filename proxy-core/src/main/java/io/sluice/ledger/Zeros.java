package io.sluice.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Zeros, written so that a file has its blocks before they are needed. */
final class Zeros {

    /*
     * Java has no posix_fallocate. Zeros that are written and forced are blocks on every file
     * system that overwrites in place; one that copies on write (btrfs, ZFS) may run out of room
     * all the same, and docs/ledger.md says so.
     */

    private static final int STEP = 1 << 18;

    private static final ByteBuffer SOURCE = ByteBuffer.allocateDirect(STEP).asReadOnlyBuffer();

    private Zeros() {}

    /**
     * Writes zeros from {@code start} to {@code end}.
     *
     * @throws IOException when the disk is full or cannot be read
     */
    static void write(DiskFile file, long start, long end) throws IOException {
        long at = start;
        while (at < end) {
            int length = (int) Math.min(STEP, end - at);
            file.write(SOURCE.duplicate().limit(length), at);
            at += length;
        }
    }
}
