package io.sluice.bench.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Where a body is cut into pieces. Written {@code recorded}, {@code whole}, {@code every:N}, {@code
 * at:a,b,c} or {@code seed:S}.
 */
public sealed interface Cutting {

    /** As the recorder read it; where it did not say, in one piece. */
    record Recorded() implements Cutting {}

    /** In one piece. */
    record Whole() implements Cutting {}

    /** In pieces of so many bytes. */
    record Every(int bytes) implements Cutting {}

    /** Before the bytes at these offsets; those outside the body cut nothing. */
    record At(List<Integer> offsets) implements Cutting {
        public At {
            offsets = List.copyOf(offsets);
        }
    }

    /** At random, the same for the same seed: many small pieces and a few large ones. */
    record Seeded(long seed) implements Cutting {}

    /**
     * Reads a cutting.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Cutting parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        try {
            return switch (kind) {
                case "recorded" -> new Recorded();
                case "whole" -> new Whole();
                case "every" -> new Every(positive(value));
                case "at" ->
                        new At(
                                Pattern.compile(",")
                                        .splitAsStream(value)
                                        .map(Integer::valueOf)
                                        .toList());
                case "seed" -> new Seeded(Long.parseLong(value));
                default -> throw new IllegalArgumentException("not a cutting: " + text);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a cutting: " + text, e);
        }
    }

    /** The sizes of the pieces of a body, none of them zero; they sum to its length. */
    default List<Integer> sizes(int length, List<Integer> recorded) {
        return switch (this) {
            case Whole() -> fill(List.of(), length);
            case Recorded() -> fill(recorded, length);
            case Every(int bytes) -> every(bytes, length);
            case At(List<Integer> offsets) -> fill(between(offsets, length), length);
            case Seeded(long seed) -> random(seed, length);
        };
    }

    private static List<Integer> every(int bytes, int length) {
        List<Integer> sizes = new ArrayList<>();
        for (int at = 0; at < length; at += bytes) {
            sizes.add(Math.min(bytes, length - at));
        }
        return sizes;
    }

    private static List<Integer> between(List<Integer> offsets, int length) {
        List<Integer> sizes = new ArrayList<>();
        int from = 0;
        for (int offset : offsets.stream().sorted().distinct().toList()) {
            if (offset > 0 && offset < length) {
                sizes.add(offset - from);
                from = offset;
            }
        }
        return sizes;
    }

    private static List<Integer> random(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> sizes = new ArrayList<>();
        for (int at = 0; at < length; ) {
            int most = 1 << random.nextInt(1, 12);
            int size = Math.min(random.nextInt(1, most + 1), length - at);
            sizes.add(size);
            at += size;
        }
        return sizes;
    }

    /** {@code sizes} without zeros, and what is missing to {@code length} as the last one. */
    private static List<Integer> fill(List<Integer> sizes, int length) {
        List<Integer> filled = new ArrayList<>();
        int left = length;
        for (int size : sizes) {
            int taken = Math.min(size, left);
            if (taken > 0) {
                filled.add(taken);
                left -= taken;
            }
        }
        if (left > 0) {
            filled.add(left);
        }
        return filled;
    }

    private static int positive(String value) {
        int number = Integer.parseInt(value);
        if (number < 1) {
            throw new IllegalArgumentException("must be positive: " + value);
        }
        return number;
    }
}
