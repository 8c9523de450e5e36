package io.sluice.transport.cli;

import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.transport.GatewayServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code sluice train}: a gateway that starts, warms up and ends, so that the JVM can record what a
 * start needs. The launcher runs it under {@code -XX:AOTCacheOutput}.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Start, warm up and end, for the launcher to record an AOT cache from.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

    private static final String SETTINGS =
            """
            listen: {port: 0}
            admin: {port: 0}
            ledger: {ring_bytes: 1MiB, journal_bytes: 16MiB}
            logging: {level: warn, access: "FOLDER/access.log"}
            limits: {requests_per_minute: 1000}
            budget: {amount: 1 USD, window: day}
            general_settings: {master_key: sk-train-0123456789}
            keys: [{alias: train, key: sk-train-9876543210}]
            model_list:
              - model_name: train
                litellm_params: {model: openai/gpt-4o-mini, api_key: none}
            """;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("sluice-train");
        try {
            Path file =
                    Files.writeString(
                            folder.resolve("sluice.yaml"),
                            SETTINGS.replace("FOLDER", folder.toString()));
            SettingsLoader.Flag state =
                    new SettingsLoader.Flag("--state-dir", "state_dir", folder.toString());
            LoadedSettings loaded = new SettingsLoader(Map.of(), List.of(state)).load(file);
            GatewayServer.start(loaded.settings()).close();
            return 0;
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
