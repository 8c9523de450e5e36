package io.sluice.bench.testing;

import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A gateway in front of a {@link ScriptedProvider} for all tests of a class, with callers that are
 * closed after each of them.
 */
public final class ScriptedGateway
        implements BeforeAllCallback, AfterAllCallback, AfterEachCallback {

    private final Supplier<Path> folder;
    private final Function<ScriptedProvider, String> more;
    private final List<RawCaller> callers = new ArrayList<>();
    private @Nullable ScriptedProvider provider;
    private @Nullable GatewayFixture fixture;

    /**
     * A gateway that starts before the first test.
     *
     * @param folder for its files
     * @param more models and YAML, as {@link GatewayFixture#start} takes them
     */
    public ScriptedGateway(Supplier<Path> folder, Function<ScriptedProvider, String> more) {
        this.folder = folder;
        this.more = more;
    }

    public ScriptedProvider provider() {
        return Objects.requireNonNull(provider);
    }

    public GatewayFixture fixture() {
        return Objects.requireNonNull(fixture);
    }

    /** A caller for one test, connected. */
    public RawCaller newCaller() {
        try {
            RawCaller caller = new RawCaller(fixture().port());
            callers.add(caller);
            return caller;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        ScriptedProvider made = new ScriptedProvider();
        provider = made;
        fixture = GatewayFixture.start(folder.get(), Options.DEFAULT, more.apply(made));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        for (RawCaller caller : callers) {
            caller.close();
        }
        callers.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        fixture().close();
        provider().close();
    }
}
