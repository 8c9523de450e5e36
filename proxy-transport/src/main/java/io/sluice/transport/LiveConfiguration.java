package io.sluice.transport;

import io.sluice.auth.KeyTable;
import io.sluice.config.FailoverSettings;
import io.sluice.config.Settings;
import io.sluice.config.Severity;
import io.sluice.price.PriceTable;
import io.sluice.routing.AccountUsages;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Targets;
import io.sluice.transport.exchange.Snapshot;
import io.sluice.transport.upstream.CloudCredentials;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What calls go by at this moment: one immutable {@link Snapshot}, built whole and swapped at once.
 *
 * <p>Safe for any thread; what builds another one reads files.
 */
final class LiveConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(LiveConfiguration.class);

    private final TargetControl targets;
    private final CloudCredentials tokens;
    private final AccountUsages usages = new AccountUsages();
    private final ListenerTls tls;
    private final CredentialTest credentials;
    private final Map<String, List<String>> fallbacks = new ConcurrentHashMap<>();
    private FailoverSettings ofFile;
    private volatile Snapshot snapshot;

    LiveConfiguration(
            Settings settings,
            PriceTable prices,
            CloudCredentials tokens,
            ListenerTls tls,
            TargetControl targets,
            CredentialTest credentials) {
        this.targets = targets;
        this.tokens = tokens;
        this.tls = tls;
        this.credentials = credentials;
        this.ofFile = settings.failover();
        this.snapshot = build(settings, prices);
    }

    /** What counts now. A call asks once. */
    Snapshot snapshot() {
        return snapshot;
    }

    ListenerTls tls() {
        return tls;
    }

    /** What is to follow a change, before a call goes by it. */
    @FunctionalInterface
    interface Follower {
        void onChange(Snapshot next);
    }

    /**
     * Puts other settings in force. Listeners stay where they are.
     *
     * @throws IOException if prices or certificates cannot be used, or a provider refuses a new
     *     credential; nothing has changed then
     */
    synchronized void install(Settings loaded, Follower follower) throws IOException {
        Settings running = snapshot.settings();
        Settings next =
                loaded.withListeners(
                        running.listen()
                                .withCertificate(
                                        loaded.listen().certificate(),
                                        loaded.listen().privateKey()),
                        running.admin());
        PriceTable prices = PriceTable.load(next.prices());
        ListenerTls.Identity identity = ListenerTls.read(next.listen());
        Snapshot built = build(overridden(next, loaded.failover()), prices);
        if (loaded.failover().testCredentials()) {
            credentials.check(snapshot.routes().targets(), built.routes().targets());
        }
        ofFile = loaded.failover();
        follower.onChange(built);
        tls.use(identity);
        snapshot = built;
    }

    /** The fallbacks of single models that win over those of the file. */
    Map<String, List<String>> fallbacks() {
        return Map.copyOf(fallbacks);
    }

    /** Sets those of one model; {@code null} for those of the file. */
    synchronized void setFallbacks(String model, @Nullable List<String> others) {
        if (others == null) {
            fallbacks.remove(model);
        } else {
            fallbacks.put(model, List.copyOf(others));
        }
        Snapshot now = snapshot;
        snapshot = now.with(overridden(now.settings(), ofFile));
    }

    private Settings overridden(Settings settings, FailoverSettings said) {
        return settings.withFailover(
                said.withFallbacks(said.fallbacks().with(Map.copyOf(fallbacks))));
    }

    /**
     * Routes with other prices take the place of those in force; calls keep what they began with.
     *
     * @throws IOException if the file cannot be used; nothing has changed then
     */
    synchronized int reloadPrices() throws IOException {
        Settings settings = snapshot.settings();
        PriceTable prices = PriceTable.load(settings.prices());
        if (prices.fileSize() == 0) {
            throw new IOException("no model has a price in it");
        }
        snapshot = build(settings, prices);
        return prices.fileSize();
    }

    /**
     * Builds what is in force anew, with what operators have changed.
     *
     * @throws IOException where the price file cannot be read
     */
    synchronized void rebuild() throws IOException {
        Settings settings = snapshot.settings();
        snapshot = build(settings, PriceTable.load(settings.prices()));
    }

    private Snapshot build(Settings settings, PriceTable prices) {
        prices.findings().stream()
                .filter(finding -> finding.severity() != Severity.NOTE)
                .forEach(finding -> LOG.warn("{}", finding.render()));
        Settings changed = targets.apply(settings);
        RouteTable routes = Targets.routes(changed, prices, tokens::of, usages, targets.healths());
        return new Snapshot(changed, KeyTable.of(changed), routes);
    }
}
