package io.sluice.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far each reader of the journal has come, kept in a file each. Any thread may read; each
 * reader writes its own.
 */
final class ReaderPositions {

    private static final String SUFFIX = ".position";

    private final Path folder;
    private final Map<String, Long> positions = new ConcurrentSkipListMap<>();

    private ReaderPositions(Path folder) {
        this.folder = folder;
    }

    /**
     * Those that are in {@code folder}.
     *
     * @throws IOException when it cannot be read
     */
    static ReaderPositions load(Path folder) throws IOException {
        ReaderPositions readers = new ReaderPositions(folder);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(SUFFIX)) {
                        String reader = name.substring(0, name.length() - SUFFIX.length());
                        readers.positions.put(reader, read(file));
                    }
                }
            }
        }
        return readers;
    }

    /**
     * A file that cannot be read counts as 0: its reader reads what it has read before.
     *
     * @throws IOException when the disk is full or cannot be read
     */
    private static long read(Path file) throws IOException {
        try {
            return Long.parseLong(Files.readString(file, US_ASCII).strip());
        } catch (NumberFormatException | NoSuchFileException _) {
            return 0;
        }
    }

    /** Where {@code reader} is, or {@code null} if it is not known. */
    @Nullable Long find(String reader) {
        return positions.get(reader);
    }

    /**
     * Says where {@code reader} is.
     *
     * @throws IOException when that cannot be stored; it counts all the same, until the process
     *     ends
     */
    void store(String reader, long position) throws IOException {
        positions.put(reader, position);
        Files.createDirectories(folder);
        Path unfinished = folder.resolve(reader + ".new");
        Files.writeString(unfinished, position + "\n", US_ASCII);
        Files.move(
                unfinished,
                folder.resolve(reader + SUFFIX),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Where the slowest is; 0 where there is none. */
    long slowest() {
        return positions.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    Map<String, Long> all() {
        return new TreeMap<>(positions);
    }
}
