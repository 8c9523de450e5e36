package io.sluice.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The segments of a journal, by where they begin. Changed by one thread, read by any. */
final class SegmentFiles {

    private static final Pattern NAME = Pattern.compile("(\\d{19})\\.segment");
    private static final String SPARE = "spare.segment";

    private final Path folder;
    private final ConcurrentSkipListMap<Long, Path> paths = new ConcurrentSkipListMap<>();

    private SegmentFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * Those that are in {@code folder}.
     *
     * @throws IOException when it cannot be listed
     */
    static SegmentFiles list(Path folder) throws IOException {
        SegmentFiles files = new SegmentFiles(folder);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> paths = Files.list(folder)) {
                paths.forEach(files::addIfNamed);
            }
        }
        return files;
    }

    private void addIfNamed(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (name.matches()) {
            paths.put(Long.parseLong(name.group(1)), path);
        }
    }

    /** Where each begins, and its path; oldest first. */
    ConcurrentSkipListMap<Long, Path> all() {
        return paths;
    }

    /** The path of one that begins at {@code base}. */
    Path pathOf(long base) {
        return folder.resolve(String.format(Locale.ROOT, "%019d.segment", base));
    }

    /** Where the next one is made ready. */
    Path spare() {
        return folder.resolve(SPARE);
    }

    Path folder() {
        return folder;
    }

    /** The one that {@code position} lies in, or the oldest if it lies before all. */
    @Nullable Entry<Long, Path> find(long position) {
        Entry<Long, Path> floor = paths.floorEntry(position);
        return floor == null ? paths.firstEntry() : floor;
    }

    /** Where the oldest begins; 0 without any. */
    long oldest() {
        Entry<Long, Path> first = paths.firstEntry();
        return first == null ? 0 : first.getKey();
    }
}
