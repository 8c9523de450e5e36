package io.sluice.ledger;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The file that the ring is mapped from: a page that says what it is, then Agrona's ring.
 *
 * <pre>
 *    0 magic (8)  generation (8)  capacity (4)  CRC32C of what is before (4)
 * 4096 the ring, then its trailer
 * </pre>
 *
 * @param generation tells this ring from those before it in the same journal
 * @param capacity a power of two
 * @param buffer the ring and its trailer
 */
record RingFile(long generation, int capacity, UnsafeBuffer buffer) {

    private static final String NAME = "ring";
    private static final String UNFINISHED = "ring.new";
    private static final long MAGIC = 0x3130474e49524c53L;
    private static final int PAGE = 4096;
    private static final int GENERATION = 8;
    private static final int CAPACITY = 16;
    private static final int CHECKSUM = 20;

    /**
     * Makes a new one, with real blocks, in place of the one that is there.
     *
     * @throws IOException when the disk has no room for it
     */
    static RingFile create(Path folder, Disk disk, long generation, int capacity)
            throws IOException {
        Path unfinished = folder.resolve(UNFINISHED);
        Files.deleteIfExists(unfinished);
        int length = PAGE + capacity + RingBufferDescriptor.TRAILER_LENGTH;
        try (DiskFile file = disk.open(unfinished)) {
            Zeros.write(file, 0, length);
            file.write(header(generation, capacity), 0);
            file.force();
        }
        Path path = folder.resolve(NAME);
        Files.move(
                unfinished,
                path,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        disk.forceFolder(folder);
        RingFile made = find(folder);
        if (made == null) {
            throw new IOException(path + ": cannot be read back");
        }
        return made;
    }

    /** The one that is there, or {@code null} if there is none that can be believed. */
    static @Nullable RingFile find(Path folder) throws IOException {
        Path path = folder.resolve(NAME);
        if (!Files.isRegularFile(path) || Files.size(path) < PAGE) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(path, READ, WRITE)) {
            ByteBuffer page = channel.map(FileChannel.MapMode.READ_ONLY, 0, PAGE);
            page.order(LITTLE_ENDIAN);
            int capacity = page.getInt(CAPACITY);
            long length = (long) capacity + RingBufferDescriptor.TRAILER_LENGTH;
            if (page.getLong(0) != MAGIC
                    || page.getInt(CHECKSUM) != checksum(page)
                    || channel.size() < PAGE + length) {
                return null;
            }
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, PAGE, length);
            return new RingFile(page.getLong(GENERATION), capacity, new UnsafeBuffer(mapped));
        }
    }

    /** How far it had been read, in bytes since it was made. */
    long head() {
        return buffer.getLongVolatile(capacity + RingBufferDescriptor.HEAD_POSITION_OFFSET);
    }

    /** How far it had been claimed, in bytes since it was made. */
    long tail() {
        return buffer.getLongVolatile(capacity + RingBufferDescriptor.TAIL_POSITION_OFFSET);
    }

    private static ByteBuffer header(long generation, int capacity) {
        ByteBuffer page = ByteBuffer.allocate(PAGE).order(LITTLE_ENDIAN);
        page.putLong(0, MAGIC).putLong(GENERATION, generation).putInt(CAPACITY, capacity);
        page.putInt(CHECKSUM, checksum(page));
        return page;
    }

    private static int checksum(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page.duplicate().position(0).limit(CHECKSUM));
        return (int) crc.getValue();
    }
}
