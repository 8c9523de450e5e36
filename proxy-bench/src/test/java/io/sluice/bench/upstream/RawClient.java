package io.sluice.bench.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A caller that sees every byte: one socket, read as it comes. */
final class RawClient implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    /** Connects with a receive buffer of {@code bufferBytes}, 0 for the system's own. */
    RawClient(int port, int bufferBytes) throws IOException {
        if (bufferBytes > 0) {
            socket.setReceiveBufferSize(bufferBytes);
        }
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = socket.getInputStream();
    }

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** Sends a chat call; the lines are further headers. */
    void chat(String body, String... lines) throws IOException {
        StringBuilder head = new StringBuilder("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        head.append("content-length: ").append(bytes.length).append("\r\n\r\n");
        socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
    }

    /** Reads up to {@code mark} and with it; what arrived where the peer ends before it. */
    String readTo(String mark) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] last = mark.getBytes(StandardCharsets.US_ASCII);
        int matched = 0;
        while (matched < last.length) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            read.write(b);
            matched = b == last[matched] ? matched + 1 : b == last[0] ? 1 : 0;
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    byte[] readExactly(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /** Reads until the peer ends. */
    byte[] readAll() throws IOException {
        return in.readAllBytes();
    }

    long skipAll() throws IOException {
        return in.transferTo(OutputStream.nullOutputStream());
    }

    /** The chunks of a chunked answer, from behind its head to the last chunk. */
    List<byte[]> readChunks() throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        while (true) {
            int size = Integer.parseInt(readTo("\r\n").strip(), 16);
            byte[] chunk = readExactly(size);
            readTo("\r\n");
            if (size == 0) {
                return chunks;
            }
            chunks.add(chunk);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
