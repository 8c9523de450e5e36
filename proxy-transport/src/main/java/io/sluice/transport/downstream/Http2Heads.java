package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.sluice.http.HeaderName;
import io.sluice.http.ResponseHead;
import java.util.Locale;
import java.util.Map;

/**
 * Heads of HTTP/2 in the form of HTTP/1.1 and back (RFC 9113, 8.3; RFC 9110).
 *
 * <p>A request is written out as HTTP/1.1 and read by the same strict parser as any other, so that
 * there is one reading of a request whatever brought it.
 */
final class Http2Heads {

    /*
     * What could end a line, or a field before its end, must not come in from HTTP/2, where a value
     * is framed by its length. Spaces in method or path are left to the parser, which refuses them.
     */

    private Http2Heads() {}

    /**
     * Writes the head of a request.
     *
     * @param out borrowed
     * @return whether it can be one; if not, nothing is to be made of {@code out}
     */
    static boolean write(Http2Headers headers, ByteBuf out) {
        CharSequence method = headers.method();
        CharSequence path = headers.path();
        if (method == null || path == null || path.isEmpty() || headers.scheme() == null) {
            return false;
        }
        boolean isClean = isClean(method) && isClean(path);
        ascii(out, method);
        out.writeByte(' ');
        ascii(out, path);
        ascii(out, " HTTP/1.1\r\n");
        CharSequence authority = headers.authority();
        if (authority != null) {
            isClean &= isClean(authority);
            line(out, "host", authority);
        }
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            CharSequence name = field.getKey();
            if (name.isEmpty() || !isClean(name) || !isClean(field.getValue())) {
                return false;
            }
            boolean isPseudo = name.charAt(0) == ':';
            isClean &= !isPseudo || isOfRequest(name);
            boolean isHost = AsciiString.contentEquals(name, "host");
            if (isHost && authority != null) {
                isClean &= AsciiString.contentEqualsIgnoreCase(authority, field.getValue());
            } else if (!isPseudo) {
                line(out, name, field.getValue());
            }
        }
        ascii(out, "\r\n");
        return isClean;
    }

    /** The fields of a response that was written as HTTP/1.1. */
    static Http2Headers of(ResponseHead head) {
        Http2Headers headers = new DefaultHttp2Headers(false, head.headerCount() + 1);
        headers.status(Integer.toString(head.status()));
        for (int i = 0; i < head.headerCount(); i++) {
            if (!head.isHopByHop(i) && head.name(i) != HeaderName.TRANSFER_ENCODING) {
                headers.add(head.nameText(i).toLowerCase(Locale.ROOT), head.value(i));
            }
        }
        return headers;
    }

    private static boolean isOfRequest(CharSequence pseudo) {
        return switch (pseudo.toString()) {
            case ":method", ":path", ":scheme", ":authority" -> true;
            default -> false;
        };
    }

    private static boolean isClean(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n' || c == 0 || c > 0xFF) {
                return false;
            }
        }
        return true;
    }

    private static void line(ByteBuf out, CharSequence name, CharSequence value) {
        ascii(out, name);
        ascii(out, ": ");
        ascii(out, value);
        ascii(out, "\r\n");
    }

    /** Latin-1, as the bytes came. */
    private static void ascii(ByteBuf out, CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            out.writeByte(text.charAt(i));
        }
    }
}
