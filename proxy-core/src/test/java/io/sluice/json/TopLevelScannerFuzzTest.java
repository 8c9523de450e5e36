package io.sluice.json;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.testing.Cuts;

/** Any bytes at all: the scanner says the same of them however they are cut. */
class TopLevelScannerFuzzTest {

    private static final FieldNames NAMES = FieldNames.of("model", "stream", "messages");

    private final TopLevelScanner scanner = new TopLevelScanner(NAMES, 16);

    @FuzzTest
    void saysTheSame_howeverCut(FuzzedDataProvider data) {
        int first = data.consumeInt(0, 64);
        int second = data.consumeInt(0, 64);
        byte[] body = data.consumeRemainingAsBytes();
        int from = Math.min(first, body.length);
        int to = Math.min(from + second, body.length);

        String whole = result(body, Cuts.none());

        same(whole, result(body, Cuts.everywhere(body.length)));
        same(whole, result(body, new int[] {from, to}));
    }

    private static void same(String expected, String actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(expected + " became " + actual);
        }
    }

    private String result(byte[] body, int[] cut) {
        scanner.reset();
        try {
            Cuts.feed(body, cut, scanner::feed);
            scanner.finish();
        } catch (MalformedJsonException e) {
            return "malformed at " + e.byteOffset();
        }
        StringBuilder found = new StringBuilder();
        found.append(scanner.objectStart()).append(' ').append(scanner.objectEnd());
        found.append(' ').append(scanner.duplicate()).append(' ').append(scanner.isEmptyObject());
        for (int i = 0; i < NAMES.size(); i++) {
            if (scanner.has(i)) {
                found.append(' ').append(NAMES.name(i)).append(scanner.type(i));
                found.append(scanner.valueStart(i)).append(' ').append(scanner.valueEnd(i));
            }
        }
        return found.toString();
    }
}
