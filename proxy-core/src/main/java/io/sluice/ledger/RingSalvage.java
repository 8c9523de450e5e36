package io.sluice.ledger;

import java.io.IOException;
import java.util.zip.CRC32C;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.jspecify.annotations.Nullable;

/** Takes the whole records out of a ring whose process has died. */
final class RingSalvage {

    /*
     * The ring's own words are not relied on more than they must be: a thread may have died between
     * claiming room and writing into it, and after a crash of the machine any page may be older
     * than another. At each place where a record can begin, the checksum decides.
     */

    private final CRC32C crc = new CRC32C();
    private final RingFile ring;

    RingSalvage(RingFile ring) {
        this.ring = ring;
    }

    /** Takes a record. */
    @FunctionalInterface
    interface Taker {

        /**
         * Takes a record that ends at {@code ringPosition}.
         *
         * @throws IOException when it cannot be kept
         */
        void take(RecordView record, long ringPosition) throws IOException;
    }

    /**
     * Gives all whole records from {@code from} on to {@code taker}; how many they are.
     *
     * @param from how far the ring is in the journal
     * @throws IOException the taker's
     */
    int run(long from, Taker taker) throws IOException {
        long tail = Math.min(ring.tail(), ring.head() + ring.capacity());
        long at = Math.max(ring.head(), from);
        int count = 0;
        while (at < tail) {
            RecordView record = find((int) at & (ring.capacity() - 1));
            if (record == null) {
                at += RecordDescriptor.ALIGNMENT;
            } else {
                at += LedgerPublisher.ringBytes(record.bytes().length);
                taker.take(record, at);
                count++;
            }
        }
        return count;
    }

    /** The record at {@code index}, or {@code null} if there is no whole one. */
    private @Nullable RecordView find(int index) {
        UnsafeBuffer buffer = ring.buffer();
        int length = buffer.getIntVolatile(RecordDescriptor.lengthOffset(index));
        int recordLength = length - RecordDescriptor.HEADER_LENGTH;
        if (recordLength < RecordLayout.MIN_LENGTH
                || recordLength > RecordLayout.MAX_LENGTH
                || index + BitUtil.align(length, RecordDescriptor.ALIGNMENT) > ring.capacity()) {
            return null;
        }
        byte[] bytes = new byte[recordLength];
        buffer.getBytes(RecordDescriptor.encodedMsgOffset(index), bytes);
        return RecordView.isRecord(crc, bytes, 0, recordLength) ? new RecordView(bytes) : null;
    }
}
