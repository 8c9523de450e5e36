package io.sluice.transport.admin;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The routes that somebody may have meant. */
final class NearPaths {

    private static final int MAX_SHOWN = 3;
    private static final int MAX_LENGTH = 100;

    private NearPaths() {}

    /** The paths next to {@code asked}, nearest first, none that needs too many changes. */
    static List<String> of(String asked, Collection<String> paths) {
        if (asked.length() > MAX_LENGTH) {
            return List.of();
        }
        int bound = Math.max(2, asked.length() / 3);
        return paths.stream()
                .distinct()
                .map(path -> Map.entry(path, distance(asked, path)))
                .filter(near -> near.getValue() <= bound)
                .sorted(
                        Comparator.comparing(Map.Entry<String, Integer>::getValue)
                                .thenComparing(Map.Entry::getKey))
                .limit(MAX_SHOWN)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Single-character insertions, deletions and replacements between the two (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
