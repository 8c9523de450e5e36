package io.sluice.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.KeyEntry;
import io.sluice.config.Settings;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys the gateway honours, by their SHA-256 digests. Immutable.
 *
 * <p>Safe for any thread.
 */
public final class KeyTable {

    /*
     * A key is found by the first eight bytes of its digest and then compared in constant time.
     * What the time of the first step tells is about a digest, and a caller cannot choose the
     * digest of his guess without inverting SHA-256.
     */

    private static final ThreadLocal<MessageDigest> SHA_256 =
            ThreadLocal.withInitial(KeyTable::newSha256);

    private final Map<Long, Entry> byPrefix = new HashMap<>();

    private KeyTable() {}

    /** The keys of the file: the master key and the entries of {@code keys}. */
    public static KeyTable of(Settings settings) {
        KeyTable table = new KeyTable();
        for (KeyEntry entry : settings.keys()) {
            table.add(
                    entry.key().reveal(),
                    Principal.ofFile(
                            entry.alias(), ModelAccess.of(entry.models()), entry.onDisconnect()));
        }
        if (settings.masterKey() != null) {
            table.add(settings.masterKey().reveal(), Principal.master());
        }
        return table;
    }

    /** Whose key this is, or {@code null} if it is nobody's. */
    public @Nullable Principal find(String key) {
        byte[] digest = digest(key);
        Entry entry = byPrefix.get(prefix(digest));
        return entry != null && MessageDigest.isEqual(entry.digest, digest)
                ? entry.principal
                : null;
    }

    private void add(String key, Principal principal) {
        byte[] digest = digest(key);
        byPrefix.put(prefix(digest), new Entry(digest, principal));
    }

    private static long prefix(byte[] digest) {
        return ByteBuffer.wrap(digest).getLong();
    }

    private static byte[] digest(String key) {
        MessageDigest sha256 = SHA_256.get();
        sha256.reset();
        return sha256.digest(key.getBytes(UTF_8));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Entry {

        private final byte[] digest;
        private final Principal principal;

        Entry(byte[] digest, Principal principal) {
            this.digest = digest;
            this.principal = principal;
        }
    }
}
