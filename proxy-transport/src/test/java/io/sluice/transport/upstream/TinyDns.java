package io.sluice.transport.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name server for a few names with one IPv4 address each, over UDP (RFC 1035, 4). Other names do
 * not exist.
 */
final class TinyDns implements AutoCloseable {

    private static final int TYPE_A = 1;
    private static final int NAME_ERROR = 3;

    private final DatagramSocket socket;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final AtomicInteger queries = new AtomicInteger();
    private final Semaphore gate = new Semaphore(1);

    private record Answer(int ttlSeconds, InetAddress address) {}

    private TinyDns(DatagramSocket socket) {
        this.socket = socket;
    }

    static TinyDns start() {
        try {
            TinyDns dns = new TinyDns(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(dns::serve);
            return dns;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    void answer(String name, int ttlSeconds, String address) {
        answers.put(name, new Answer(ttlSeconds, InetAddress.ofLiteral(address)));
    }

    /** How many questions it was asked. */
    int queries() {
        return queries.get();
    }

    /** Answers nothing until {@link #letGo()}. */
    void hold() {
        gate.acquireUninterruptibly();
    }

    void letGo() {
        gate.release();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        byte[] buffer = new byte[512];
        try {
            while (!socket.isClosed()) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                queries.incrementAndGet();
                gate.acquireUninterruptibly();
                gate.release();
                byte[] reply = reply(Arrays.copyOf(buffer, packet.getLength()));
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            }
        } catch (IOException _) {
            socket.close();
        }
    }

    private byte[] reply(byte... query) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = 12;
        while (query[at] != 0) {
            String label = new String(query, at + 1, query[at], StandardCharsets.US_ASCII);
            name.append(name.isEmpty() ? "" : ".").append(label);
            at += query[at] + 1;
        }
        int type = ByteBuffer.wrap(query).getShort(at + 1);
        Answer answer = answers.get(name.toString());
        boolean hasAddress = answer != null && type == TYPE_A;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer head =
                ByteBuffer.allocate(12)
                        .put(query, 0, 2)
                        .putShort((short) (0x8180 | (answer == null ? NAME_ERROR : 0)))
                        .putShort((short) 1)
                        .putShort((short) (hasAddress ? 1 : 0));
        out.write(head.array());
        out.write(query, 12, at + 5 - 12);
        if (answer != null && hasAddress) {
            ByteBuffer record =
                    ByteBuffer.allocate(16)
                            .putShort((short) 0xc00c)
                            .putShort((short) TYPE_A)
                            .putShort((short) 1)
                            .putInt(answer.ttlSeconds)
                            .putShort((short) 4)
                            .put(answer.address.getAddress());
            out.write(record.array());
        }
        return out.toByteArray();
    }
}
