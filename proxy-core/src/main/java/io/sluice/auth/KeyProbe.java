package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.http.RequestHead;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The hash of the key of one request after the other, by which the key is found. Allocates nothing
 * for keys of up to {@value #ROOM} bytes in a header field. Confined to one thread, and never kept
 * in a collection: {@link #toHash} makes what may be.
 */
public final class KeyProbe extends KeyId {

    private static final int ROOM = 256;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha256 = newSha256();
    private final byte[] text = new byte[ROOM];
    private final byte[] digest = new byte[KeyHash.BYTES];

    /**
     * Takes the hash of the key that a request carries, in whichever field its dialect puts it.
     *
     * @return whether it carries one
     * @throws io.sluice.error.GatewayException if it carries two that differ
     */
    public boolean read(RequestHead head) {
        long place = CallerCredential.locate(head);
        String inQuery = CallerCredential.inQuery(head);
        if (place < 0) {
            return inQuery != null && hash(inQuery);
        }
        if (inQuery != null && !CallerCredential.isSame(head, place, inQuery)) {
            throw CallerCredential.conflict();
        }
        int field = CallerCredential.field(place);
        hash(head, field, CallerCredential.from(place), head.valueLength(field));
        return true;
    }

    private boolean hash(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        finish(bytes, bytes.length);
        return true;
    }

    private void hash(RequestHead head, int field, int from, int to) {
        int length = to - from;
        byte[] bytes = length <= ROOM ? text : new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = head.valueByte(field, from + i);
        }
        finish(bytes, length);
    }

    private void finish(byte[] bytes, int length) {
        sha256.update(bytes, 0, length);
        Arrays.fill(bytes, 0, length, (byte) 0);
        try {
            sha256.digest(digest, 0, KeyHash.BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The hash, to be kept. */
    public KeyHash toHash() {
        return KeyHash.ofDigest(digest);
    }

    @Override
    long first() {
        return (long) LONGS.get(digest, 0);
    }

    @Override
    long second() {
        return (long) LONGS.get(digest, 8);
    }

    @Override
    long third() {
        return (long) LONGS.get(digest, 16);
    }

    @Override
    long fourth() {
        return (long) LONGS.get(digest, 24);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
