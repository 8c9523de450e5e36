package io.sluice.bench.compare;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Where contenders are started.
 *
 * @param folder for their files
 * @param cores that they run on
 * @param provider behind them, without a path
 * @param wire what they must encrypt
 * @param certificate for that
 * @param flags of the JVM, for Sluice, beside those that it is shipped with
 */
record Site(
        Path folder,
        Pinning.Cores cores,
        URI provider,
        Wire wire,
        OwnCertificate certificate,
        List<String> flags) {

    /** This one with further flags. */
    Site withFlags(List<String> more) {
        return new Site(folder, cores, provider, wire, certificate, List.copyOf(more));
    }

    /** What a configuration of Sluice needs more. */
    String tlsYaml() {
        StringBuilder yaml = new StringBuilder();
        if (wire.isClientTls()) {
            yaml.append("listen: {tls: {certificate: ")
                    .append(certificate.certificate())
                    .append(", private_key: ")
                    .append(certificate.privateKey())
                    .append("}}\n");
        }
        if (wire.isProviderTls()) {
            yaml.append("upstream: {trusted_certificates: ")
                    .append(certificate.certificate())
                    .append("}\n");
        }
        return yaml.toString();
    }
}
