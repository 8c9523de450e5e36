package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The database that a gateway keeps its books in while it is compared. */
final class BenchDatabase implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;
    private static final double LOOK_SECONDS = 0.1;

    private final @Nullable Child child;
    private final @Nullable String url;
    private final String description;

    private BenchDatabase(@Nullable Child child, @Nullable String url, String description) {
        this.child = child;
        this.url = url;
        this.description = description;
    }

    /** One that runs already; what it costs its machine is not known. */
    static BenchDatabase running(String url) {
        return new BenchDatabase(null, url, "PostgreSQL that ran already");
    }

    /**
     * Starts a PostgreSQL of its own, or says that there is none and takes SQLite.
     *
     * @throws IOException if it is there and does not start
     */
    static BenchDatabase start(Path folder, Pinning.Cores cores, PrintWriter messages)
            throws IOException {
        PostgresFiles files = PostgresFiles.find(folder);
        if (files == null) {
            messages.println(
                    "PostgreSQL is not installed (Debian: postgresql), so the books are kept in"
                            + " SQLite, by the gateway's own process");
            return new BenchDatabase(null, null, "SQLite");
        }
        Path data = folder.resolve("postgres-data");
        Path log = folder.resolve("initdb.log");
        Process initdb =
                new ProcessBuilder(
                                asOther(
                                        files.bin().resolve("initdb").toString(),
                                        "-D",
                                        data.toString(),
                                        "-U",
                                        "postgres",
                                        "-A",
                                        "trust",
                                        "-E",
                                        "UTF8",
                                        "--no-locale",
                                        "--no-sync"))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Commands.await(initdb, PATIENCE_SECONDS, log);
        int port = freePort();
        Child child =
                Child.start(
                        folder,
                        "postgres",
                        cores,
                        asOther(
                                files.bin().resolve("postgres").toString(),
                                "-D",
                                data.toString(),
                                "-p",
                                Integer.toString(port),
                                "-c",
                                "listen_addresses=127.0.0.1",
                                "-c",
                                "unix_socket_directories="));
        String where = "//127.0.0.1:" + port + "/postgres";
        awaitConnection(child, "jdbc:postgresql:" + where + "?user=postgres");
        return new BenchDatabase(
                child,
                "postgresql://postgres@127.0.0.1:" + port + "/postgres",
                "PostgreSQL (" + files.origin() + ")");
    }

    /** It refuses to run as root; in a namespace of its own, root is somebody else. */
    private static List<String> asOther(String... command) {
        List<String> whole = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            whole.addAll(List.of("unshare", "-U"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static void awaitConnection(Child child, String jdbc) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (child.isAlive() && System.nanoTime() - end < 0) {
            try (Connection _ = DriverManager.getConnection(jdbc)) {
                return;
            } catch (SQLException _) {
                Pause.seconds(LOOK_SECONDS);
            }
        }
        String said = child.log();
        child.close();
        throw new IOException("PostgreSQL did not start: " + said);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where it is; {@code null} for SQLite in the gateway's own folder. */
    @Nullable String url() {
        return url;
    }

    /** Its processes; {@code null} where it has none of its own. */
    @Nullable ProcessTree processes() {
        return child == null ? null : child.tree();
    }

    String describe() {
        return description;
    }

    @Override
    public void close() {
        if (child != null) {
            child.close();
        }
    }
}
