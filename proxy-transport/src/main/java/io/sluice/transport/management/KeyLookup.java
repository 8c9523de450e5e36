package io.sluice.transport.management;

import io.sluice.auth.KeyHash;
import io.sluice.store.KeyDigest;
import io.sluice.store.KeyRecord;
import org.jspecify.annotations.Nullable;

/** Finds a key by whatever people call it: itself, its SHA-256, its id, its alias. */
final class KeyLookup {

    private final Books books;

    KeyLookup(Books books) {
        this.books = books;
    }

    /** The key, or {@code null} if there is none. */
    @Nullable KeyRecord find(String name) {
        KeyRecord found = books.keys().find(name);
        if (found == null) {
            found = byHash(KeyHash.of(name));
        }
        KeyHash hash = KeyHash.parse(name);
        if (found == null && hash != null) {
            found = byHash(hash);
        }
        return found == null ? books.keys().findByAlias(name) : found;
    }

    /** The key, which must be there. The failure does not repeat what may be a secret. */
    KeyRecord need(String name) {
        KeyRecord found = find(name);
        if (found == null) {
            throw Answers.notFound("key", name.startsWith("sk-") ? "of this value" : name);
        }
        return found;
    }

    private @Nullable KeyRecord byHash(KeyHash hash) {
        return books.keys().find(KeyDigest.of(books.digests().of(hash)));
    }
}
