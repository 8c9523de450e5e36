package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that says and sees every byte: one connection, blocking, nothing read that was not asked
 * for.
 */
public final class WireClient implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    /**
     * An answer as far as it came.
     *
     * @param headers by lower-case name; of equal names the last
     * @param isWhole whether its framing ended as it should
     */
    public record Answer(int status, Map<String, String> headers, String body, boolean isWhole) {

        public @Nullable String header(String name) {
            return headers.get(name);
        }

        /** The gateway's id of the call. */
        public String id() {
            return Objects.requireNonNull(headers.get("x-request-id"));
        }
    }

    /**
     * @param socket connected; owned
     */
    public WireClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    public WireClient(int port) throws IOException {
        this(port, 0);
    }

    /**
     * Connects.
     *
     * @param receiveBytes the system's receive buffer, 0 for its default
     */
    public WireClient(int port, int receiveBytes) throws IOException {
        this(connect(port, receiveBytes));
    }

    private static Socket connect(int port, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    /** A chat call as it stands on the wire; the lines are further headers. */
    public static String chat(String model, String prompt, boolean stream, String... lines) {
        return post("/v1/chat/completions", GatewayFixture.chatBody(model, prompt, stream), lines);
    }

    /** A POST with the tester's key as it stands on the wire; the lines are further headers. */
    public static String post(String path, String json, String... lines) {
        return head("POST " + path, lines)
                + "content-type: application/json\r\ncontent-length: "
                + json.getBytes(UTF_8).length
                + "\r\n\r\n"
                + json;
    }

    /** A head without its empty line: method and path, host and the tester's key. */
    public static String head(String methodAndPath, String... lines) {
        StringBuilder head = new StringBuilder(methodAndPath);
        head.append(" HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ");
        head.append(GatewayFixture.KEY).append("\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }

    /** Sends text, one byte for each character. */
    public void send(String raw) throws IOException {
        send(raw.getBytes(ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Reads one answer, as far as it comes. */
    public Answer readAnswer() throws IOException {
        String head = readTo("\r\n\r\n");
        if (!head.endsWith("\r\n\r\n")) {
            throw new EOFException("no answer but: " + head);
        }
        String[] lines = head.strip().split("\r\n", -1);
        int status = Integer.parseInt(lines[0].substring(9, 12));
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean isWhole = readBody(status, headers, body);
        return new Answer(status, headers, body.toString(UTF_8), isWhole);
    }

    private boolean readBody(int status, Map<String, String> headers, ByteArrayOutputStream body)
            throws IOException {
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            return readChunks(body);
        }
        if (status == 204 || status < 200) {
            return true;
        }
        String length = headers.get("content-length");
        if (length == null) {
            return drainTo(body);
        }
        byte[] read = in.readNBytes(Integer.parseInt(length));
        body.writeBytes(read);
        return read.length == Integer.parseInt(length);
    }

    /**
     * Reads payload of a chunked answer until a word has come so often, wherever its chunks are
     * cut; less where the answer ends before.
     */
    public void readToWord(String word, int times) throws IOException {
        String head = readTo("\r\n\r\n");
        if (!head.startsWith("HTTP/1.1 200")) {
            throw new EOFException("no answer but: " + head);
        }
        StringBuilder payload = new StringBuilder();
        int seen = 0;
        int from = 0;
        while (seen < times) {
            String line = readTo("\r\n").strip();
            int size = line.isEmpty() ? 0 : Integer.parseInt(line, 16);
            if (size == 0) {
                return;
            }
            payload.append(new String(in.readNBytes(size), ISO_8859_1));
            String _ = readTo("\r\n");
            int at = payload.indexOf(word, from);
            while (at >= 0) {
                seen++;
                from = at + word.length();
                at = payload.indexOf(word, from);
            }
        }
    }

    /** Until the connection ends; a reset is no good end. */
    private boolean drainTo(ByteArrayOutputStream body) {
        try {
            in.transferTo(body);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean readChunks(ByteArrayOutputStream body) {
        try {
            while (true) {
                String line = readTo("\r\n");
                if (!line.endsWith("\r\n")) {
                    return false;
                }
                int size = Integer.parseInt(line.strip(), 16);
                byte[] chunk = in.readNBytes(size);
                body.writeBytes(chunk);
                boolean isWhole = chunk.length == size && readTo("\r\n").length() == 2;
                if (!isWhole || size == 0) {
                    return isWhole;
                }
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads up to {@code mark} and with it; what came where the connection ends before it. */
    public String readTo(String mark) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] last = mark.getBytes(ISO_8859_1);
        int matched = 0;
        while (matched < last.length) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            read.write(b);
            matched = b == last[matched] ? matched + 1 : b == last[0] ? 1 : 0;
        }
        return read.toString(UTF_8);
    }

    /** Reads until the connection ends, by FIN or RST. */
    public String readAll() {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        boolean _ = drainTo(read);
        return read.toString(UTF_8);
    }

    /** Reads so many bytes. */
    public byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /** Closes with RST instead of FIN. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
