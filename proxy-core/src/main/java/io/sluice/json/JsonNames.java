package io.sluice.json;

import java.nio.charset.StandardCharsets;

/**
 * A set of names that are found among bytes without making a string of them. Immutable.
 *
 * <p>What is found is always the same object, so that a {@code switch} on it costs no more than a
 * comparison.
 */
public final class JsonNames {

    private final byte[][] bytes;
    private final String[] names;
    private final int mask;

    private JsonNames(String[] names) {
        int size = Integer.highestOneBit(Math.max(4, names.length * 4));
        mask = size - 1;
        this.names = new String[size];
        bytes = new byte[size][];
        for (String name : names) {
            put(name);
        }
    }

    /** The set of {@code names}, none of them empty. */
    public static JsonNames of(String... names) {
        return new JsonNames(names);
    }

    /**
     * The name that is {@code from[start..end)}, or the empty string where it is not in the set.
     */
    public String find(byte[] from, int start, int end) {
        if (start == end) {
            return "";
        }
        int slot = hash(from, start, end) & mask;
        while (bytes[slot] != null) {
            if (java.util.Arrays.equals(bytes[slot], 0, bytes[slot].length, from, start, end)) {
                return names[slot];
            }
            slot = slot + 1 & mask;
        }
        return "";
    }

    private void put(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        int slot = hash(utf8, 0, utf8.length) & mask;
        while (bytes[slot] != null) {
            slot = slot + 1 & mask;
        }
        bytes[slot] = utf8;
        names[slot] = name;
    }

    private static int hash(byte[] from, int start, int end) {
        int middle = from[(start + end) >>> 1];
        return (end - start) * 31 + from[start] * 7 + from[end - 1] * 13 + middle * 5;
    }
}
