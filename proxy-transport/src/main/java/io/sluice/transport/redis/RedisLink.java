package io.sluice.transport.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.sluice.config.RedisSettings;
import io.sluice.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Redis, at most one at a time, with two threads of its own. Confined to one
 * thread that may wait.
 */
final class RedisLink implements AutoCloseable {

    private static final int THREADS = 2;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final RedisURI uri;
    private final ClientResources resources;
    private final RedisClient client;
    private final Duration timeout;
    private @Nullable StatefulRedisConnection<String, String> connection;
    private String script = "";

    /**
     * A link that is not connected.
     *
     * @throws IllegalArgumentException if the URL is not one; the message does not have it
     */
    RedisLink(RedisSettings settings, Secret url) {
        this.uri = uri(settings, url);
        this.timeout = settings.timeout();
        this.resources =
                DefaultClientResources.builder()
                        .ioThreadPoolSize(THREADS)
                        .computationThreadPoolSize(THREADS)
                        .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(settings));
    }

    private static RedisURI uri(RedisSettings settings, Secret url) {
        try {
            RedisURI uri = RedisURI.create(url.reveal());
            Secret password = settings.password();
            if (password != null) {
                String both = URI.create(url.reveal()).getUserInfo();
                String user = both == null ? "" : both.split(":", 2)[0];
                char[] text = password.reveal().toCharArray();
                RedisURI.Builder builder = RedisURI.builder(uri);
                uri =
                        (user.isEmpty()
                                        ? builder.withPassword(text)
                                        : builder.withAuthentication(user, text))
                                .build();
            }
            uri.setTimeout(settings.timeout());
            return uri;
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("redis.url is not the URL of a Redis");
        }
    }

    private static ClientOptions options(RedisSettings settings) {
        ClientOptions.Builder options =
                ClientOptions.builder()
                        .autoReconnect(false)
                        .socketOptions(
                                SocketOptions.builder().connectTimeout(settings.timeout()).build())
                        .timeoutOptions(TimeoutOptions.enabled(settings.timeout()));
        Path trusted = settings.trustedCertificates();
        if (trusted != null) {
            options.sslOptions(SslOptions.builder().trustManager(trusted.toFile()).build());
        }
        return options.build();
    }

    /** Where it is, without what is secret. */
    String describe() {
        return uri.getHost() + ':' + uri.getPort();
    }

    boolean isOpen() {
        StatefulRedisConnection<String, String> now = connection;
        return now != null && now.isOpen();
    }

    /**
     * Connects anew, and brings the script.
     *
     * @throws RedisException if that is not possible
     */
    void connect() {
        disconnect();
        StatefulRedisConnection<String, String> made = client.connect(uri);
        connection = made;
        script = made.sync().scriptLoad(RateScript.TEXT);
        made.setAutoFlushCommands(false);
    }

    void disconnect() {
        StatefulRedisConnection<String, String> now = connection;
        connection = null;
        if (now != null) {
            now.closeAsync();
        }
    }

    /** The server's time, in microseconds of the epoch. */
    CompletableFuture<Long> time() {
        CompletableFuture<Long> time =
                open().async()
                        .time()
                        .thenApply(now ->
                                Long.parseLong(now.get(0)) * MICROS_PER_SECOND
                                        + Long.parseLong(now.get(1)))
                        .toCompletableFuture();
        flush();
        return time;
    }

    /** Writes one report, once {@link #flush} is called; the answer comes on another thread. */
    CompletableFuture<List<?>> report(String[] keys, String[] arguments) {
        return open().async()
                .<List<?>>evalsha(script, ScriptOutputType.MULTI, keys, arguments)
                .toCompletableFuture();
    }

    void flush() {
        open().flushCommands();
    }

    private StatefulRedisConnection<String, String> open() {
        StatefulRedisConnection<String, String> now = connection;
        if (now == null) {
            throw new RedisException("not connected");
        }
        return now;
    }

    @Override
    public void close() {
        disconnect();
        client.shutdown(0, timeout.toMillis(), TimeUnit.MILLISECONDS);
        resources.shutdown(0, timeout.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
