package io.sluice.bench.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens to the handshakes between a TLS client and a server on loopback (RFC 8446, RFC 5246). */
public final class TlsTap implements AutoCloseable {

    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final int CERTIFICATE = 11;
    private static final int PRE_SHARED_KEY = 41;

    private final ServerSocket listener;
    private final int port;
    private final List<Overheard> connections = new CopyOnWriteArrayList<>();

    /** What both sides of one connection have sent. */
    private record Overheard(ByteArrayOutputStream client, ByteArrayOutputStream server) {}

    private TlsTap(ServerSocket listener, int port) {
        this.listener = listener;
        this.port = port;
    }

    /** Starts one on a free port, in front of a server's. */
    public static TlsTap start(int port) throws IOException {
        TlsTap tap = new TlsTap(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
        Thread.ofVirtual().start(tap::accept);
        return tap;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** For each connection, in order, whether its handshake took up an earlier session. */
    public List<Boolean> resumptions() {
        List<Boolean> resumptions = new ArrayList<>();
        for (Overheard one : connections) {
            resumptions.add(isResumed(ByteBuffer.wrap(one.server.toByteArray())));
        }
        return resumptions;
    }

    /** Whether the client of the first connection has sent {@code name} in the clear. */
    public boolean hasHeard(String name) {
        return connections.getFirst().client.toString(StandardCharsets.ISO_8859_1).contains(name);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                Overheard heard =
                        new Overheard(new ByteArrayOutputStream(), new ByteArrayOutputStream());
                connections.add(heard);
                Thread.ofVirtual().start(() -> pump(client, server, heard.client));
                Thread.ofVirtual().start(() -> pump(server, client, heard.server));
            }
        } catch (IOException _) {
            return;
        }
    }

    private static void pump(Socket from, Socket to, ByteArrayOutputStream heard) {
        byte[] buffer = new byte[16384];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                heard.write(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        } catch (IOException _) {
            return;
        }
    }

    /**
     * With TLS 1.3 the server says so in its hello; with TLS 1.2 it sends no certificate behind it.
     */
    private static boolean isResumed(ByteBuffer sent) {
        ByteBuffer messages = ByteBuffer.allocate(sent.remaining());
        while (sent.remaining() >= 5 && sent.get(sent.position()) == HANDSHAKE) {
            int length = sent.getShort(sent.position() + 3);
            messages.put(sent.slice(sent.position() + 5, length));
            sent.position(sent.position() + 5 + length);
        }
        messages.flip();
        boolean hasCertificate = false;
        boolean isThirteen = false;
        while (messages.remaining() >= 4) {
            int type = messages.get(messages.position());
            int length = messages.getInt(messages.position()) & 0xffffff;
            if (type == SERVER_HELLO) {
                ByteBuffer hello = messages.slice(messages.position() + 4, length);
                if (hasExtension(hello, PRE_SHARED_KEY)) {
                    return true;
                }
                isThirteen = hasExtension(hello, 43);
            }
            hasCertificate |= type == CERTIFICATE;
            messages.position(Math.min(messages.limit(), messages.position() + 4 + length));
        }
        return !isThirteen && !hasCertificate;
    }

    private static boolean hasExtension(ByteBuffer hello, int wanted) {
        int at = 2 + 32;
        at += 1 + hello.get(at) + 2 + 1 + 2;
        while (at + 4 <= hello.limit()) {
            if (hello.getShort(at) == wanted) {
                return true;
            }
            at += 4 + hello.getShort(at + 2);
        }
        return false;
    }
}
