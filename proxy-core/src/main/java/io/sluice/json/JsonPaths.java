package io.sluice.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The places in a JSON document that a {@link PathScanner} looks at. Immutable.
 *
 * <p>A place is known by a number: 0 is the document itself, the others are given by {@link
 * Builder#add}. A path leads through objects, and through all elements of an array where a name in
 * it is {@link #ELEMENT}.
 */
public final class JsonPaths {

    /** The place of the document itself. */
    public static final int ROOT = 0;

    /** In a path, stands for every element of an array. */
    public static final String ELEMENT = "[]";

    private static final int NONE = -1;
    private static final byte[] ELEMENT_NAME = ELEMENT.getBytes(StandardCharsets.UTF_8);

    private final byte[][] names;
    private final int[] parents;
    private final int[] textBytes;
    private final int[][] children;
    private final int[] elements;
    private final boolean[] sampled;
    private final boolean[] repeated;
    private final boolean[] told;

    /** For each place the lengths of its children's names: bit n for n bytes, bit 63 for more. */
    private final long[] lengths;

    private final int longestName;
    private final int depth;

    private JsonPaths(Builder builder) {
        int size = builder.names.size();
        names = builder.names.toArray(byte[][]::new);
        parents = builder.parents.stream().mapToInt(Integer::intValue).toArray();
        textBytes = builder.textBytes.stream().mapToInt(Integer::intValue).toArray();
        children = new int[size][];
        elements = new int[size];
        sampled = new boolean[size];
        repeated = new boolean[size];
        told = new boolean[size];
        lengths = new long[size];
        int longest = 0;
        int deepest = 0;
        for (int place = 0; place < size; place++) {
            children[place] = builder.namedChildrenOf(place);
            elements[place] = builder.elementOf(place);
            sampled[place] = builder.sampled.contains(place);
            told[place] = builder.told.contains(place);
            repeated[place] =
                    place != ROOT && (repeated[parents[place]] || builder.isElement(place));
            for (int child : children[place]) {
                lengths[place] |= lengthBit(names[child].length);
            }
            longest = Math.max(longest, names[place].length);
            deepest = Math.max(deepest, depthOf(place));
        }
        longestName = longest;
        depth = deepest;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How many places there are, the document included. */
    public int size() {
        return names.length;
    }

    int parent(int place) {
        return parents[place];
    }

    boolean hasChildren(int place) {
        return lengths[place] != 0;
    }

    /** The place of each element of an array at {@code place}, or -1. */
    int element(int place) {
        return elements[place];
    }

    /** Whether the text of a string at {@code place} is sampled. */
    boolean isSampled(int place) {
        return sampled[place];
    }

    /** Whether the scanner tells of each object that ends at {@code place}. */
    boolean isTold(int place) {
        return told[place];
    }

    /** Whether a document can have several values at {@code place}: it is below an array. */
    boolean isRepeated(int place) {
        return repeated[place];
    }

    /** The bound of the text kept of a place; 0 where none is kept. */
    int textBytes(int place) {
        return textBytes[place];
    }

    int longestName() {
        return longestName;
    }

    /** The number of containers around the deepest place. */
    int depth() {
        return depth;
    }

    /** The child of {@code place} that is called {@code bytes[from..to)}, or -1. */
    int child(int place, byte[] bytes, int from, int to) {
        int length = to - from;
        if ((lengths[place] & lengthBit(length)) == 0) {
            return -1;
        }
        for (int child : children[place]) {
            byte[] name = names[child];
            if (name.length == length && Arrays.equals(name, 0, length, bytes, from, to)) {
                return child;
            }
        }
        return -1;
    }

    private int depthOf(int place) {
        int count = 0;
        for (int at = place; at != ROOT; at = parents[at]) {
            count++;
        }
        return count;
    }

    private static long lengthBit(int length) {
        return 1L << Math.min(length, 63);
    }

    /** Collects paths. Not safe for threads. */
    public static final class Builder {

        private final List<byte[]> names = new ArrayList<>();
        private final List<Integer> parents = new ArrayList<>();
        private final List<Integer> textBytes = new ArrayList<>();
        private final Set<Integer> sampled = new HashSet<>();
        private final Set<Integer> told = new HashSet<>();

        private Builder() {
            names.add(new byte[0]);
            parents.add(ROOT);
            textBytes.add(0);
        }

        /** The number of the place that {@code path}, the names from the root on, leads to. */
        public int add(String... path) {
            int place = ROOT;
            for (String name : path) {
                place = child(place, name.getBytes(StandardCharsets.UTF_8));
            }
            return place;
        }

        /** As {@link #add}; of a string there, up to {@code maxBytes} bytes of text are kept. */
        public int addText(int maxBytes, String... path) {
            int place = add(path);
            textBytes.set(place, maxBytes);
            return place;
        }

        /** As {@link #add}; the text of each string there goes to the scanner's sample. */
        public int addSampled(String... path) {
            int place = add(path);
            sampled.add(place);
            return place;
        }

        /**
         * As {@link #add}; the scanner tells of each object there as it ends. There must be places
         * inside it.
         */
        public int addTold(String... path) {
            int place = add(path);
            told.add(place);
            return place;
        }

        public JsonPaths build() {
            return new JsonPaths(this);
        }

        private int child(int parent, byte[] name) {
            for (int child : childrenOf(parent)) {
                if (Arrays.equals(names.get(child), name)) {
                    return child;
                }
            }
            names.add(name);
            parents.add(parent);
            textBytes.add(0);
            return names.size() - 1;
        }

        private boolean isElement(int place) {
            return place != ROOT && Arrays.equals(names.get(place), ELEMENT_NAME);
        }

        private int elementOf(int parent) {
            for (int child : childrenOf(parent)) {
                if (isElement(child)) {
                    return child;
                }
            }
            return NONE;
        }

        private int[] namedChildrenOf(int parent) {
            return Arrays.stream(childrenOf(parent)).filter(child -> !isElement(child)).toArray();
        }

        private int[] childrenOf(int parent) {
            List<Integer> found = new ArrayList<>();
            for (int place = 1; place < names.size(); place++) {
                if (parents.get(place) == parent) {
                    found.add(place);
                }
            }
            return found.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
