package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider that answers every request with the same bytes, whatever they are, and then closes the
 * connection, resets it, or falls silent.
 */
public final class CannedProvider implements AutoCloseable {

    private final ServerSocket listener;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile String answer = "";
    private volatile Ending ending = Ending.CLOSE;

    private enum Ending {
        CLOSE,
        RESET,
        HOLD
    }

    private CannedProvider(ServerSocket listener) {
        this.listener = listener;
    }

    public static CannedProvider start() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CannedProvider provider = new CannedProvider(listener);
        Thread.ofPlatform().name("canned-provider").daemon().start(provider::accept);
        return provider;
    }

    /** Sets what the next calls are answered with, one byte for each character. */
    public void answerWith(String raw) {
        answer = raw;
        ending = Ending.CLOSE;
    }

    /** Sets what the next calls are answered with before the connection is reset. */
    public void answerAndResetWith(String raw) {
        answer = raw;
        ending = Ending.RESET;
    }

    /** Sets what the next calls are answered with before nothing more comes. */
    public void answerAndHoldWith(String raw) {
        answer = raw;
        ending = Ending.HOLD;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many requests came. */
    public int calls() {
        return calls.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            readRequest(socket.getInputStream());
            calls.incrementAndGet();
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            if (ending == Ending.RESET) {
                socket.setSoLinger(true, 0);
                return;
            }
            if (ending == Ending.CLOSE) {
                socket.shutdownOutput();
            }
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // The gateway has closed first.
        }
    }

    private static void readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("no request");
            }
            head.append((char) b);
        }
        int at = head.indexOf("content-length: ");
        if (at >= 0) {
            int end = head.indexOf("\r\n", at);
            in.readNBytes(Integer.parseInt(head, at + 16, end, 10));
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
