package io.sluice.usage;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonPaths;
import io.sluice.json.PathScanner;
import io.sluice.json.TextSample;
import java.util.List;

/**
 * The beginning of a request's body, kept for the case that nobody says how many tokens it had.
 *
 * <p>Filled on an event loop, without allocating; read by one other thread after that.
 */
public final class RequestSample {

    private static final JsonPaths PATHS;

    static {
        JsonPaths.Builder paths = JsonPaths.builder();
        String each = JsonPaths.ELEMENT;
        paths.addSampled("messages", each, "content");
        paths.addSampled("messages", each, "content", each, "text");
        paths.addSampled("messages", each, "tool_calls", each, "function", "name");
        paths.addSampled("messages", each, "tool_calls", each, "function", "arguments");
        paths.addSampled("prompt");
        paths.addSampled("prompt", each);
        paths.addSampled("instructions");
        paths.addSampled("input");
        paths.addSampled("input", each);
        paths.addSampled("input", each, "text");
        paths.addSampled("input", each, "content");
        paths.addSampled("input", each, "content", each, "text");
        paths.addSampled("input", each, "arguments");
        paths.addSampled("input", each, "output");
        paths.addSampled("tools", each, "name");
        paths.addSampled("tools", each, "description");
        paths.addSampled("tools", each, "function", "name");
        paths.addSampled("tools", each, "function", "description");
        paths.addSampled("messages", each, "content", each, "content");
        paths.addSampled("messages", each, "content", each, "content", each, "text");
        paths.addSampled("system");
        paths.addSampled("system", each, "text");
        for (String contents : List.of("contents", "systemInstruction", "content")) {
            paths.addSampled(contents, "parts", each, "text");
            paths.addSampled(contents, each, "parts", each, "text");
        }
        paths.addSampled("requests", each, "content", "parts", each, "text");
        paths.addSampled("tools", each, "functionDeclarations", each, "name");
        paths.addSampled("tools", each, "functionDeclarations", each, "description");
        PATHS = paths.build();
    }

    private final byte[] kept;
    private int length;
    private long bodyBytes;

    /**
     * An empty sample.
     *
     * @param room bytes that are kept; 0 to count only
     */
    public RequestSample(int room) {
        kept = new byte[room];
    }

    /** Forgets everything. */
    public void clear() {
        length = 0;
        bodyBytes = 0;
    }

    /** Keeps the beginning of {@code body}, which is borrowed. */
    public void keep(ByteBuf body) {
        bodyBytes = body.readableBytes();
        length = (int) Math.min(kept.length, bodyBytes);
        body.getBytes(body.readerIndex(), kept, 0, length);
    }

    /** The size of the whole body. */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** How many bytes of it {@link #text} was found in. */
    int sampledBytes() {
        return length;
    }

    /** The text for a model in what was kept, without what only structures it. */
    TextSample text() {
        TextSample text = new TextSample(length);
        PathScanner scanner = new PathScanner(PATHS);
        scanner.sampleInto(text);
        scanner.read(kept, 0, length);
        return text;
    }
}
