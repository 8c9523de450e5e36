package io.sluice.bench.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A provider on the JDK's own TLS that answers one call on each connection. */
public final class TlsServer implements AutoCloseable {

    private static final String ANSWER =
            """
            {"id":"x","object":"chat.completion","choices":[],\
            "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}\
            """;

    private final HttpsServer server;
    private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();

    private TlsServer(HttpsServer server) {
        this.server = server;
    }

    /** Starts one on a free port of loopback. */
    public static TlsServer start(Certificates own, String protocol) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        TlsServer started = new TlsServer(HttpsServer.create(address, 0));
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own.keys(), Certificates.PASSWORD.toCharArray());
            tls.init(keys.getKeyManagers(), null, null);
            started.server.setHttpsConfigurator(
                    new HttpsConfigurator(tls) {
                        @Override
                        public void configure(HttpsParameters parameters) {
                            SSLParameters own = tls.getDefaultSSLParameters();
                            own.setProtocols(new String[] {protocol});
                            parameters.setSSLParameters(own);
                        }
                    });
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        started.server.createContext("/", started::answer);
        started.server.start();
        return started;
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        clients.add(exchange.getRemoteAddress());
        byte[] bytes = ANSWER.getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("connection", "close");
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Connections on which it has answered. */
    public int connections() {
        return clients.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
