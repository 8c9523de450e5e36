package io.sluice.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is written. */
interface DiskFile extends AutoCloseable {

    /**
     * Writes all that remains in {@code bytes}.
     *
     * @throws IOException when the disk is full or broken; some of it may be written
     */
    void write(ByteBuffer bytes, long position) throws IOException;

    /**
     * Waits until all that was written is on the disk: {@code fdatasync}.
     *
     * @throws IOException when it may not be; what was written since the last time has to be
     *     written again
     */
    void force() throws IOException;

    void truncate(long length) throws IOException;

    @Override
    void close() throws IOException;
}
