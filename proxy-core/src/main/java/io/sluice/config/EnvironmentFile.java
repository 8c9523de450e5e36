package io.sluice.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads files of {@code NAME=value} lines. */
final class EnvironmentFile {

    private static final Pattern LINE =
            Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*(.*)");
    private static final Pattern QUOTED = Pattern.compile("(['\"])(.*)\\1\\s*(?:#.*)?");

    private EnvironmentFile() {}

    /** The variables in {@code text}; lines that are none become warnings. */
    static Map<String, String> read(String file, String text, Problems problems) {
        Map<String, String> variables = new LinkedHashMap<>();
        String[] lines = text.split("\\r?\\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher variable = LINE.matcher(line);
            if (variable.matches()) {
                variables.put(variable.group(1), value(variable.group(2)));
            } else {
                problems.add(
                        Severity.WARNING,
                        new Place(file, i + 1, 1, i + 1, 1),
                        "not a line of the form NAME=value",
                        null);
            }
        }
        return variables;
    }

    private static String value(String text) {
        Matcher quoted = QUOTED.matcher(text);
        if (!quoted.matches()) {
            return text.replaceFirst("\\s+#.*$", "").strip();
        }
        String inner = quoted.group(2);
        return quoted.group(1).equals("'")
                ? inner
                : inner.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
    }
}
