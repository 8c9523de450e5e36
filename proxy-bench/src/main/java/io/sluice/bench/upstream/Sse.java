package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Server-sent events as the knobs want them written. Immutable. */
final class Sse {

    private final String eol;
    private final String before;

    Sse(Knobs knobs) {
        eol = knobs.word(Knob.EOL, "lf").equals("crlf") ? "\r\n" : "\n";
        before = knobs.is(Knob.COMMENTS, false) ? ": processing" + eol + eol : "";
    }

    /** An event without a name, as chat completions have it. */
    Step.Send data(String data, long tokens) {
        return new Step.Send(utf8(before + "data: " + data + eol + eol), tokens);
    }

    /** An event with a name, as responses have it. */
    Step.Send named(String name, String data, long tokens) {
        String text = before + "event: " + name + eol + "data: " + data + eol + eol;
        return new Step.Send(utf8(text), tokens);
    }

    /** An event with a name, from a tree. */
    Step.Send named(String name, JsonNode data, long tokens) {
        return named(name, data.toString(), tokens);
    }

    static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code text} as a JSON string, quotes included. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 8).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ') {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
