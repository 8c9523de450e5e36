package io.sluice.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that a configuration was read from, as it was then. Immutable.
 *
 * @param path absolute
 * @param content its bytes, one character for each, so that none is lost; {@code null} where there
 *     was no such file
 */
public record SourceFile(Path path, @Nullable Secret content) {

    static SourceFile of(Path path, byte @Nullable [] bytes) {
        return new SourceFile(
                path.toAbsolutePath().normalize(),
                bytes == null ? null : Secret.of(new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    /** Its bytes; none where there was no such file. */
    public byte[] bytes() {
        return content == null
                ? new byte[0]
                : content.reveal().getBytes(StandardCharsets.ISO_8859_1);
    }
}
