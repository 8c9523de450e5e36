package io.sluice.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The lean provider as a process of its own. */
final class ProviderProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready upstream=(\\S+)");

    private final Child child;
    private final URI base;

    private ProviderProcess(Child child, URI base) {
        this.child = child;
        this.base = base;
    }

    static ProviderProcess start(Path folder, Pinning.Cores cores) throws IOException {
        Child child =
                Child.start(
                        folder,
                        "provider",
                        cores,
                        Child.sluice(List.of("upstream", "--canned", "--port", "0")));
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
