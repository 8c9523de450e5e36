package io.sluice.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The real disk, until it is told to fail. */
final class WeakDisk implements Disk {

    enum Weakness {
        NONE,
        /** Writes fail. */
        FULL,
        /** Half of a write is done, then it fails. */
        FULL_MIDWAY,
        /** What is written is not forced, and forgotten. */
        FORGETS
    }

    private final Disk real = new RealDisk();

    Weakness weakness = Weakness.NONE;

    /** Writes that succeed before the weakness shows. */
    int grace;

    @Override
    public DiskFile open(Path path) throws IOException {
        return new WeakFile(real.open(path));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        real.forceFolder(folder);
    }

    private boolean isWeak() {
        return weakness != Weakness.NONE && grace-- <= 0;
    }

    private final class WeakFile implements DiskFile {

        private final DiskFile file;

        WeakFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            if ((weakness == Weakness.FULL || weakness == Weakness.FULL_MIDWAY) && isWeak()) {
                if (weakness == Weakness.FULL_MIDWAY) {
                    file.write(bytes.slice(bytes.position(), bytes.remaining() / 2), position);
                }
                throw new IOException("No space left on device");
            }
            file.write(bytes, position);
        }

        @Override
        public void force() throws IOException {
            if (weakness == Weakness.FORGETS && isWeak()) {
                throw new IOException("Input/output error");
            }
            file.force();
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
