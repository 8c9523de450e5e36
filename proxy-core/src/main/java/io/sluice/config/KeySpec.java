package io.sluice.config;

import java.util.List;

/**
 * One key that a configuration may have.
 *
 * @param path from the top, with {@code []} for each element of a list and {@code *} for any name
 * @param fallback what counts without it, written as in the file
 * @param doc one line of documentation; empty for keys that are only accepted
 * @param isUsed whether this version acts on it
 * @param choices the words it takes; one that ends in {@code :*} is a prefix
 * @param min the least it takes; milliseconds for times, bytes for sizes
 * @param max the most it takes
 */
public record KeySpec(
        String path,
        KeyType type,
        String fallback,
        String doc,
        boolean isUsed,
        List<String> choices,
        long min,
        long max) {

    public KeySpec {
        choices = List.copyOf(choices);
    }

    /** A key that this version acts on. */
    static KeySpec used(String path, KeyType type, String fallback, String doc) {
        return new KeySpec(path, type, fallback, doc, true, List.of(), 0, Long.MAX_VALUE);
    }

    /** A key that is read and checked, and has no effect yet. */
    static KeySpec accepted(String path, KeyType type, String fallback, String doc) {
        return new KeySpec(path, type, fallback, doc, false, List.of(), 0, Long.MAX_VALUE);
    }

    KeySpec oneOf(String... words) {
        return new KeySpec(path, type, fallback, doc, isUsed, List.of(words), min, max);
    }

    KeySpec between(long least, long most) {
        return new KeySpec(path, type, fallback, doc, isUsed, choices, least, most);
    }

    KeySpec atLeast(long least) {
        return between(least, max);
    }

    /** Whether its value is never shown. */
    public boolean isSecret() {
        return type == KeyType.SECRET || type == KeyType.SECRET_MAP;
    }

    /** Whether it only holds other keys. */
    public boolean isSection() {
        return type == KeyType.SECTION || type == KeyType.SECTION_LIST;
    }

    /** The last part of its path. */
    public String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
