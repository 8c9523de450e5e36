package io.sluice.bench.canned;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A canned answer as it goes over the wire, made once for each spec. Immutable. */
final class LeanScript {

    private static final int MAX_SCRIPTS = 256;
    private static final Map<String, LeanScript> MADE = new ConcurrentHashMap<>();
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

    private final CannedSpec spec;
    private final CannedAnswer answer;
    private final byte[] head;
    private final byte[][] sizes;

    private LeanScript(CannedSpec spec, boolean withUsage, boolean isMessages) {
        this.spec = spec;
        answer =
                isMessages && spec.stream()
                        ? CannedAnswer.messages(spec)
                        : CannedAnswer.of(spec, withUsage);
        String type = spec.stream() ? "text/event-stream" : "application/json";
        String framing =
                spec.stream() ? "transfer-encoding: chunked" : "content-length: " + answer.length();
        head =
                ("HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\n" + framing + "\r\n\r\n")
                        .getBytes(US_ASCII);
        sizes = new byte[answer.events()][];
        for (int i = 0; i < sizes.length; i++) {
            int size = answer.end(i) - answer.start(i);
            sizes[i] = (Integer.toHexString(size) + "\r\n").getBytes(US_ASCII);
        }
    }

    /**
     * The script for the token that stands there, or {@code null} if it is none.
     *
     * @param isMessages whether it is asked for in Anthropic's dialect
     */
    static @Nullable LeanScript find(
            byte[] bytes, int from, int to, boolean withUsage, boolean isMessages) {
        String key = new String(bytes, from, to - from, US_ASCII);
        String name = isMessages ? key + "m" : withUsage ? key + "u" : key;
        LeanScript made = MADE.get(name);
        return made != null ? made : make(key, name, withUsage, isMessages);
    }

    private static @Nullable LeanScript make(
            String key, String name, boolean withUsage, boolean isMessages) {
        CannedSpec spec;
        try {
            spec = CannedSpec.parse(key);
        } catch (IllegalArgumentException _) {
            return null;
        }
        if (spec == null) {
            return null;
        }
        LeanScript script = new LeanScript(spec, withUsage, isMessages);
        if (MADE.size() < MAX_SCRIPTS) {
            MADE.put(name, script);
        }
        return script;
    }

    CannedSpec spec() {
        return spec;
    }

    int events() {
        return answer.events();
    }

    /** Bytes that an event needs on the wire at most, head and end of the answer included. */
    int capacity(int event) {
        return head.length + answer.end(event) - answer.start(event) + 32;
    }

    /**
     * Writes an event, behind the head if it is the first, with the end of the answer if it is the
     * last.
     *
     * @param out borrowed
     * @param id the digits of the call's id
     */
    void write(ByteBuf out, int event, byte[] id, byte[] time) {
        if (event == 0) {
            out.writeBytes(head);
        }
        if (spec.stream()) {
            out.writeBytes(sizes[event]);
        }
        int start = answer.start(event);
        int at = out.writerIndex();
        out.writeBytes(answer.bytes(), start, answer.end(event) - start);
        if (answer.id(event) >= 0) {
            out.setBytes(at + answer.id(event) - start, id);
        }
        if (answer.time(event) >= 0) {
            CannedAnswer.putHex(time, 0, System.nanoTime());
            out.setBytes(at + answer.time(event) - start, time);
        }
        if (spec.stream()) {
            out.writeBytes(LINE_END);
            if (event == answer.events() - 1) {
                out.writeBytes(LAST_CHUNK);
            }
        }
    }
}
