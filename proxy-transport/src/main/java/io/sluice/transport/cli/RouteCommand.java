package io.sluice.transport.cli;

import java.io.PrintWriter;
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
import picocli.CommandLine.Spec;

/** The group of commands about where calls go. */
@Command(
        name = "route",
        description = "Say where a call would go, and why.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It asks the admin listener of a running gateway, and sends nothing to any provider.",
            "Exit codes: 0 some target may be taken, 1 none may, 2 usage, 4 master key, 5 no such",
            "model or key, 7 unreachable.",
            "  sluice route explain --model gpt-4o --key ci --tags paid,fast"
        })
public final class RouteCommand implements Runnable {

    private static final List<String> COLUMNS = List.of("target", "taken", "share", "reason", "id");

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public RouteCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which one? explain");
    }

    @Command(
            name = "explain",
            description = "List every target of a model, and why it would be taken or not.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice route explain --model gpt-4o --key ci"})
    int explain(
            @Mixin AdminApi api,
            @Option(
                            names = "--model",
                            required = true,
                            paramLabel = "M",
                            description = "As callers write it.")
                    String model,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            description = "An id or an alias (default: the master key).")
                    @Nullable String key,
            @Option(
                            names = "--tags",
                            paramLabel = "T",
                            split = ",",
                            description = "Of the call; repeat or part by commas.")
                    @Nullable List<String> tags,
            @Option(names = "--region", paramLabel = "R", description = "That it asks for.")
                    @Nullable String region,
            @Option(
                            names = "--input-tokens",
                            paramLabel = "N",
                            description = "About how much it says.")
                    @Nullable Long input,
            @Option(
                            names = "--output-tokens",
                            paramLabel = "N",
                            description = "The most it asks for.")
                    @Nullable Long output,
            @Option(
                            names = "--format",
                            paramLabel = "F",
                            description = "table, csv or json.",
                            defaultValue = "table")
                    String format) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("model", model);
        Documents.put(body, "key", key);
        Documents.put(body, "tags", tags);
        Documents.put(body, "region", region);
        Documents.put(body, "input_tokens", input);
        Documents.put(body, "output_tokens", output);
        Object answer = api.ask("POST", "/route/explain", body);
        return show(answer, format);
    }

    private int show(@Nullable Object answer, String format) {
        boolean isAnyTaken = false;
        List<List<String>> rows = new ArrayList<>();
        for (Object candidate : Documents.entries(Documents.field(answer, "candidates"))) {
            isAnyTaken |= Boolean.TRUE.equals(Documents.field(candidate, "taken"));
            rows.add(
                    COLUMNS.stream()
                            .map(column -> Documents.cell(Documents.field(candidate, column)))
                            .toList());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (format.equals("table")) {
            for (String field : List.of("group", "strategy", "policies", "guardrails")) {
                out.println(field + ": " + Documents.cell(Documents.field(answer, field)));
            }
        }
        out.print(Documents.rows(format, COLUMNS, rows));
        out.flush();
        return isAnyTaken ? 0 : AdminApi.FAILED;
    }
}
