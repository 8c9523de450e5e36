package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.http.RequestHead;
import io.sluice.http.RequestHeadParser;
import io.sluice.http.ResponseHead;
import io.sluice.http.ResponseHeadParser;

/** Message heads from their text. */
public final class Heads {

    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int MAX_HEADERS = 256;

    private Heads() {}

    /** The head of a request: a request line and header lines, without line ends. */
    public static RequestHead request(String... lines) {
        RequestHead head = new RequestHead();
        ByteBuf in = bytes(lines);
        try {
            if (!new RequestHeadParser(MAX_HEAD_BYTES, MAX_HEADERS).parse(in, head)) {
                throw new IllegalArgumentException("not a whole head");
            }
            return head;
        } finally {
            in.release();
        }
    }

    /** The head of a POST with a host and these header lines. */
    public static RequestHead post(String path, String... lines) {
        String[] all = new String[lines.length + 2];
        all[0] = "POST " + path + " HTTP/1.1";
        all[1] = "Host: gateway";
        System.arraycopy(lines, 0, all, 2, lines.length);
        return request(all);
    }

    /** The head of a response: a status line and header lines, without line ends. */
    public static ResponseHead response(String... lines) {
        ResponseHead head = new ResponseHead();
        ByteBuf in = bytes(lines);
        try {
            ResponseHeadParser parser = new ResponseHeadParser(MAX_HEAD_BYTES, MAX_HEADERS);
            if (!parser.parse(in, head, /* answersHead= */ false)) {
                throw new IllegalArgumentException("not a whole head");
            }
            return head;
        } finally {
            in.release();
        }
    }

    private static ByteBuf bytes(String... lines) {
        String text = String.join("\r\n", lines) + "\r\n\r\n";
        ByteBuf in = ByteBufAllocator.DEFAULT.buffer();
        in.writeCharSequence(text, ISO_8859_1);
        return in;
    }
}
