package io.sluice.bench.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import redis.embedded.RedisServer;

/** A Redis of one test's own, which can be stopped and started again, empty, on the same port. */
public final class RestartableRedis implements AutoCloseable {

    private final int port;
    private final List<String> settings;
    private RedisServer server;

    private RestartableRedis(int port, List<String> settings) throws IOException {
        this.port = port;
        this.settings = settings;
        this.server = open();
    }

    /** Starts one; {@code settings} are lines of its configuration. */
    public static RestartableRedis start(String... settings) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        return new RestartableRedis(port, List.of(settings));
    }

    public int port() {
        return port;
    }

    /** Where it is, the same after every start. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public void stop() throws IOException {
        server.stop();
    }

    /** Starts it again after {@link #stop}. */
    public void startAgain() throws IOException {
        server = open();
    }

    private RedisServer open() throws IOException {
        var builder =
                RedisServer.newRedisServer()
                        .port(port)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .setting("appendonly no");
        settings.forEach(builder::setting);
        RedisServer made = builder.build();
        made.start();
        return made;
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
