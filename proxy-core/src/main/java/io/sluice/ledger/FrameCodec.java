package io.sluice.ledger;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes frames into an array and finds them there. Confined to one thread. */
final class FrameCodec {

    private final CRC32C crc = new CRC32C();

    /** Writes {@code frame} at {@code offset}, all but its chain; how long it is. */
    int write(Frame frame, byte[] to, int offset) {
        byte[] record = frame.record().bytes();
        int length = Frame.lengthFor(record.length);
        Arrays.fill(to, offset, offset + length, (byte) 0);
        ByteBuffer out = ByteBuffer.wrap(to).order(LITTLE_ENDIAN);
        out.putInt(offset, length);
        out.putLong(offset + Frame.SYNCED, frame.synced());
        out.putLong(offset + Frame.GENERATION, frame.generation());
        out.putLong(offset + Frame.RING_POSITION, frame.ringPosition());
        out.putInt(offset + Frame.RECORD_LENGTH, record.length);
        out.put(offset + Frame.RECORD, record);
        out.putInt(offset + Frame.CHECKSUM, checksum(to, offset, length));
        return length;
    }

    /**
     * The frame at {@code offset}, which is at {@code position} of the journal; {@code null} if
     * there is none. Says nothing of its chain.
     */
    @Nullable Frame read(byte[] from, int offset, int available, long position) {
        if (available < Frame.MIN_LENGTH) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(from).order(LITTLE_ENDIAN);
        int length = in.getInt(offset);
        if (length < Frame.MIN_LENGTH
                || length > Math.min(Frame.MAX_LENGTH, available)
                || length % Frame.ALIGNMENT != 0
                || in.getInt(offset + Frame.CHECKSUM) != checksum(from, offset, length)) {
            return null;
        }
        int recordLength = in.getInt(offset + Frame.RECORD_LENGTH);
        int start = offset + Frame.RECORD;
        if (recordLength < RecordLayout.MIN_LENGTH
                || recordLength > RecordLayout.MAX_LENGTH
                || Frame.lengthFor(recordLength) != length
                || !RecordView.isRecord(crc, from, start, recordLength)) {
            return null;
        }
        return new Frame(
                position,
                position + length,
                in.getLong(offset + Frame.SYNCED),
                in.getLong(offset + Frame.GENERATION),
                in.getLong(offset + Frame.RING_POSITION),
                new RecordView(Arrays.copyOfRange(from, start, start + recordLength)));
    }

    private int checksum(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, Frame.CHECKSUM);
        int after = Frame.CHECKSUM + Integer.BYTES;
        crc.update(bytes, offset + after, length - Frame.CHAIN_BYTES - after);
        return (int) crc.getValue();
    }
}
