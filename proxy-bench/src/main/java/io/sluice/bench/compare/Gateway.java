package io.sluice.bench.compare;

import io.sluice.bench.load.LoadPlan;
import io.sluice.bench.load.LoadRun;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sluice as a process of its own. */
final class Gateway implements Contender {

    private static final Pattern READY = Pattern.compile("ready data=(\\S+) admin=(\\S+)");
    private static final long REST_SECONDS = 120;
    private static final double LOOK_SECONDS = 0.25;

    private final String name;
    private final Child child;
    private final URI base;
    private final AdminClient admin;
    private final @Nullable BenchDatabase database;
    private String key;

    private Gateway(
            String name,
            Child child,
            URI base,
            String key,
            AdminClient admin,
            @Nullable BenchDatabase database) {
        this.key = key;
        this.name = name;
        this.child = child;
        this.base = base;
        this.admin = admin;
        this.database = database;
    }

    /**
     * Starts it in front of a provider with a configuration in which {@code PROVIDER} stands for
     * the provider's base URL and {@code KEY} for the key.
     *
     * @throws IOException if it does not start
     */
    static Gateway start(String name, String yaml, Site site) throws IOException {
        return start(name, yaml, site, Child.cache());
    }

    /**
     * Starts it as above, with a certain AOT cache.
     *
     * @param cache {@code null} for none
     * @throws IOException if it does not start
     */
    static Gateway start(String name, String yaml, Site site, @Nullable Path cache)
            throws IOException {
        return start(name, yaml, site, cache, null);
    }

    /**
     * Starts it with everything on.
     *
     * @throws IOException if it does not start
     */
    static Gateway startWithEverything(String name, Site site, BenchDatabase database)
            throws IOException {
        String accessLog = site.folder().resolve(name + "-access.log").toString();
        Gateway gateway =
                start(
                        name,
                        EverythingOn.configuration(accessLog, database.url()),
                        site,
                        Child.cache(),
                        database);
        try {
            gateway.key = EverythingOn.addAccounts(gateway.admin);
            gateway.awaitFirstSlices();
        } catch (IOException e) {
            gateway.close();
            throw e;
        }
        return gateway;
    }

    private static Gateway start(
            String name,
            String yaml,
            Site site,
            @Nullable Path cache,
            @Nullable BenchDatabase database)
            throws IOException {
        String key = new Remote(name, site.provider()).key();
        Path state = Files.createDirectories(site.folder().resolve(name + "-state"));
        Path file =
                Files.writeString(
                        site.folder().resolve(name + ".yaml"),
                        yaml.replace("PROVIDER", site.provider() + "/v1").replace("KEY", key)
                                + site.tlsYaml());
        Child child =
                Child.start(
                        site.folder(),
                        name,
                        site.cores(),
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
                                        state.toString()),
                                cache,
                                site.flags()));
        Matcher ready = child.await(READY);
        return new Gateway(
                name,
                child,
                URI.create(ready.group(1)),
                key,
                new AdminClient(URI.create(ready.group(2)), EverythingOn.MASTER_KEY),
                database);
    }

    /**
     * Makes single calls until none is refused any more: the first ones of an account find that its
     * hard budgets have no slice in this process yet, and are told to come again.
     *
     * @throws IOException if that does not end
     */
    private void awaitFirstSlices() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(REST_SECONDS);
        long failed = 1;
        while (failed > 0 && System.nanoTime() - end < 0) {
            LoadPlan single = Workload.W1.plan(base, key(), model()).withConnections(1);
            try (LoadRun run = LoadRun.start(single.withMaxCalls(1))) {
                while (!run.isExhausted() && System.nanoTime() - end < 0) {
                    Pause.seconds(LOOK_SECONDS);
                }
                failed = run.takeMeasurements().failed();
            }
        }
        if (failed > 0) {
            throw new IOException(name + " does not serve a call: " + child.log());
        }
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
          - model_name: canned-messages
            litellm_params: {model: anthropic/canned, api_base: PROVIDER, api_key: sk-up}
        """;
    }

    AdminClient admin() {
        return admin;
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
    public boolean translates() {
        return true;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public ProcessTree processes() {
        return child.tree();
    }

    @Override
    public @Nullable ProcessTree database() {
        return database == null ? null : database.processes();
    }

    @Override
    public @Nullable LedgerState ledger() {
        if (database == null) {
            return null;
        }
        try {
            Map<String, Double> metrics = admin.metrics();
            return new LedgerState(
                    metrics.getOrDefault("sluice_ledger_rows_total", 0.0).longValue(),
                    metrics.getOrDefault("sluice_ledger_backlog_bytes", 0.0).longValue());
        } catch (IOException _) {
            return null;
        }
    }

    @Override
    public void rest() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(REST_SECONDS);
        LedgerState state = ledger();
        while (state != null && state.backlogBytes() > 0 && System.nanoTime() - end < 0) {
            Pause.seconds(LOOK_SECONDS);
            state = ledger();
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
