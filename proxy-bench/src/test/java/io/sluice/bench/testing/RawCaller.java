package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A caller that is one socket: it sends what it is told, byte for byte, and takes answers apart
 * with no code of the gateway's. For one thread.
 */
public final class RawCaller implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    /** Connects to that port on loopback. */
    public RawCaller(int port) throws IOException {
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    }

    /** An answer as it stood on the wire. Immutable. */
    public static final class Answer {

        private final String statusLine;
        private final List<Map.Entry<String, String>> headers;
        private final byte[] body;

        private Answer(String statusLine, List<Map.Entry<String, String>> headers, byte[] body) {
            this.statusLine = statusLine;
            this.headers = headers;
            this.body = body;
        }

        /** Names in lower case, in order. */
        public List<Map.Entry<String, String>> headers() {
            return Collections.unmodifiableList(headers);
        }

        /** The body without the framing of HTTP, a copy. */
        public byte[] body() {
            return body.clone();
        }

        public int status() {
            return Integer.parseInt(statusLine.substring(9, 12));
        }

        /** Every value of a header, joined by commas; empty where it is absent. */
        public String header(String name) {
            return String.join(",", values(name));
        }

        public boolean has(String name) {
            return !values(name).isEmpty();
        }

        public String text() {
            return new String(body, UTF_8);
        }

        private List<String> values(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equals(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }
    }

    /** Sends text as it stands. */
    public RawCaller send(String text) throws IOException {
        return send(text.getBytes(UTF_8));
    }

    /** Sends bytes as they stand. */
    public RawCaller send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a POST with the tester's key; the lines are further headers. */
    public RawCaller post(String path, byte[] body, String... lines) throws IOException {
        return send(request("POST", path, body, lines));
    }

    /** Sends a POST with the tester's key; the lines are further headers. */
    public RawCaller post(String path, String body, String... lines) throws IOException {
        return post(path, body.getBytes(UTF_8), lines);
    }

    /** Sends a request without a body, with the tester's key. */
    public RawCaller ask(String method, String path, String... lines) throws IOException {
        return send(request(method, path, new byte[0], lines));
    }

    /** The bytes of a request with the tester's key. */
    public static byte[] request(String method, String path, byte[] body, String... lines) {
        StringBuilder head =
                new StringBuilder(method + " " + path + " HTTP/1.1\r\nhost: gateway\r\n");
        boolean isOwnKey = false;
        for (String line : lines) {
            head.append(line).append("\r\n");
            String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
            isOwnKey |= name.equals("authorization") || name.endsWith("api-key");
        }
        if (!isOwnKey) {
            head.append("authorization: Bearer " + GatewayFixture.KEY + "\r\n");
        }
        if (method.equals("POST")) {
            head.append(
                    "content-type: application/json\r\ncontent-length: " + body.length + "\r\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** Reads the next answer to anything but HEAD. */
    public Answer read() throws IOException {
        return read(true);
    }

    /** Reads the next answer; one that has a body only where {@code hasBody} says so. */
    public Answer read(boolean hasBody) throws IOException {
        String statusLine = line();
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.add(
                    Map.entry(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            line.substring(colon + 1).strip()));
        }
        Answer head = new Answer(statusLine, headers, new byte[0]);
        int status = head.status();
        boolean isEmpty = !hasBody || status < 200 || status == 204 || status == 304;
        return isEmpty ? head : new Answer(statusLine, headers, body(head));
    }

    /** Reads what comes, framing included, up to {@code mark} and with it. */
    public String readTo(String mark) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(mark) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ends behind \"" + read + "\"");
            }
            read.append((char) b);
        }
        return read.toString();
    }

    /** Whether the peer has closed the connection and sent nothing more. */
    public boolean isClosedByPeer() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private byte[] body(Answer head) throws IOException {
        if (head.has("transfer-encoding")) {
            return chunks();
        }
        if (head.has("content-length")) {
            int length = Integer.parseInt(head.header("content-length"));
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("the body ends after " + body.length + " bytes");
            }
            return body;
        }
        return in.readAllBytes();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            body.writeBytes(in.readNBytes(size));
            String end = line();
            if (!end.isEmpty()) {
                throw new IOException("behind a chunk of " + size + " bytes stands " + end);
            }
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ends behind \"" + line + "\"");
            }
            line.append((char) b);
        }
        int last = line.length() - 1;
        if (last < 0 || line.charAt(last) != '\r') {
            throw new IOException("a line ends without CR: " + line);
        }
        return line.substring(0, last);
    }
}
