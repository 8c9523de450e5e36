package io.sluice.routing;

/** How many single-letter changes turn one word into another (Levenshtein, 1966). */
final class EditDistance {

    private static final int MAX_LENGTH = 128;

    private EditDistance() {}

    /** The distance; words longer than 128 letters are as far apart as they are long. */
    static int between(String a, String b) {
        if (a.length() > MAX_LENGTH || b.length() > MAX_LENGTH) {
            return Math.max(a.length(), b.length());
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
