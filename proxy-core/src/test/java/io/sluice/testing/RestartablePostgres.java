package io.sluice.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A PostgreSQL of one test's own, which can be killed and started again on the same port. */
public final class RestartablePostgres implements AutoCloseable {

    private final Path folder;
    private EmbeddedPostgres server;
    private final int port;

    private RestartablePostgres(Path folder, EmbeddedPostgres server) {
        this.folder = folder;
        this.server = server;
        this.port = server.getPort();
    }

    /** Starts one that keeps what it is told in {@code folder}. */
    public static RestartablePostgres start(Path folder) throws IOException {
        return new RestartablePostgres(folder, open(folder, 0));
    }

    /** The URL of its database, the same after every start. */
    public String url() {
        return "postgresql://postgres:postgres@localhost:" + port + "/postgres";
    }

    /** Ends it as {@code kill -9} does; returns when it is gone. */
    public void kill() throws IOException {
        long id =
                Long.parseLong(
                        Files.readAllLines(folder.resolve("postmaster.pid")).getFirst().strip());
        ProcessHandle.of(id)
                .ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
        server.close();
    }

    /** Starts it again after {@link #kill}. */
    public void startAgain() throws IOException {
        server = open(folder, port);
    }

    private static EmbeddedPostgres open(Path folder, int port) throws IOException {
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder()
                        .setDataDirectory(folder)
                        .setCleanDataDirectory(false)
                        .setServerConfig("max_connections", "100");
        return port == 0 ? builder.start() : builder.setPort(port).start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
