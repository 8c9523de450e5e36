package io.sluice.bench.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Plain calls one after the other over one connection, each timed, by a blocking client. */
final class Calls implements AutoCloseable {

    private static final int ROOM = 64 << 10;
    private static final String LENGTH = "content-length:";
    private static final int SERVED = 200;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int STATUS_LENGTH = 3;

    private final Socket socket;
    private final byte[] request;
    private final byte[] read = new byte[ROOM];

    /**
     * Connects.
     *
     * @throws IOException if nobody listens there
     */
    Calls(URI base, @Nullable String key, String body) throws IOException {
        request =
                ("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
                                + (key == null ? "" : "authorization: Bearer " + key + "\r\n")
                                + "content-type: application/json\r\n"
                                + LENGTH
                                + " "
                                + body.length()
                                + "\r\n\r\n"
                                + body)
                        .getBytes(US_ASCII);
        socket = new Socket(InetAddress.getByName(base.getHost()), base.getPort());
        socket.setTcpNoDelay(true);
    }

    /**
     * Makes so many calls.
     *
     * @return how long each took, in nanoseconds, in their order
     * @throws IOException if one is not answered with 200
     */
    long[] make(int count) throws IOException {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            int status = ask();
            if (status != SERVED) {
                throw new IOException("not served: status " + status);
            }
            nanos[i] = System.nanoTime() - start;
        }
        return nanos;
    }

    /**
     * Makes one call.
     *
     * @return the status of its answer
     * @throws IOException if there is none, or none with a length
     */
    int ask() throws IOException {
        socket.getOutputStream().write(request);
        return awaitAnswer();
    }

    private int awaitAnswer() throws IOException {
        InputStream in = socket.getInputStream();
        int have = 0;
        int whole = Integer.MAX_VALUE;
        while (have < whole) {
            int count = in.read(read, have, read.length - have);
            if (count < 0) {
                throw new IOException("the connection was closed");
            }
            have += count;
            if (whole == Integer.MAX_VALUE) {
                whole = wholeBytes(new String(read, 0, have, US_ASCII));
            }
        }
        return Integer.parseInt(new String(read, STATUS_AT, STATUS_LENGTH, US_ASCII));
    }

    /**
     * Bytes of head and body; or the most there can be while the head is not whole.
     *
     * @throws IOException if it is not an answer with a length
     */
    private static int wholeBytes(String head) throws IOException {
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return Integer.MAX_VALUE;
        }
        int at = head.indexOf(LENGTH);
        if (!head.startsWith("HTTP/1.1 ") || at < 0 || at > end) {
            throw new IOException("not served: " + head);
        }
        int from = at + LENGTH.length();
        return end + 4 + Integer.parseInt(head.substring(from, head.indexOf('\r', from)).strip());
    }

    /** The value below which so many hundredths of the values lie. */
    static long percentile(long[] values, int hundredths) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * hundredths / 100)];
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
