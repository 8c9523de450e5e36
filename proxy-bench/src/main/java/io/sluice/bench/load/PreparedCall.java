package io.sluice.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.bench.canned.CannedAnswer;
import io.sluice.bench.canned.CannedSpec;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request made beforehand, but for the id of its call, and the answer it must get.
 *
 * <p>Immutable. The bulk of a large body is written without copying it.
 */
public final class PreparedCall {

    private static final int COPIED_BYTES = 16 << 10;
    private static final byte[] LAST_OF_ID = "=".getBytes(US_ASCII);

    private final byte[] front;
    private final ByteBuf rest;
    private final int idAt;
    private final @Nullable CannedAnswer answer;

    private PreparedCall(byte[] all, int idAt, @Nullable CannedAnswer answer) {
        int copied = Math.min(all.length, COPIED_BYTES);
        front = Arrays.copyOf(all, copied);
        ByteBuffer behind = ByteBuffer.allocateDirect(all.length - copied);
        behind.put(all, copied, all.length - copied).flip();
        rest = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(behind));
        this.idAt = idAt;
        this.answer = answer;
    }

    /**
     * A request with this body to this place.
     *
     * @param key the caller's key, or {@code null} to send none
     * @param path added to the path of {@code base}
     * @param body with the token of {@code spec} within its first 16 KiB, or without any
     * @param spec the answer to expect, or {@code null} to check only its framing
     * @throws IllegalArgumentException if the body has no token there
     */
    public static PreparedCall of(
            URI base, @Nullable String key, String path, String body, @Nullable CannedSpec spec) {
        byte[] bodyBytes = body.getBytes(UTF_8);
        String head =
                "POST "
                        + (base.getRawPath() == null ? "" : base.getRawPath())
                        + path
                        + " HTTP/1.1\r\nhost: "
                        + base.getRawAuthority()
                        + "\r\n"
                        + (key == null ? "" : "authorization: Bearer " + key + "\r\n")
                        + "content-type: application/json\r\ncontent-length: "
                        + bodyBytes.length
                        + "\r\n\r\n";
        byte[] headBytes = head.getBytes(US_ASCII);
        byte[] all = Arrays.copyOf(headBytes, headBytes.length + bodyBytes.length);
        System.arraycopy(bodyBytes, 0, all, headBytes.length, bodyBytes.length);
        if (spec == null) {
            return new PreparedCall(all, -1, null);
        }
        int id = body.indexOf(spec.token());
        if (id < 0 || id + spec.token().length() + headBytes.length > COPIED_BYTES) {
            throw new IllegalArgumentException("the body has no token near its front");
        }
        int before = body.substring(0, id).getBytes(UTF_8).length;
        int idAt =
                headBytes.length
                        + before
                        + spec.token().length()
                        - CannedSpec.ID_BYTES
                        - LAST_OF_ID.length;
        return new PreparedCall(
                all, idAt, CannedAnswer.of(spec, body.contains("\"include_usage\":true")));
    }

    /** The answer to expect, or {@code null} where only its framing is checked. */
    @Nullable CannedAnswer answer() {
        return answer;
    }

    /** The request's first bytes, with the id in its place; the caller owns it. */
    ByteBuf front(ByteBufAllocator alloc, long callId, byte[] scratch) {
        ByteBuf out = alloc.directBuffer(front.length);
        out.writeBytes(front);
        if (idAt >= 0) {
            CannedAnswer.putHex(scratch, 0, callId);
            out.setBytes(idAt, scratch, 0, CannedSpec.ID_BYTES);
        }
        return out;
    }

    /** Whether there is more behind {@link #front}. */
    boolean hasRest() {
        return rest.isReadable();
    }

    /** The bytes behind {@link #front}; the caller owns the view, never the bytes. */
    ByteBuf rest() {
        return rest.duplicate();
    }
}
