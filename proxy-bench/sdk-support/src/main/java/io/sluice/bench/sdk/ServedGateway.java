package io.sluice.bench.sdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A gateway and the simulated provider behind it, each a process of its own. */
public final class ServedGateway implements AutoCloseable {

    /** The key of a caller who may use every model. */
    public static final String KEY = "sk-tester-0123456789abcdef";

    private final CommandProcess provider;
    private final CommandProcess gateway;

    private ServedGateway(CommandProcess provider, CommandProcess gateway) {
        this.provider = provider;
        this.gateway = gateway;
    }

    /**
     * Starts both.
     *
     * @param folder for the configuration, the state and what the processes say
     * @param models the entries of {@code model_list}, with {@code PROVIDER} where the provider's
     *     address belongs
     * @throws IOException if the configuration cannot be written
     */
    public static ServedGateway start(Path folder, String models) throws IOException {
        CommandProcess provider = CommandProcess.start(folder, "upstream", "--port", "0");
        try {
            String yaml =
                    """
                    keys: [{alias: tester, key: %s}]
                    router_settings: {num_retries: 0, disable_cooldowns: true}
                    model_list:
                    %s
                    """
                            .formatted(KEY, models.replace("PROVIDER", provider.ready("upstream")));
            Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
            CommandProcess gateway =
                    CommandProcess.start(
                            folder,
                            "serve",
                            "--config",
                            file.toString(),
                            "--port",
                            "0",
                            "--admin-port",
                            "0",
                            "--state-dir",
                            folder.resolve("state").toString());
            return new ServedGateway(provider, gateway);
        } catch (IOException | RuntimeException | AssertionError e) {
            provider.close();
            throw e;
        }
    }

    /** The data listener, {@code http://127.0.0.1:<port>}. */
    public String address() {
        return gateway.ready("data");
    }

    @Override
    public void close() {
        gateway.close();
        provider.close();
    }
}
