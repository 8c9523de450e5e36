package io.sluice.bench.upstream;

import java.nio.charset.StandardCharsets;

/** Numbers that look random and follow from what they are made of. */
final class Seeds {

    private Seeds() {}

    /** The finalizer of SplitMix64 over both: Steele, Lea and Flood, 2014. */
    static long mix(long seed, long value) {
        long z = seed + value * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    static long of(long seed, byte[] bytes) {
        long hash = seed;
        for (byte b : bytes) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        return mix(hash, bytes.length);
    }

    static long of(long seed, String text) {
        return of(seed, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A number from 0, with it, to 1, without it. */
    static double fraction(long mixed) {
        return (mixed >>> 11) * 0x1.0p-53;
    }

    static int below(long mixed, int bound) {
        return (int) Long.remainderUnsigned(mixed, bound);
    }

    /** An identifier of {@code prefix}, what it follows from, and a number that makes it unique. */
    static String id(String prefix, long seed, long ordinal) {
        return prefix + String.format("%016x%08x", mix(seed, 1), ordinal);
    }
}
