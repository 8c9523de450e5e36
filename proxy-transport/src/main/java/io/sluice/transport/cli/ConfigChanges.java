package io.sluice.transport.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has changed in a configuration, as the management says it, in lines for people. */
final class ConfigChanges {

    private ConfigChanges() {}

    /** A line for each change, warning and key that a restart is needed for. */
    static String of(@Nullable Object answer) {
        StringBuilder lines = new StringBuilder();
        for (Object finding : Documents.entries(Documents.field(answer, "findings"))) {
            lines.append(finding).append('\n');
        }
        for (Object change : Documents.entries(Documents.field(answer, "changes"))) {
            lines.append(line(change)).append('\n');
        }
        List<?> restart = Documents.entries(Documents.field(answer, "restart_needed"));
        if (!restart.isEmpty()) {
            lines.append("counts from the next start on: ")
                    .append(Documents.cell(restart))
                    .append('\n');
        }
        return lines.toString();
    }

    private static String line(@Nullable Object change) {
        String path = Documents.cell(Documents.field(change, "path"));
        Object before = Documents.field(change, "before");
        Object after = Documents.field(change, "after");
        if (before == null) {
            return "+ " + path + ": " + after;
        }
        if (after == null) {
            return "- " + path + ": " + before;
        }
        return "~ "
                + path
                + ": "
                + (before.equals(after) ? after + " (another one)" : before + " -> " + after);
    }
}
