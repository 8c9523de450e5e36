package io.sluice.transport.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The group of commands about targets of a running gateway. */
@Command(
        name = "target",
        description = "Show targets, and take them out of traffic for a while.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "They ask the admin listener of a running gateway. TARGET is an id or a name as list",
            "shows it, or a provider for all of its targets. What is set counts over the file, is",
            "shown as an override, outlives a restart, and is never written into the file.",
            "Exit codes: 0 done, 2 usage, 4 master key, 5 no such target, 7 unreachable.",
            "  export SLUICE_MASTER_KEY=...",
            "  sluice target list",
            "  sluice target drain openai/gpt-4o --for 30m --reason maintenance",
            "  sluice target weight azure/gpt-4o 0.2 --for 2h",
            "  sluice target enable openai/gpt-4o"
        })
public final class TargetCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("name", "model", "status", "weight", "health_score", "in_flight", "id");

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public TargetCommand() {}

    /** How long something is set, and why. */
    static final class Terms {

        @Option(
                names = "--for",
                paramLabel = "TIME",
                description = "Until it ends by itself: 30m, 2h, 1d (default: never).")
        private @Nullable String length;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Shown to who asks.")
        private @Nullable String reason;

        Map<String, @Nullable Object> body(String target) {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            body.put("target", target);
            Documents.put(body, "for", length);
            Documents.put(body, "reason", reason);
            return body;
        }
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which one? list, drain, disable, enable or weight");
    }

    @Command(
            name = "list",
            description = "List targets and how they fare.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice target list --format json"})
    int list(
            @Mixin AdminApi api,
            @Option(
                            names = "--format",
                            paramLabel = "F",
                            description = "table, csv or json.",
                            defaultValue = "table")
                    String format) {
        show(api.ask("GET", "/admin/targets", null), format);
        return 0;
    }

    @Command(
            name = "drain",
            description = "Send no new calls there but those that belong to it.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice target drain openai/gpt-4o --for 30m"})
    int drain(
            @Mixin AdminApi api,
            @Mixin Terms terms,
            @Parameters(paramLabel = "TARGET") String target) {
        return set(api, "drain", terms.body(target));
    }

    @Command(
            name = "disable",
            description = "Send no calls there at all.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice target disable openai/gpt-4o --reason 'wrong answers'"})
    int disable(
            @Mixin AdminApi api,
            @Mixin Terms terms,
            @Parameters(paramLabel = "TARGET") String target) {
        return set(api, "disable", terms.body(target));
    }

    @Command(
            name = "enable",
            description = "Take back what was set, and forget failures.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice target enable openai/gpt-4o"})
    int enable(@Mixin AdminApi api, @Parameters(paramLabel = "TARGET") String target) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("target", target);
        return set(api, "enable", body);
    }

    @Command(
            name = "weight",
            description = "Give it another share of its group's calls.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice target weight azure/gpt-4o 0.2 --for 2h"})
    int weight(
            @Mixin AdminApi api,
            @Mixin Terms terms,
            @Parameters(paramLabel = "TARGET") String target,
            @Parameters(paramLabel = "WEIGHT") BigDecimal weight) {
        Map<String, @Nullable Object> body = terms.body(target);
        body.put("weight", weight);
        return set(api, "weight", body);
    }

    private int set(AdminApi api, String action, Map<String, @Nullable Object> body) {
        show(api.ask("POST", "/admin/targets/" + action, body), "table");
        return 0;
    }

    private void show(@Nullable Object answer, String format) {
        List<List<String>> rows = new ArrayList<>();
        for (Object target : Documents.entries(Documents.field(answer, "targets"))) {
            rows.add(
                    COLUMNS.stream()
                            .map(column -> Documents.cell(Documents.field(target, column)))
                            .toList());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Documents.rows(format, COLUMNS, rows));
        out.flush();
    }
}
