package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Reads the bytes of a connection with the parsers under test. */
final class SluiceReader {

    private enum Expecting {
        HEAD,
        LENGTH,
        CHUNKS,
        CLOSE
    }

    private final boolean requests;
    private final RequestHeadParser requestParser;
    private final ResponseHeadParser responseParser;
    private final RequestHead requestHead = new RequestHead();
    private final ResponseHead responseHead = new ResponseHead();
    private final ChunkedDecoder chunks;
    private final Reading.Draft draft = new Reading.Draft();

    private Expecting expecting = Expecting.HEAD;
    private long remaining;

    private SluiceReader(boolean requests, int maxHeadBytes, int maxHeaders) {
        this.requests = requests;
        this.requestParser = new RequestHeadParser(maxHeadBytes, maxHeaders);
        this.responseParser = new ResponseHeadParser(maxHeadBytes, maxHeaders);
        this.chunks = new ChunkedDecoder(maxHeadBytes);
    }

    /** Reads requests that arrive cut at the indexes {@code cuts}, which ascend. */
    static Reading requests(byte[] bytes, int... cuts) {
        return new SluiceReader(true, Limits.HEAD_BYTES, Limits.HEADERS).read(bytes, cuts);
    }

    /** Reads responses that arrive cut at the indexes {@code cuts}, which ascend. */
    static Reading responses(byte[] bytes, int... cuts) {
        return new SluiceReader(false, Limits.HEAD_BYTES, Limits.HEADERS).read(bytes, cuts);
    }

    private Reading read(byte[] bytes, int... cuts) {
        ByteBuf in = ByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length));
        try {
            int from = 0;
            for (int cut : cuts) {
                receive(in, bytes, from, cut);
                from = cut;
            }
            receive(in, bytes, from, bytes.length);
        } catch (MalformedHttpException e) {
            draft.refuse(e.reason() + ": " + e.text());
        } finally {
            in.release();
        }
        return draft.finish();
    }

    private void receive(ByteBuf in, byte[] bytes, int from, int to) {
        in.discardReadBytes();
        in.writeBytes(bytes, from, to - from);
        boolean more = true;
        while (more) {
            more = step(in);
        }
    }

    /** Takes one step, and returns whether another may be possible with what is there. */
    private boolean step(ByteBuf in) {
        return switch (expecting) {
            case HEAD -> requests ? readRequestHead(in) : readResponseHead(in);
            case LENGTH -> {
                int length = (int) Math.min(remaining, in.readableBytes());
                take(in, length);
                remaining -= length;
                yield remaining == 0 && end();
            }
            case CHUNKS -> {
                while (chunks.next(in)) {
                    draft.append(piece(in));
                }
                yield chunks.isFinished() && end();
            }
            case CLOSE -> {
                take(in, in.readableBytes());
                yield false;
            }
        };
    }

    private boolean readRequestHead(ByteBuf in) {
        if (!requestParser.parse(in, requestHead)) {
            return false;
        }
        String version = requestHead.isHttp10() ? "HTTP/1.0" : "HTTP/1.1";
        String startLine = requestHead.methodText() + " " + requestHead.target() + " " + version;
        begin(startLine, requestHead);
        return true;
    }

    private boolean readResponseHead(ByteBuf in) {
        if (!responseParser.parse(in, responseHead, false)) {
            return false;
        }
        String version = responseHead.isHttp10() ? "HTTP/1.0" : "HTTP/1.1";
        String reason = responseHead.reason().strip();
        begin((version + " " + responseHead.status() + " " + reason).strip(), responseHead);
        return true;
    }

    private void begin(String startLine, MessageHead head) {
        List<String> headers = new ArrayList<>();
        for (int i = 0; i < head.headerCount(); i++) {
            headers.add(head.nameText(i) + ": " + head.value(i));
        }
        draft.begin(startLine, headers, head.isKeepAlive());
        switch (head.framing()) {
            case NONE -> draft.end();
            case LENGTH -> {
                expecting = Expecting.LENGTH;
                remaining = head.contentLength();
            }
            case CHUNKED -> {
                expecting = Expecting.CHUNKS;
                chunks.reset();
            }
            case UNTIL_CLOSE -> expecting = Expecting.CLOSE;
        }
    }

    private boolean end() {
        draft.end();
        expecting = Expecting.HEAD;
        return true;
    }

    private void take(ByteBuf in, int length) {
        draft.append(in.readCharSequence(length, ISO_8859_1).toString());
    }

    private String piece(ByteBuf in) {
        return in.toString(chunks.pieceIndex(), chunks.pieceLength(), ISO_8859_1);
    }

    /** The bounds that every reader in these tests keeps. */
    static final class Limits {

        static final int HEAD_BYTES = 64 * 1024;
        static final int HEADERS = 256;

        private Limits() {}
    }
}
