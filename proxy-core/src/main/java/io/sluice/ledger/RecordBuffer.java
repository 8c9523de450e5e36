package io.sluice.ledger;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes of one record while it is written or read. Reusable; confined to one thread. */
final class RecordBuffer {

    private static final int NONE = -1;

    private final byte[] bytes = new byte[RecordLayout.MAX_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();
    private int length;

    UnsafeBuffer buffer() {
        return buffer;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Begins a record whose fixed part is {@code fixedLength} bytes, all zero. */
    void start(byte type, int fixedLength) {
        buffer.setMemory(0, fixedLength, (byte) 0);
        buffer.putByte(RecordLayout.TYPE, type);
        buffer.putByte(RecordLayout.VERSION_AT, RecordLayout.VERSION);
        length = fixedLength;
    }

    void putLong(int at, long value) {
        buffer.putLong(at, value, LITTLE_ENDIAN);
    }

    void putInt(int at, int value) {
        buffer.putInt(at, value, LITTLE_ENDIAN);
    }

    void putByte(int at, int value) {
        buffer.putByte(at, (byte) value);
    }

    void appendLong(long value) {
        putLong(length, value);
        length += Long.BYTES;
    }

    /** Appends at most {@code limit} bytes of {@code text}. */
    void appendText(@Nullable String text, int limit) {
        int start = length + Short.BYTES;
        int end = text == null ? start : putText(text, start, start + limit);
        endText(start, end, text == null);
    }

    /** Writes as much of {@code text} as lies before {@code limit}; where it ends. */
    int putText(String text, int start, int limit) {
        return Utf8Text.put(text, bytes, start, limit);
    }

    void endText(int start, int end, boolean isNone) {
        int size = isNone ? NONE : end - start;
        buffer.putShort(start - Short.BYTES, (short) size, LITTLE_ENDIAN);
        length = end;
    }

    /** Writes the checksum over what is there. */
    void finish() {
        putInt(RecordLayout.CHECKSUM, checksum(crc, bytes, 0, length));
    }

    /** The checksum of the record that lies at {@code offset}. */
    static int checksum(CRC32C crc, byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, RecordLayout.CHECKSUM);
        int after = RecordLayout.CHECKSUM + Integer.BYTES;
        crc.update(bytes, offset + after, length - after);
        return (int) crc.getValue();
    }

    /** A copy of what is there. */
    RecordView view() {
        return new RecordView(Arrays.copyOf(bytes, length));
    }
}
