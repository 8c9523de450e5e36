package io.sluice.ledger;

import java.io.IOException;
import java.nio.file.Path;

/** Where the ledger's files are written: everything on it that may fail for want of room. */
interface Disk {

    /**
     * Opens {@code path} for writing; makes it where it is not there.
     *
     * @throws IOException when the disk is full or broken
     */
    DiskFile open(Path path) throws IOException;

    /**
     * Makes names that were given in {@code folder} last.
     *
     * @throws IOException when the disk is full or broken
     */
    void forceFolder(Path folder) throws IOException;
}
