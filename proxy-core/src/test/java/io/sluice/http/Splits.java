package io.sluice.http;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Ways to cut a stream of bytes. */
final class Splits {

    private Splits() {}

    /** A cut behind each of the first {@code length} bytes. */
    static int[] everyByte(int length) {
        return IntStream.range(1, length).toArray();
    }

    /** Up to nine cuts at random. */
    static int[] random(RandomGenerator random, int length) {
        int[] cuts = new int[random.nextInt(10)];
        Arrays.setAll(cuts, _ -> random.nextInt(length + 1));
        Arrays.sort(cuts);
        return cuts;
    }
}
