package io.sluice.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sluice as a process of its own. */
final class Gateway implements Contender {

    private static final Pattern READY = Pattern.compile("ready data=(\\S+) admin=(\\S+)");

    private final String name;
    private final Child child;
    private final URI base;

    private Gateway(String name, Child child, URI base) {
        this.name = name;
        this.child = child;
        this.base = base;
    }

    /**
     * Starts it in front of a provider with accounting off, or with a file of one's own, in which
     * {@code PROVIDER} stands for the provider's base URL and {@code KEY} for the key.
     *
     * @throws IOException if it does not start
     */
    static Gateway start(String name, String yaml, Path folder, Pinning.Cores cores, URI provider)
            throws IOException {
        String key = new Remote(name, provider).key();
        Path state = Files.createDirectories(folder.resolve(name + "-state"));
        Path file =
                Files.writeString(
                        folder.resolve(name + ".yaml"),
                        yaml.replace("PROVIDER", provider + "/v1").replace("KEY", key));
        Child child =
                Child.start(
                        folder,
                        name,
                        cores,
                        Child.sluice(
                                List.of(
                                        "serve",
                                        "--config",
                                        file.toString(),
                                        "--port",
                                        "0",
                                        "--admin-port",
                                        "0",
                                        "--state-dir",
                                        state.toString())));
        Matcher ready = child.await(READY);
        return new Gateway(name, child, URI.create(ready.group(1)));
    }

    /** Without keeping books and without an access log. */
    static String accountingOff() {
        return """
        ledger: {enabled: false}
        logging: {access: "off", level: warn}
        keys: [{alias: bench, key: KEY}]
        limits: {connections: 30000}
        model_list:
          - model_name: canned
            litellm_params: {model: openai/canned, api_base: PROVIDER, api_key: sk-up}
        """;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public URI base() {
        return base;
    }

    @Override
    public ProcessTree processes() {
        return child.tree();
    }

    @Override
    public void close() {
        child.close();
    }
}
