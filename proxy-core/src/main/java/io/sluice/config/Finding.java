package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * One fault in a configuration, or one remark on it.
 *
 * <p>Holds no secret: values that may be one are masked in {@code source}.
 *
 * @param file the file, or the name of the environment variable or flag
 * @param line from 1; 0 where there is no line
 * @param column from 1, in characters; 0 where there is no line
 * @param hint what may help, or {@code null}
 * @param source the line as it stands in the file, or {@code null} where there is none
 * @param caret offset in {@code source} of what is meant
 */
public record Finding(
        Severity severity,
        String file,
        int line,
        int column,
        String message,
        @Nullable String hint,
        @Nullable String source,
        int caret) {

    private static final int MAX_MESSAGE_CHARACTERS = 400;

    public Finding {
        message = printable(message);
        hint = hint == null ? null : printable(hint);
    }

    /** Where it is: {@code file:line:column}, or the file alone. */
    public String position() {
        return line == 0 ? file : file + ':' + line + ':' + column;
    }

    /** The finding as text of one to four lines, without a line end after the last. */
    public String render() {
        StringBuilder text = new StringBuilder(160);
        text.append(position()).append(": ").append(severity).append(": ").append(message);
        if (source != null) {
            text.append("\n    ").append(source);
            text.append("\n    ").append(" ".repeat(caret)).append('^');
        }
        if (hint != null) {
            text.append("\n    hint: ").append(hint);
        }
        return text.toString();
    }

    private static String printable(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= MAX_MESSAGE_CHARACTERS
                ? line
                : line.substring(0, MAX_MESSAGE_CHARACTERS) + "…";
    }
}
