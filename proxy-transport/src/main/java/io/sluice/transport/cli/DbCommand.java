package io.sluice.transport.cli;

import io.sluice.config.ConfigLocator;
import io.sluice.config.LoadedSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.Severity;
import io.sluice.store.Database;
import io.sluice.store.Schema;
import io.sluice.store.StoreException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands about the database's layout. */
@Command(
        name = "db",
        description = "Show and change the layout of the database.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "serve migrates when it starts; these are for those who want to look first.",
            "Exit code 0: done, 1: failed, 3: the configuration is invalid,",
            "6: the schema is newer than this program, 7: the database is away.",
            "  sluice db plan --config sluice.yaml"
        })
public final class DbCommand implements Runnable {

    private static final int FAILED = 1;
    private static final int CONFLICT = 6;
    private static final int UNREACHABLE = 7;

    @Spec private CommandSpec spec;

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public DbCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which one? db status, db plan or db migrate");
    }

    @Command(
            name = "status",
            description = "List the steps of the layout and whether they are taken.",
            mixinStandardHelpOptions = true)
    int status(@Option(names = "--config", paramLabel = "F") @Nullable Path config) {
        return with(
                config,
                (database, out) -> {
                    Schema schema = database.schema();
                    out.println(database.describe());
                    for (Schema.Step step : schema.steps()) {
                        out.printf(
                                Locale.ROOT,
                                "%-4s %-24s %s%n",
                                step.version(),
                                step.name(),
                                step.state());
                    }
                    schema.check();
                });
    }

    @Command(
            name = "plan",
            description = "Print the SQL that migrate would run.",
            mixinStandardHelpOptions = true)
    int plan(@Option(names = "--config", paramLabel = "F") @Nullable Path config) {
        return with(
                config,
                (database, out) -> {
                    database.schema().check();
                    String plan = database.schema().plan();
                    out.print(plan.isEmpty() ? "-- nothing to do\n" : plan);
                });
    }

    @Command(
            name = "migrate",
            description = "Take the steps that are missing.",
            mixinStandardHelpOptions = true)
    int migrate(@Option(names = "--config", paramLabel = "F") @Nullable Path config) {
        return with(
                config,
                (database, out) -> {
                    int steps = database.schema().migrate();
                    out.printf(Locale.ROOT, "%d steps taken: %s%n", steps, database.describe());
                });
    }

    private interface Action {
        void on(Database database, PrintWriter out);
    }

    private int with(@Nullable Path config, Action action) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Settings settings = load(config, err);
        if (settings == null) {
            err.flush();
            return ConfigCommand.EXIT_INVALID;
        }
        try (Database database = Database.open(settings.database(), settings.stateDir())) {
            action.on(database, out);
            return 0;
        } catch (StoreException e) {
            err.println("error: " + e.getMessage());
            return switch (e.reason()) {
                case UNAVAILABLE, TIMED_OUT -> UNREACHABLE;
                case SCHEMA, CONFLICT -> CONFLICT;
                case FAILED -> FAILED;
            };
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static @Nullable Settings load(@Nullable Path config, PrintWriter err) {
        Path file = config == null ? ConfigLocator.ofProcess().locate().file() : config;
        LoadedSettings loaded = new SettingsLoader(System.getenv(), List.of()).load(file);
        loaded.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .forEach(finding -> err.println(finding.render()));
        return loaded.hasErrors() ? null : loaded.settings();
    }
}
