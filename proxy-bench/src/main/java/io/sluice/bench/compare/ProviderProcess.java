package io.sluice.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lean provider as a process of its own. */
final class ProviderProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready upstream=(\\S+)");

    private final Child child;
    private final URI base;

    private ProviderProcess(Child child, URI base) {
        this.child = child;
        this.base = base;
    }

    /**
     * Starts it.
     *
     * @param certificate makes it speak TLS
     * @throws IOException if it does not start
     */
    static ProviderProcess start(
            Path folder, Pinning.Cores cores, @Nullable OwnCertificate certificate)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("upstream", "--canned", "--port", "0"));
        if (certificate != null) {
            arguments.addAll(
                    List.of(
                            "--tls-certificate",
                            certificate.certificate().toString(),
                            "--tls-key",
                            certificate.privateKey().toString()));
        }
        Child child = Child.start(folder, "provider", cores, Child.sluice(arguments));
        return new ProviderProcess(child, URI.create(child.await(READY).group(1)));
    }

    URI base() {
        return base;
    }

    ProcessTree processes() {
        return child.tree();
    }

    @Override
    public void close() {
        child.close();
    }
}
