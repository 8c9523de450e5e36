package io.sluice.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A file of the records that the database refused: a line each, position and bytes in hex. */
final class RefusedRecords {

    private static final String NAME = "refused";

    private final Path path;

    /**
     * A line of the file.
     *
     * @param record {@code null} where the line is not one of a whole record
     */
    record Kept(String line, @Nullable RecordView record) {}

    RefusedRecords(Path folder) {
        this.path = folder.resolve(NAME);
    }

    Path path() {
        return path;
    }

    /**
     * Adds one.
     *
     * @throws IOException when it cannot be kept
     */
    void add(JournalRecord record) throws IOException {
        String line = record.position() + " " + HexFormat.of().formatHex(record.toBytes()) + "\n";
        Files.writeString(
                path,
                line,
                US_ASCII,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.DSYNC);
    }

    /**
     * All that it has.
     *
     * @throws IOException when it cannot be read
     */
    List<Kept> read() throws IOException {
        List<Kept> kept = new ArrayList<>();
        if (Files.exists(path)) {
            for (String line : Files.readAllLines(path, US_ASCII)) {
                kept.add(new Kept(line, record(line)));
            }
        }
        return kept;
    }

    private static @Nullable RecordView record(String line) {
        try {
            byte[] bytes = HexFormat.of().parseHex(line.substring(line.indexOf(' ') + 1));
            return RecordView.isRecord(new CRC32C(), bytes, 0, bytes.length)
                    ? new RecordView(bytes)
                    : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /**
     * Keeps these alone.
     *
     * @throws IOException when the file stays as it was
     */
    void replace(List<Kept> left) throws IOException {
        if (left.isEmpty()) {
            Files.deleteIfExists(path);
            return;
        }
        StringBuilder lines = new StringBuilder();
        left.forEach(kept -> lines.append(kept.line()).append('\n'));
        Path next = path.resolveSibling(NAME + ".new");
        try (FileChannel out =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = US_ASCII.encode(lines.toString());
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
    }
}
