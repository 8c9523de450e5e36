package io.sluice.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was found during one load.
 *
 * <p>Confined to that load.
 */
final class Problems {

    /*
     * Source lines are cut out at the end, because only then it is known which values are secret:
     * a password may stand on the line of a fault that was found before the password was.
     */

    private static final int MAX_PROBLEMS = 1_000;

    private final Map<String, SourceText> sources = new HashMap<>();
    private final Map<String, Problem> problems = new LinkedHashMap<>();
    private final Set<Place> secrets = new HashSet<>();
    private int dropped;

    /** Makes the text of {@code file} known. */
    void source(String file, String text) {
        sources.put(file, new SourceText(text));
    }

    /** Says that no tree of {@code file} tells where its secrets are. */
    void unreadable(String file) {
        SourceText source = sources.get(file);
        if (source != null) {
            source.hideEverything();
        }
    }

    /** Masks what stands at {@code place}. */
    void hide(Place place) {
        secrets.add(place);
    }

    void add(Severity severity, Place place, String message, @Nullable String hint) {
        addOnce(severity, "#" + problems.size(), place, message, hint);
    }

    /** Adds a problem that is reported once, at its first place, with a count of its places. */
    void addOnce(
            Severity severity, String key, Place place, String message, @Nullable String hint) {
        Problem known = problems.get(key);
        if (known != null) {
            known.more++;
        } else if (problems.size() < MAX_PROBLEMS) {
            problems.put(key, new Problem(severity, place, message, hint));
        } else {
            dropped++;
        }
    }

    /** All findings, file by file in the order of their lines. */
    List<Finding> findings() {
        secrets.forEach(place -> {
            SourceText source = sources.get(place.file());
            if (source != null) {
                source.hide(place);
            }
        });
        List<Finding> findings = new ArrayList<>();
        problems.values().forEach(problem -> findings.add(finding(problem)));
        List<String> files = findings.stream().map(Finding::file).distinct().toList();
        findings.sort(
                Comparator.comparingInt((Finding finding) -> files.indexOf(finding.file()))
                        .thenComparingInt(Finding::line)
                        .thenComparingInt(Finding::column));
        if (dropped > 0) {
            findings.add(
                    new Finding(
                            Severity.WARNING,
                            "configuration",
                            0,
                            0,
                            dropped + " more findings are not shown",
                            null,
                            null,
                            0));
        }
        return findings;
    }

    private Finding finding(Problem problem) {
        Place place = problem.place;
        SourceText source = place.isInFile() ? sources.get(place.file()) : null;
        SourceText.Line line = source == null ? null : source.line(place.line(), place.column());
        String message =
                switch (problem.more) {
                    case 0 -> problem.message;
                    case 1 -> problem.message + " (and in one more place)";
                    default -> problem.message + " (and in " + problem.more + " more places)";
                };
        return new Finding(
                problem.severity,
                place.file(),
                place.line(),
                place.column(),
                message,
                problem.hint,
                line == null ? null : line.text(),
                line == null ? 0 : line.caret());
    }

    /** A finding before its source line is cut out. */
    private static final class Problem {

        private final Severity severity;
        private final Place place;
        private final String message;
        private final @Nullable String hint;
        private int more;

        Problem(Severity severity, Place place, String message, @Nullable String hint) {
            this.severity = severity;
            this.place = place;
            this.message = message;
            this.hint = hint;
        }
    }
}
