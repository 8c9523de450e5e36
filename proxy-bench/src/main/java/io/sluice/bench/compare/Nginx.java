package io.sluice.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** nginx as a plain proxy: one worker, nothing buffered, nothing logged. */
final class Nginx implements Contender {

    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/sbin/nginx"),
                    Path.of("/usr/bin/nginx"),
                    Path.of("/usr/local/sbin/nginx"));
    private static final int LOOKS = 200;
    private static final long LOOK_NANOS = 25_000_000;

    private final Child child;
    private final URI base;

    private Nginx(Child child, URI base) {
        this.child = child;
        this.base = base;
    }

    /** The program, or {@code null} if it is not installed. */
    static @Nullable Path find() {
        return PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
    }

    /**
     * Starts it in front of a provider.
     *
     * @throws IOException if it does not start
     */
    static Nginx start(Path program, Site site) throws IOException {
        int port = freePort();
        Path folder = site.folder();
        Path file = Files.writeString(folder.resolve("nginx.conf"), configuration(site, port));
        Child child =
                Child.start(
                        folder,
                        "nginx",
                        site.cores(),
                        List.of(
                                program.toString(),
                                "-p",
                                folder.toString(),
                                "-e",
                                folder.resolve("nginx-error.log").toString(),
                                "-c",
                                file.toString()));
        awaitPort(child, port);
        String scheme = site.wire().isClientTls() ? "https" : "http";
        return new Nginx(child, URI.create(scheme + "://127.0.0.1:" + port));
    }

    /** A large body stays in memory, which is the best that nginx can do with it. */
    private static String configuration(Site site, int port) {
        Path folder = site.folder();
        String ssl = site.wire().isClientTls() ? " ssl" : "";
        String scheme = site.wire().isProviderTls() ? "https" : "http";
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        return """
        daemon off;
        %s
        worker_processes 1;
        worker_rlimit_nofile 65536;
        pid %s/nginx.pid;
        events { worker_connections 30000; }
        http {
          access_log off;
          client_body_temp_path %s/body;
          proxy_temp_path %s/proxy;
          fastcgi_temp_path %s/fastcgi;
          uwsgi_temp_path %s/uwsgi;
          scgi_temp_path %s/scgi;
          keepalive_requests 100000000;
          upstream provider {
            server 127.0.0.1:%d;
            keepalive 8192;
            keepalive_requests 100000000;
          }
          server {
            listen 127.0.0.1:%d%s backlog=8192;
            ssl_certificate %s;
            ssl_certificate_key %s;
            ssl_protocols TLSv1.2 TLSv1.3;
            client_max_body_size 64m;
            client_body_buffer_size 2m;
            location / {
              proxy_pass %s://provider;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
              proxy_read_timeout 600s;
            }
          }
        }
        """
                .formatted(
                        user,
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        site.provider().getPort(),
                        port,
                        ssl,
                        site.certificate().certificate(),
                        site.certificate().privateKey(),
                        scheme);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(Child child, int port) throws IOException {
        for (int i = 0; i < LOOKS && child.isAlive(); i++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException _) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        child.close();
        throw new IOException("nginx did not start: " + child.log());
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public URI base() {
        return base;
    }

    @Override
    public ProcessTree processes() {
        return child.tree();
    }

    @Override
    public void close() {
        child.close();
    }
}
