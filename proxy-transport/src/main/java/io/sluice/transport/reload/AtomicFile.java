package io.sluice.transport.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that are there whole, or as they were before. */
final class AtomicFile {

    private AtomicFile() {}

    /**
     * Puts a file in the place of another.
     *
     * @throws IOException if it cannot be written; the other is there as before then
     */
    static void write(Path file, byte[] content, Set<PosixFilePermission> permissions)
            throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path beside =
                Files.createTempFile(
                        folder,
                        "." + file.getFileName(),
                        ".new",
                        PosixFilePermissions.asFileAttribute(permissions));
        try {
            Files.write(beside, content);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /**
     * Changes what a file holds; a link stays one, and who may read it does.
     *
     * @throws IOException if it cannot be written
     */
    static void replace(Path file, byte[] content) throws IOException {
        Path real = Files.exists(file) ? file.toRealPath() : file;
        Set<PosixFilePermission> permissions =
                Files.exists(real)
                        ? Files.getPosixFilePermissions(real)
                        : PosixFilePermissions.fromString("rw-------");
        write(real, content, permissions);
    }
}
