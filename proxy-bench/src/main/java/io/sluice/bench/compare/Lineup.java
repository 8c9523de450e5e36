package io.sluice.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The contenders for workloads of one kind of wire, and the provider behind them. */
final class Lineup implements AutoCloseable {

    /** The provider itself. */
    static final String DIRECT = "direct";

    /** The proxy that ratios are taken to. */
    static final String NGINX = "nginx";

    /** The gateway with accounting off. */
    static final String OFF = "sluice-off";

    /** The gateway with everything on. */
    static final String EVERYTHING = "sluice";

    /**
     * Who takes part.
     *
     * @param database for the gateway with everything on; {@code null} where there is none
     * @param jvms further flags of further gateways, by name
     * @param configurations of further gateways, by name
     * @param peers that run already, by name
     * @param names those of them that take part; empty for all
     */
    record Entries(
            Mode mode,
            @Nullable BenchDatabase database,
            Map<String, String> jvms,
            Map<String, Path> configurations,
            Map<String, URI> peers,
            Set<String> names) {

        boolean has(String name) {
            return names.isEmpty() || names.contains(name);
        }
    }

    private final ProviderProcess provider;
    private final List<Contender> contenders = new ArrayList<>();

    private Lineup(ProviderProcess provider) {
        this.provider = provider;
    }

    /**
     * Starts provider and contenders.
     *
     * @param parent a new folder in it takes their files
     * @throws IOException if one does not start
     */
    static Lineup start(
            Path parent, Pinning pinning, Wire wire, Entries entries, PrintWriter messages)
            throws IOException {
        Path folder = Files.createDirectories(parent.resolve(wire.name()));
        OwnCertificate certificate = OwnCertificate.in(folder);
        Lineup lineup =
                new Lineup(
                        ProviderProcess.start(
                                folder, pinning.load(), wire.isProviderTls() ? certificate : null));
        Site site =
                new Site(
                        folder,
                        pinning.contenders(),
                        lineup.provider.base(),
                        wire,
                        certificate,
                        List.of());
        try {
            lineup.add(site, entries, messages);
            return lineup;
        } catch (IOException | RuntimeException e) {
            lineup.close();
            throw e;
        }
    }

    private void add(Site site, Entries entries, PrintWriter messages) throws IOException {
        if (entries.has(DIRECT)) {
            contenders.add(new Contender.Remote(DIRECT, site.provider()));
        }
        if (entries.has(NGINX)) {
            addNginx(site, messages);
        }
        if (entries.mode().hasOff() && entries.has(OFF)) {
            contenders.add(Gateway.start(OFF, Gateway.accountingOff(), site));
        }
        BenchDatabase database = entries.database();
        if (entries.mode().hasEverything() && entries.has(EVERYTHING) && database != null) {
            contenders.add(Gateway.startWithEverything(EVERYTHING, site, database));
        }
        for (Map.Entry<String, String> entry : entries.jvms().entrySet()) {
            Site other = site.withFlags(List.of(entry.getValue().strip().split(" +", -1)));
            contenders.add(
                    database == null
                            ? Gateway.start(entry.getKey(), Gateway.accountingOff(), other)
                            : Gateway.startWithEverything(entry.getKey(), other, database));
        }
        for (Map.Entry<String, Path> entry : entries.configurations().entrySet()) {
            String yaml = Files.readString(entry.getValue(), UTF_8);
            contenders.add(Gateway.start(entry.getKey(), yaml, site));
        }
        entries.peers().forEach((name, url) -> contenders.add(new Contender.Remote(name, url)));
    }

    private void addNginx(Site site, PrintWriter messages) throws IOException {
        Path nginx = Nginx.find();
        if (nginx == null) {
            messages.println("nginx is not installed (Debian: nginx-light), so it is left out");
        } else {
            contenders.add(Nginx.start(nginx, site));
        }
    }

    List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    ProcessTree provider() {
        return provider.processes();
    }

    @Override
    public void close() {
        contenders.forEach(Contender::close);
        provider.close();
    }
}
