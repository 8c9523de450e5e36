package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of recorded cases, one file each. A case is read when it is asked for, and the latest
 * ones are remembered. Safe for any thread.
 */
public final class RecordedCases {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    private static final String SUFFIX = ".json";
    private static final int MAX_REMEMBERED = 64;

    private final Path folder;
    private final SequencedMap<String, RecordedCase> remembered = new LinkedHashMap<>();

    private RecordedCases(Path folder) {
        this.folder = folder;
    }

    /** The cases in {@code folder}, or in the folder {@code cases} below it. */
    public static RecordedCases in(Path folder) {
        Path below = folder.resolve("cases");
        return new RecordedCases(Files.isDirectory(below) ? below : folder);
    }

    /**
     * The project's recorded cases: {@code shared/wire} beside the working directory or one of its
     * parents; {@code null} where there are none.
     */
    public static @Nullable RecordedCases find() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path shared = at.resolve("shared").resolve("wire");
            if (Files.isDirectory(shared)) {
                return in(shared);
            }
        }
        return null;
    }

    /** The folder that holds the files. */
    public Path folder() {
        return folder;
    }

    /**
     * The ids of all cases, in order.
     *
     * @throws UncheckedIOException if the folder cannot be read
     */
    public List<String> ids() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All cases in order, each read when the stream comes to it. */
    public Stream<RecordedCase> all() {
        return ids().stream().map(this::one);
    }

    /**
     * The case of that id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public RecordedCase one(String id) {
        RecordedCase found = find(id);
        if (found == null) {
            throw new IllegalArgumentException("no such case: " + id);
        }
        return found;
    }

    /**
     * The case of that id, or {@code null}.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public @Nullable RecordedCase find(String id) {
        if (!ID.matcher(id).matches()) {
            return null;
        }
        synchronized (remembered) {
            RecordedCase known = remembered.get(id);
            if (known != null) {
                return known;
            }
        }
        Path file = folder.resolve(id + SUFFIX);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return remember(RecordedCase.of(MAPPER.readTree(file.toFile())), id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RecordedCase remember(RecordedCase read, String id) {
        synchronized (remembered) {
            remembered.put(id, read);
            if (remembered.size() > MAX_REMEMBERED) {
                remembered.pollFirstEntry();
            }
        }
        return read;
    }
}
