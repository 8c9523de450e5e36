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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The group of commands about callers' keys. */
@Command(
        name = "key",
        description = "Make, show, change and revoke the keys of callers.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "They ask the admin listener of a running gateway. KEY is an id, an alias, or the",
            "SHA-256 of a key.",
            "Exit codes: 0 done, 2 usage, 4 master key, 5 no such key, 6 name taken,",
            "7 unreachable.",
            "  export SLUICE_MASTER_KEY=...",
            "  sluice key create --alias ci --model 'gpt-*' --budget 5 --window day --mode hard",
            "  sluice key list",
            "  sluice key revoke ci"
        })
public final class KeyCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("token", "key_alias", "display", "status", "spend", "max_budget", "expires");

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public KeyCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which one? create, list, show, update, rotate or revoke");
    }

    /** What a key may be given. */
    static final class Terms {

        @Option(names = "--alias", paramLabel = "NAME", description = "Its name.")
        private @Nullable String alias;

        @Option(names = "--model", paramLabel = "M", description = "It may use; repeat for more.")
        private @Nullable List<String> models;

        @Option(names = "--user", paramLabel = "ID", description = "Whose it is.")
        private @Nullable String user;

        @Option(names = "--team", paramLabel = "ID", description = "Whose it is.")
        private @Nullable String team;

        @Option(names = "--tag", paramLabel = "T", description = "Its calls are counted under.")
        private @Nullable List<String> tags;

        @Option(names = "--ttl", paramLabel = "TIME", description = "Until it expires: 24h, 30d.")
        private @Nullable String ttl;

        @Option(names = "--max-requests", paramLabel = "N", description = "In all.")
        private @Nullable Long maxRequests;

        @Option(names = "--rpm", paramLabel = "N", description = "Requests per minute.")
        private @Nullable Long rpm;

        @Option(names = "--tpm", paramLabel = "N", description = "Tokens per minute.")
        private @Nullable Long tpm;

        @Option(names = "--parallel", paramLabel = "N", description = "Calls at the same time.")
        private @Nullable Long parallel;

        @Option(
                names = "--priority",
                paramLabel = "P",
                description = "How much it gives when the gateway is nearly full (usual: 1).")
        private java.math.@Nullable BigDecimal priority;

        @Option(
                names = "--budget",
                paramLabel = "AMOUNT",
                description = "What it may spend, in whole units such as 0.50.")
        private java.math.@Nullable BigDecimal budget;

        @Option(
                names = "--currency",
                paramLabel = "CUR",
                description = "Of the budget, such as EUR (default: USD).")
        private @Nullable String currency;

        @Option(names = "--window", paramLabel = "TIME", description = "day, week, month, 24h …")
        private @Nullable String window;

        @Option(names = "--mode", paramLabel = "MODE", description = "hard or soft.")
        private @Nullable String mode;

        Map<String, @Nullable Object> body() {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            Documents.put(body, "key_alias", alias);
            Documents.put(body, "models", models);
            Documents.put(body, "user_id", user);
            Documents.put(body, "team_id", team);
            Documents.put(body, "tags", tags);
            Documents.put(body, "duration", ttl);
            Documents.put(body, "max_requests", maxRequests);
            Documents.put(body, "rpm_limit", rpm);
            Documents.put(body, "tpm_limit", tpm);
            Documents.put(body, "max_parallel_requests", parallel);
            Documents.put(body, "priority", priority);
            Documents.put(body, "max_budget", budget);
            Documents.put(body, "budget_currency", currency);
            Documents.put(body, "budget_duration", window);
            Documents.put(body, "budget_mode", mode);
            return body;
        }
    }

    @Command(
            name = "create",
            description = "Make a key; it is shown once.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice key create --alias ci --ttl 24h --max-requests 500"})
    int create(@Mixin AdminApi options, @Mixin Terms terms) {
        Object made = options.ask("POST", "/key/generate", terms.body());
        out().println(Documents.cell(Documents.field(made, "key")));
        out().flush();
        spec.commandLine()
                .getErr()
                .println(
                        "made key "
                                + Documents.cell(Documents.field(made, "token"))
                                + "; it is not shown again");
        spec.commandLine().getErr().flush();
        return 0;
    }

    @Command(
            name = "list",
            description = "List keys.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice key list --team search --format csv"})
    int list(
            @Mixin AdminApi options,
            @Option(names = "--team", paramLabel = "ID", description = "of this team")
                    @Nullable String team,
            @Option(names = "--alias", paramLabel = "PART", description = "in the alias")
                    @Nullable String alias,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "at most (default: 1000)")
                    int limit,
            @Option(
                            names = "--format",
                            paramLabel = "F",
                            defaultValue = "table",
                            description = "table, json or csv")
                    String format) {
        List<List<String>> rows = new ArrayList<>();
        String after = "";
        while (rows.size() < limit) {
            String path =
                    "/key/list?size=100"
                            + (after.isEmpty() ? "" : "&after=" + AdminApi.encode(after))
                            + (team == null ? "" : "&team_id=" + AdminApi.encode(team))
                            + (alias == null ? "" : "&key_alias=" + AdminApi.encode(alias));
            Object page = options.ask("GET", path, null);
            for (Object key : Documents.entries(Documents.field(page, "keys"))) {
                if (rows.size() < limit) {
                    rows.add(
                            COLUMNS.stream()
                                    .map(name -> Documents.cell(Documents.field(key, name)))
                                    .toList());
                }
            }
            after = Documents.cell(Documents.field(page, "next"));
            if (after.isEmpty()) {
                break;
            }
        }
        out().print(Documents.rows(format, COLUMNS, rows));
        out().flush();
        return 0;
    }

    @Command(
            name = "show",
            description = "Show all of one key but its secret.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice key show ci"})
    int show(@Mixin AdminApi options, @Parameters(paramLabel = "KEY") String key) {
        Object found = options.ask("GET", "/key/info?key=" + AdminApi.encode(key), null);
        printFields(Documents.field(found, "info"));
        return 0;
    }

    @Command(
            name = "update",
            description = "Change what a key may do, from the next call on.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice key update ci --budget 10 --rpm 60"})
    int update(
            @Mixin AdminApi options,
            @Mixin Terms terms,
            @Parameters(paramLabel = "KEY") String key) {
        Map<String, @Nullable Object> body = terms.body();
        body.put("key", key);
        options.ask("POST", "/key/update", body);
        return 0;
    }

    @Command(
            name = "rotate",
            description = "Give a key another secret, which is shown once.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice key rotate ci"})
    int rotate(@Mixin AdminApi options, @Parameters(paramLabel = "KEY") String key) {
        Object made = options.ask("POST", "/key/regenerate", Map.of("key", key));
        out().println(Documents.cell(Documents.field(made, "key")));
        out().flush();
        return 0;
    }

    @Command(
            name = "revoke",
            description = "End keys, for ever and at once.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice key revoke ci old-laptop"})
    int revoke(
            @Mixin AdminApi options,
            @Parameters(paramLabel = "KEY", arity = "1..*") List<String> keys) {
        options.ask("POST", "/key/delete", Map.of("keys", keys));
        return 0;
    }

    private void printFields(@Nullable Object document) {
        out().print(Documents.fields(document));
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
