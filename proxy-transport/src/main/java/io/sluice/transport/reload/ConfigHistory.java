package io.sluice.transport.reload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.config.Secret;
import io.sluice.config.SourceFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configurations that were in force last, each with its time and author, in a folder of the
 * state. Blocks; used by one thread at a time.
 */
public final class ConfigHistory {

    /*
     * A file for each, which only the gateway's user may read. What stood in the configuration's
     * files is sealed as it was, since secrets may stand anywhere in it; the rest is in the clear
     * for whoever looks into the folder.
     */

    /** How many are kept. */
    public static final int KEPT = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ConfigHistory.class);
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final UnaryOperator<String> seal;
    private final UnaryOperator<String> open;

    /**
     * One configuration that was in force.
     *
     * @param number grows from one to the next, over restarts
     * @param author who put it in force
     * @param digest of what it says; secrets do not enter it
     * @param files their paths and sealed contents
     */
    public record Entry(
            long number, Instant at, String author, String digest, Map<String, String> files) {

        public Entry {
            files = Map.copyOf(files);
        }
    }

    /**
     * The history in a folder.
     *
     * @param seal makes a text unreadable for others
     * @param open the opposite; throws {@link IllegalArgumentException} for what it cannot open
     */
    public ConfigHistory(Path folder, UnaryOperator<String> seal, UnaryOperator<String> open) {
        this.folder = folder;
        this.seal = seal;
        this.open = open;
    }

    /** All that are kept, the latest first. */
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        for (Path file : files()) {
            Entry entry = read(file);
            if (entry != null) {
                entries.add(entry);
            }
        }
        entries.sort(Comparator.comparingLong(Entry::number).reversed());
        return entries;
    }

    /** What its files held. */
    List<SourceFile> contents(Entry entry) {
        return entry.files().entrySet().stream()
                .map(file ->
                        new SourceFile(
                                Path.of(file.getKey()), Secret.of(open.apply(file.getValue()))))
                .toList();
    }

    /**
     * Keeps a configuration, unless it is the one that was kept last, and forgets the oldest. What
     * cannot be kept is logged: no reload fails for it.
     */
    void add(Instant at, String author, String digest, List<SourceFile> sources) {
        try {
            List<Entry> known = list();
            Entry last = known.isEmpty() ? null : known.getFirst();
            if (last == null || !isSame(last, sources)) {
                write(last == null ? 1 : last.number() + 1, at, author, digest, sources);
                for (Entry old : known.stream().skip(KEPT - 1L).toList()) {
                    Files.deleteIfExists(file(old.number()));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the configuration is not kept for a rollback: {}", e.getMessage());
        }
    }

    private boolean isSame(Entry last, List<SourceFile> sources) {
        try {
            List<SourceFile> present =
                    sources.stream().filter(source -> source.content() != null).toList();
            return present.size() == last.files().size() && contents(last).containsAll(present);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void write(
            long number, Instant at, String author, String digest, List<SourceFile> sources)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("number", number);
            json.writeStringField("at", at.toString());
            json.writeStringField("author", author);
            json.writeStringField("digest", digest);
            json.writeObjectFieldStart("files");
            for (SourceFile source : sources) {
                Secret content = source.content();
                if (content != null) {
                    json.writeStringField(source.path().toString(), seal.apply(content.reveal()));
                }
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        Files.createDirectories(folder);
        AtomicFile.write(
                file(number), bytes.toByteArray(), PosixFilePermissions.fromString("rw-------"));
    }

    private Path file(long number) {
        return folder.resolve("%012d".formatted(number) + SUFFIX);
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", folder, e.getMessage());
            return List.of();
        }
    }

    private static @Nullable Entry read(Path file) {
        try (JsonParser json = FACTORY.createParser(file.toFile())) {
            Map<String, String> fields = new HashMap<>();
            Map<String, String> files = new HashMap<>();
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.START_OBJECT) {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        String path = json.currentName();
                        json.nextToken();
                        files.put(path, json.getText());
                    }
                } else {
                    fields.put(name, json.getText());
                }
            }
            return new Entry(
                    Long.parseLong(fields.getOrDefault("number", "")),
                    Instant.parse(fields.getOrDefault("at", "")),
                    fields.getOrDefault("author", ""),
                    fields.getOrDefault("digest", ""),
                    files);
        } catch (IOException | NumberFormatException | DateTimeException e) {
            LOG.warn("{} is no configuration that was kept: {}", file, e.getMessage());
            return null;
        }
    }
}
