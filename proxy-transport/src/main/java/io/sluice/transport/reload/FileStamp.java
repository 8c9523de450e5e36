package io.sluice.transport.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What tells one version of a file from another. */
public record FileStamp(FileTime changed, long size, @Nullable Object key) {

    /** The stamp of a file as it is now, links followed; {@code null} where there is none. */
    public static @Nullable FileStamp of(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(now.lastModifiedTime(), now.size(), now.fileKey());
        } catch (IOException _) {
            return null;
        }
    }
}
