package io.sluice.transport.cli;

import io.sluice.config.ConfigLocator;
import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.Severity;
import io.sluice.transport.GatewayServer;
import io.sluice.transport.reload.SettingsSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves until it is told to stop. */
@Command(
        name = "serve",
        description =
                "Serve until SIGTERM; a second SIGTERM ends running calls, SIGHUP reloads the"
                        + " configuration.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without --config: ./sluice.yaml, then the user's and the system's configuration",
            "folder, then conf/sluice.yaml.",
            "",
            "Examples:",
            "  sluice serve --config sluice.yaml",
            "  sluice serve --port 0 --admin-port 0 --state-dir ./state"
        })
final class ServeCommand implements Callable<Integer> {

    private static final int CONFIG_INVALID = 3;

    @Option(names = "--config", paramLabel = "F", description = "The configuration file.")
    private @Nullable Path config;

    @Option(names = "--host", paramLabel = "H", description = "Overrides listen.host.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Overrides listen.port; 0: a free one.")
    private @Nullable Integer port;

    @Option(
            names = "--admin-port",
            paramLabel = "N",
            description = "Overrides admin.port; 0: a free one.")
    private @Nullable Integer adminPort;

    @Option(names = "--state-dir", paramLabel = "D", description = "Overrides state_dir.")
    private @Nullable Path stateDir;

    @Override
    public Integer call() throws InterruptedException {
        Path file = config;
        if (file == null) {
            ConfigLocator.Location location = ConfigLocator.ofProcess().locate();
            System.err.println(location.describe());
            file = location.file();
        } else if (!Files.isRegularFile(file)) {
            System.err.println("error: no such file: " + file);
            return CONFIG_INVALID;
        }
        SettingsSource source =
                new SettingsSource(new SettingsLoader(System.getenv(), flags()), file);
        LoadedSettings loaded = source.load();
        report(loaded);
        if (!loaded.fatalAtStart().isEmpty()) {
            return CONFIG_INVALID;
        }
        return serve(loaded, source);
    }

    private static int serve(LoadedSettings loaded, SettingsSource source)
            throws InterruptedException {
        Settings settings = loaded.settings();
        GatewayServer gateway;
        try {
            Files.createDirectories(settings.stateDir());
            gateway = GatewayServer.start(loaded, source);
        } catch (IOException | IllegalStateException e) {
            System.err.println("error: " + e.getMessage());
            return 1;
        }
        Signals.handle(gateway);
        System.out.println(ready(settings, gateway));
        System.out.flush();
        gateway.awaitTermination();
        return 0;
    }

    /** The line that says so; in one piece, for the log may write to standard output too. */
    private static String ready(Settings settings, GatewayServer gateway) {
        return "ready data=%s://%s:%d admin=http://%s:%d"
                .formatted(
                        settings.listen().isTls() ? "https" : "http",
                        settings.listen().host(),
                        gateway.dataPort(),
                        settings.admin().host(),
                        gateway.adminPort());
    }

    private List<SettingsLoader.Flag> flags() {
        List<SettingsLoader.Flag> flags = new ArrayList<>();
        add(flags, "--host", "listen.host", host);
        add(flags, "--port", "listen.port", port);
        add(flags, "--admin-port", "admin.port", adminPort);
        add(flags, "--state-dir", "state_dir", stateDir);
        return flags;
    }

    private static void add(
            List<SettingsLoader.Flag> flags, String name, String path, @Nullable Object value) {
        if (value != null) {
            flags.add(new SettingsLoader.Flag(name, path, value.toString()));
        }
    }

    private static void report(LoadedSettings loaded) {
        for (Finding finding : loaded.findings()) {
            if (finding.severity() != Severity.NOTE) {
                System.err.println(finding.render());
            }
        }
        for (Finding finding : loaded.fatal()) {
            System.err.println(finding.render());
        }
    }
}
