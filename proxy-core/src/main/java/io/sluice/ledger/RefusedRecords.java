package io.sluice.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/** A file of the records that the database refused: a line each, position and bytes in hex. */
final class RefusedRecords {

    private static final String NAME = "refused";

    private final Path path;

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
}
