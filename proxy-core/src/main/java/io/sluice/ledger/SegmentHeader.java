package io.sluice.ledger;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a segment begins with. All numbers are little endian.
 *
 * <pre>
 *   0 magic (8)  journal id (16)  position of the segment's first byte (8)
 *  32 chain of the last frame before it (32)
 *  64 zeros
 * 124 CRC32C of what is before (4)
 * </pre>
 */
final class SegmentHeader {

    static final int LENGTH = 128;

    private static final long MAGIC = 0x314c4e524a4c5353L;
    private static final int CHAIN = 32;
    private static final int CHECKSUM = 124;

    private final UUID journal;
    private final long base;
    private final byte[] chain;

    SegmentHeader(UUID journal, long base, byte[] chain) {
        this.journal = journal;
        this.base = base;
        this.chain = chain;
    }

    /** Names the journal: all of its segments have it. */
    UUID journal() {
        return journal;
    }

    /** Where the segment begins, in bytes since the journal was begun. */
    long base() {
        return base;
    }

    /** The chain of the last frame before it; zeros in a journal's first. Not to be changed. */
    byte[] chain() {
        return chain;
    }

    ByteBuffer toBytes() {
        ByteBuffer out = ByteBuffer.allocate(LENGTH).order(LITTLE_ENDIAN);
        out.putLong(MAGIC);
        out.putLong(journal.getMostSignificantBits());
        out.putLong(journal.getLeastSignificantBits());
        out.putLong(base);
        out.put(chain);
        out.putInt(CHECKSUM, checksum(out));
        return out.position(0);
    }

    /** What {@code in} says, or {@code null} if it is no header. */
    static @Nullable SegmentHeader read(ByteBuffer in) {
        in.order(LITTLE_ENDIAN);
        if (in.limit() < LENGTH || in.getLong(0) != MAGIC || in.getInt(CHECKSUM) != checksum(in)) {
            return null;
        }
        byte[] chain = new byte[Frame.CHAIN_BYTES];
        in.get(CHAIN, chain);
        return new SegmentHeader(new UUID(in.getLong(8), in.getLong(16)), in.getLong(24), chain);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(CHECKSUM));
        return (int) crc.getValue();
    }
}
