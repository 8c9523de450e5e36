package io.sluice.transport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.transport.management.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the management answers, read and laid out. */
final class Documents {

    private Documents() {}

    static @Nullable Object read(byte[] document) throws IOException {
        return JsonTree.read(document);
    }

    static String text(@Nullable Object value) {
        return JsonTree.text(value);
    }

    /** A field of an object, {@code null} where there is none. */
    static @Nullable Object field(@Nullable Object document, String name) {
        return document instanceof Map<?, ?> fields ? fields.get(name) : null;
    }

    /** The entries of a list, none where there is none. */
    static List<?> entries(@Nullable Object document) {
        return document instanceof List<?> entries ? entries : List.of();
    }

    /** The text of a value, empty for {@code null}. */
    static String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case List<?> list -> String.join(",", list.stream().map(String::valueOf).toList());
            default -> text(value);
        };
    }

    /** The fields of an object, a line each; empty for what is none. */
    static String fields(@Nullable Object document) {
        StringBuilder lines = new StringBuilder();
        if (document instanceof Map<?, ?> fields) {
            fields.forEach((name, value) ->
                    lines.append("%-22s %s".formatted(name, cell(value)).strip()).append('\n'));
        }
        return lines.toString();
    }

    /** Adds a field to an object, unless its value is {@code null}. */
    static void put(Map<String, @Nullable Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    /** What went wrong, in the gateway's words. */
    static String message(int status, byte[] answer) {
        try {
            Object error = field(read(answer), "error");
            Object message = field(error, "message");
            if (message != null) {
                return cell(message) + " (" + cell(field(error, "code")) + ")";
            }
        } catch (IOException _) {
            // Not the gateway's own answer; told as it is.
        }
        return "status " + status + ": " + new String(answer, UTF_8).strip();
    }

    /**
     * Rows in the wanted form.
     *
     * @throws AdminApi.Failure if there is no such form
     */
    static String rows(String format, List<String> columns, List<List<String>> rows) {
        return switch (format) {
            case "json" -> json(columns, rows);
            case "csv" -> csv(columns, rows);
            case "table" -> table(columns, rows);
            default ->
                    throw new AdminApi.Failure(
                            AdminApi.USAGE, "--format takes table, json or csv, not " + format);
        };
    }

    private static String json(List<String> columns, List<List<String>> rows) {
        List<Object> all = new ArrayList<>();
        for (List<String> row : rows) {
            Map<String, Object> fields = new java.util.LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                fields.put(columns.get(i), row.get(i));
            }
            all.add(fields);
        }
        return text(all) + '\n';
    }

    private static String csv(List<String> columns, List<List<String>> rows) {
        StringBuilder out = new StringBuilder();
        addLine(out, columns);
        rows.forEach(row -> addLine(out, row));
        return out.toString();
    }

    private static void addLine(StringBuilder out, List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            out.append(i == 0 ? "" : ",").append(quoted(cells.get(i)));
        }
        out.append("\r\n");
    }

    /** As RFC 4180 has it, and so that no spreadsheet takes a name for a formula. */
    private static String quoted(String cell) {
        String safe = !cell.isEmpty() && "=+-@\t".indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
        boolean isPlain = safe.chars().noneMatch(c -> c == ',' || c == '"' || c < ' ');
        return isPlain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }

    private static String table(List<String> columns, List<List<String>> rows) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        addRow(out, columns, widths);
        rows.forEach(row -> addRow(out, row, widths));
        return out.toString();
    }

    private static void addRow(StringBuilder out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).repeat(' ', widths[i] - cells.get(i).length() + 2);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
