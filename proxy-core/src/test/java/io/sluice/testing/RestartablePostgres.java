package io.sluice.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A PostgreSQL of one test's own, which can be killed and started again on the same port. */
public final class RestartablePostgres implements AutoCloseable {

    private static final int SOCKET_FOLDER_LINE = 4;

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

    /**
     * Ends all its processes as {@code kill -9} does.
     *
     * <p>Nobody waits for them: where process 1 reaps no orphans, they stay zombies for ever. So
     * the file that names the process is removed too, for it would look as if it still ran.
     */
    public void kill() throws IOException {
        Path file = folder.resolve("postmaster.pid");
        List<String> lines = Files.readAllLines(file);
        long id = Long.parseLong(lines.getFirst().strip());
        ProcessHandle.of(id).ifPresent(RestartablePostgres::kill);
        Files.delete(file);
        String socketFolder = lines.get(SOCKET_FOLDER_LINE).strip();
        Files.deleteIfExists(Path.of(socketFolder, ".s.PGSQL." + port + ".lock"));
        server.close();
    }

    private static void kill(ProcessHandle server) {
        List<ProcessHandle> children = server.descendants().toList();
        server.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
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
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("max_connections", "100");
        return port == 0 ? builder.start() : builder.setPort(port).start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
