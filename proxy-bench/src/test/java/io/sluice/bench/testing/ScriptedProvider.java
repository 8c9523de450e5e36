package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A provider that answers with the very bytes it is given, whatever HTTP makes of them, and keeps
 * what it received. Safe for any thread.
 */
public final class ScriptedProvider implements AutoCloseable {

    private final ServerSocket listener;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final List<Request> received = Collections.synchronizedList(new ArrayList<>());
    private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
    private final Semaphore permits = new Semaphore(0);

    private int held;

    /** Listens on a free port of loopback. */
    public ScriptedProvider() throws IOException {
        listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /**
     * A request as it stood on the wire.
     *
     * @param head request line and header lines, each without its CRLF
     * @param text the body
     */
    public record Request(List<String> head, String text) {

        public Request {
            head = List.copyOf(head);
        }

        public String line() {
            return head.getFirst();
        }

        /** The first value of a header, or {@code null}. */
        public @Nullable String header(String name) {
            for (String line : head.subList(1, head.size())) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            return null;
        }
    }

    /**
     * Answers the next request that has no answer yet with these bytes. The connection ends behind
     * them where they say {@code connection: close}.
     */
    public synchronized void willAnswer(String bytes) {
        willAnswer(bytes.getBytes(UTF_8));
    }

    /** As {@link #willAnswer(String)}. */
    public synchronized void willAnswer(byte[] bytes) {
        answers.addLast(bytes);
    }

    /**
     * Answers the next request with these pieces, each after the first when {@link #sendNext} is
     * called. The connection ends behind the last.
     */
    public synchronized void willAnswerPiecewise(List<String> pieces) {
        pieces.forEach(this::willAnswer);
        held = pieces.size() - 1;
    }

    /** Sends the next piece. */
    public void sendNext() {
        permits.release();
    }

    /** Answers the next request with this body, its length and its type. */
    public void willAnswer(String contentType, String body, String... lines) {
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\ncontent-type: " + contentType);
        for (String line : lines) {
            head.append("\r\n").append(line);
        }
        head.append("\r\ncontent-length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body);
        willAnswer(head.toString());
    }

    /** The configuration entry of a model that is served here and never tried again. */
    public String modelEntry(String name, String model) {
        return """
          - {model_name: "%s", litellm_params: {model: "%s", \
        api_base: "http://127.0.0.1:%d/v1", api_key: sk-up, max_retries: 0}}
        """
                .formatted(name, model, listener.getLocalPort());
    }

    /** What came, in order. */
    public List<Request> received() {
        return List.copyOf(received);
    }

    /** The request that came last. */
    public Request last() {
        return received.getLast();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                List<String> head = new ArrayList<>();
                for (String line = line(in); !line.isEmpty(); line = line(in)) {
                    head.add(line);
                }
                String length = new Request(head, "").header("content-length");
                byte[] body = in.readNBytes(length == null ? 0 : Integer.parseInt(length));
                received.add(new Request(head, new String(body, UTF_8)));
                byte[] answer = next();
                socket.getOutputStream().write(answer);
                boolean isPiecewise = takeHeld();
                while (isPiecewise) {
                    permits.acquireUninterruptibly();
                    socket.getOutputStream().write(next());
                    isPiecewise = takeHeld();
                    if (!isPiecewise) {
                        return;
                    }
                }
                if (new String(answer, ISO_8859_1).contains("connection: close\r\n")) {
                    return;
                }
            }
        } catch (IOException _) {
            return;
        }
    }

    private synchronized byte[] next() throws IOException {
        byte[] answer = answers.pollFirst();
        if (answer == null) {
            throw new IOException("no answer was written");
        }
        return answer;
    }

    private synchronized boolean takeHeld() {
        return held-- > 0;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the gateway has left");
            }
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }
}
