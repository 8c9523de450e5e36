package io.sluice.transport.cli;

import java.math.BigDecimal;
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

/** The group of commands about stored budgets. */
@Command(
        name = "budget",
        description = "Make, show and change budgets that keys and teams may name.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "They ask the admin listener of a running gateway.",
            "  sluice budget set small --amount 5 --currency EUR --window month --mode hard",
            "  sluice budget list",
            "  sluice budget today",
            "  sluice budget leases"
        })
public final class BudgetCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of(
                    "budget_id",
                    "max_budget",
                    "budget_currency",
                    "budget_duration",
                    "budget_mode",
                    "budget_reset_at");

    private static final List<String> LEASE_COLUMNS =
            List.of(
                    "level",
                    "id",
                    "budget",
                    "owner",
                    "epoch",
                    "granted",
                    "booked",
                    "currency",
                    "expires_at",
                    "state");

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public BudgetCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "which one? list, set, show, remove, today, leases or write-off");
    }

    @Command(
            name = "list",
            description = "List budgets.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice budget list --format json"})
    int list(
            @Mixin AdminApi api,
            @Option(
                            names = "--format",
                            paramLabel = "F",
                            defaultValue = "table",
                            description = "table, json or csv")
                    String format) {
        Object page = api.ask("GET", "/budget/list?size=1000", null);
        List<List<String>> rows =
                Documents.entries(Documents.field(page, "budgets")).stream()
                        .map(budget ->
                                COLUMNS.stream()
                                        .map(name -> Documents.cell(Documents.field(budget, name)))
                                        .toList())
                        .toList();
        spec.commandLine().getOut().print(Documents.rows(format, COLUMNS, rows));
        spec.commandLine().getOut().flush();
        return 0;
    }

    @Command(
            name = "set",
            description = "Make a budget, or change it where it is there.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice budget set small --amount 5 --window day --mode hard"})
    int set(
            @Mixin AdminApi api,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--amount", paramLabel = "N", description = "what may be spent")
                    @Nullable BigDecimal amount,
            @Option(names = "--currency", paramLabel = "CUR", description = "of the amount")
                    @Nullable String currency,
            @Option(names = "--window", paramLabel = "TIME", description = "day, week, 24h …")
                    @Nullable String window,
            @Option(names = "--mode", paramLabel = "MODE", description = "hard or soft")
                    @Nullable String mode) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("budget_id", id);
        Documents.put(body, "max_budget", amount);
        Documents.put(body, "budget_currency", currency);
        Documents.put(body, "budget_duration", window);
        Documents.put(body, "budget_mode", mode);
        try {
            api.ask("POST", "/budget/update", body);
        } catch (AdminApi.Failure e) {
            if (e.exitCode() != AdminApi.NOT_FOUND) {
                throw e;
            }
            api.ask("POST", "/budget/new", body);
        }
        return 0;
    }

    @Command(
            name = "show",
            description = "Show one budget.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice budget show small"})
    int show(@Mixin AdminApi api, @Parameters(paramLabel = "ID") String id) {
        print(api.ask("GET", "/budget/info?budget_id=" + AdminApi.encode(id), null));
        return 0;
    }

    @Command(
            name = "remove",
            description = "Remove one budget.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice budget remove small"})
    int remove(@Mixin AdminApi api, @Parameters(paramLabel = "ID") String id) {
        api.ask("POST", "/budget/delete", Map.of("budget_id", id));
        return 0;
    }

    @Command(
            name = "today",
            description = "Show what the gateway has spent of its own budget.",
            mixinStandardHelpOptions = true,
            footer = {"", "  sluice budget today"})
    int today(@Mixin AdminApi api) {
        print(api.ask("GET", "/spend/today", null));
        return 0;
    }

    @Command(
            name = "leases",
            description = "List the slices of hard budgets that processes have taken (PostgreSQL).",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "An owner is a state folder, by the id of its ledger (sluice ledger status).",
                "  sluice budget leases --all --format json"
            })
    int leases(
            @Mixin AdminApi api,
            @Option(names = "--owner", paramLabel = "ID", description = "of this process alone")
                    @Nullable String owner,
            @Option(names = "--all", description = "settled and written-off ones too") boolean all,
            @Option(
                            names = "--format",
                            paramLabel = "F",
                            defaultValue = "table",
                            description = "table, json or csv")
                    String format) {
        String path =
                "/budget/leases?size=1000"
                        + (all ? "&all=true" : "")
                        + (owner == null ? "" : "&owner=" + AdminApi.encode(owner));
        List<List<String>> rows =
                Documents.entries(Documents.field(api.ask("GET", path, null), "leases")).stream()
                        .map(lease ->
                                LEASE_COLUMNS.stream()
                                        .map(name -> Documents.cell(Documents.field(lease, name)))
                                        .toList())
                        .toList();
        spec.commandLine().getOut().print(Documents.rows(format, LEASE_COLUMNS, rows));
        spec.commandLine().getOut().flush();
        return 0;
    }

    @Command(
            name = "write-off",
            description = "End the expired slices of a process that is gone for good.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Only what is booked counts then: what the process spent and never booked is lost",
                "to the budget. While its state folder exists, start a gateway on it instead.",
                "  sluice budget write-off 0b5e7a1c9d3f4e62"
            })
    int writeOff(@Mixin AdminApi api, @Parameters(paramLabel = "OWNER") String owner) {
        print(api.ask("POST", "/budget/write-off", Map.of("owner", owner)));
        return 0;
    }

    private void print(@Nullable Object document) {
        spec.commandLine().getOut().print(Documents.fields(document));
        spec.commandLine().getOut().flush();
    }
}
