package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What arrived, as it arrived. Immutable.
 *
 * @param connection number of the connection, counted from 1
 * @param nth which request of its connection this is, counted from 1
 * @param uri path and query, still encoded
 * @param headers in the order and spelling they came in
 * @param body read-only; the whole of it
 */
public record ReceivedRequest(
        long connection,
        int nth,
        String method,
        String uri,
        String version,
        List<Map.Entry<String, String>> headers,
        ByteBuffer body) {

    public ReceivedRequest {
        headers = List.copyOf(headers);
        body = body.asReadOnlyBuffer();
    }

    /** Copies {@code request}, which is borrowed. */
    static ReceivedRequest of(FullHttpRequest request, long connection, int nth) {
        return new ReceivedRequest(
                connection,
                nth,
                request.method().name(),
                request.uri(),
                request.protocolVersion().text(),
                request.headers().entries(),
                ByteBuffer.wrap(ByteBufUtil.getBytes(request.content())));
    }

    /** The first value of a header, or {@code null}. */
    public @Nullable String header(String name) {
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    /** The path, still encoded, without the query. */
    public String path() {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** A reader of its own over the body. */
    @Override
    public ByteBuffer body() {
        return body.duplicate();
    }

    /** The body as text. */
    public String bodyText() {
        return StandardCharsets.UTF_8.decode(body()).toString();
    }

    /** SHA-256 of the body, in hexadecimal digits. */
    public String bodyDigest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(body());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Method, URI, headers by their names in lower case, and the body as text. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("method", method).put("uri", uri);
        ObjectNode fields = json.putObject("headers");
        headers.forEach(
                header -> fields.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return json.put("body", bodyText());
    }

    byte[] bodyBytes() {
        byte[] bytes = new byte[body.remaining()];
        body().get(bytes);
        return bytes;
    }

    boolean isHttp10() {
        return version.equals(HttpVersion.HTTP_1_0.text());
    }
}
