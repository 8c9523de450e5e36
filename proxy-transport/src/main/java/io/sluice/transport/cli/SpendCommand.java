package io.sluice.transport.cli;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what was spent. */
@Command(
        name = "spend",
        description = {
            "Show what was spent, in dollars, whatever currency calls were priced in.",
            "What counts for a budget is told in the budget's own: see sluice key show."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It asks the admin listener of a running gateway; days are UTC days.",
            "  sluice spend --by model --since 7d",
            "  sluice spend --by day --since 30d --format csv"
        })
public final class SpendCommand implements Callable<Integer> {

    private static final Pattern SINCE = Pattern.compile("([1-9][0-9]{0,4})([hdw])");

    @Mixin private AdminApi api;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "model",
            description = "model, key, team, user, tag or day (default: model)")
    private String by;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "7d",
            description = "24h, 7d, 4w, or a day such as 2026-11-01 (default: 7d)")
    private String since;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "table",
            description = "table, json or csv (default: table)")
    private String format;

    @Spec private CommandSpec spec;

    private final InstantSource clock = InstantSource.system();

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public SpendCommand() {}

    @Override
    public Integer call() {
        if (!List.of("model", "key", "team", "user", "tag", "day").contains(by)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--by takes model, key, team, user, tag or day");
        }
        List<String> columns =
                by.equals("key")
                        ? List.of("key", "alias", "spend", "requests", "tokens")
                        : List.of(by, "spend", "requests", "tokens");
        String range = "since=" + AdminApi.encode(start());
        List<List<String>> rows;
        if (by.equals("day")) {
            rows =
                    rows(
                            api.ask("GET", "/spend/trend?" + range, null),
                            List.of("date", "total_spend", "request_count", "total_tokens"));
        } else {
            Object answer = api.ask("GET", "/spend/analytics?group_by=" + by + "&" + range, null);
            rows =
                    rows(
                            Documents.field(answer, "Groups"),
                            by.equals("key")
                                    ? List.of("name", "alias", "spend", "count", "tokens")
                                    : List.of("name", "spend", "count", "tokens"));
        }
        spec.commandLine().getOut().print(Documents.rows(format, columns, rows));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private static List<List<String>> rows(
            @org.jspecify.annotations.Nullable Object entries, List<String> fields) {
        return Documents.entries(entries).stream()
                .map(entry ->
                        fields.stream()
                                .map(name -> Documents.cell(Documents.field(entry, name)))
                                .toList())
                .toList();
    }

    private String start() {
        Matcher matcher = SINCE.matcher(since);
        if (!matcher.matches()) {
            return since;
        }
        long count = Long.parseLong(matcher.group(1));
        Instant start =
                switch (matcher.group(2)) {
                    case "h" -> clock.instant().minus(count, ChronoUnit.HOURS);
                    case "d" -> clock.instant().minus(count, ChronoUnit.DAYS);
                    default -> clock.instant().minus(7 * count, ChronoUnit.DAYS);
                };
        return start.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
