package io.sluice.ledger;

import org.agrona.BitUtil;

/**
 * A record as it lies in a segment, with what binds it to those before it. All numbers are little
 * endian; a frame begins at a multiple of 8.
 *
 * <pre>
 *  0 length of the frame (4)  CRC32C of all but itself and the chain (4)
 *  8 how far the journal was on the disk when this was written (8)
 * 16 ring generation (8)  ring position after the record (8)
 * 32 length of the record (4)  zero (4)
 * 40 the record, then zeros up to a multiple of 8
 *  … chain: SHA-256 of the chain before and of all of this frame before it (32)
 * </pre>
 *
 * @param position where it begins, in bytes since the journal was begun
 * @param end where it ends
 * @param synced how far the journal was on the disk when it was written
 * @param generation the ring that the record came from, or that was there when it was made
 * @param ringPosition how far that ring is in the journal with it
 */
record Frame(
        long position,
        long end,
        long synced,
        long generation,
        long ringPosition,
        RecordView record) {

    static final int CHECKSUM = 4;
    static final int SYNCED = 8;
    static final int GENERATION = 16;
    static final int RING_POSITION = 24;
    static final int RECORD_LENGTH = 32;
    static final int RECORD = 40;
    static final int CHAIN_BYTES = 32;
    static final int ALIGNMENT = 8;

    static final int MIN_LENGTH = lengthFor(RecordLayout.MIN_LENGTH);
    static final int MAX_LENGTH = lengthFor(RecordLayout.MAX_LENGTH);

    /** How long the frame of a record of {@code recordLength} bytes is. */
    static int lengthFor(int recordLength) {
        return BitUtil.align(RECORD + recordLength, ALIGNMENT) + CHAIN_BYTES;
    }
}
