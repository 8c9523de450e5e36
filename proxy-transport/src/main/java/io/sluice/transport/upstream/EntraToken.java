package io.sluice.transport.upstream;

import io.netty.util.AsciiString;
import io.sluice.routing.TargetCredential;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bearer token of one identity.
 *
 * <p>Safe for any thread.
 */
final class EntraToken implements TargetCredential {

    static final long RENEWAL_MILLIS = TimeUnit.MINUTES.toMillis(5);
    static final long PAUSE_MILLIS = Renewal.PAUSE_MILLIS;
    static final long MARGIN_MILLIS = Renewal.MARGIN_MILLIS;

    private final Renewal<AsciiString> lines;

    /**
     * A token that is not fetched yet, renewed five minutes before its end.
     *
     * @param name of the identity, for the log
     * @param workers run fetches, which block
     */
    EntraToken(String name, TokenSource source, InstantSource clock, Executor workers) {
        this(name, source, RENEWAL_MILLIS, clock, workers);
    }

    /** The same, renewed {@code aheadMillis} before its end. */
    EntraToken(
            String name,
            TokenSource source,
            long aheadMillis,
            InstantSource clock,
            Executor workers) {
        lines =
                new Renewal<>(
                        name,
                        () -> {
                            TokenSource.Grant grant = source.fetch();
                            return new Renewal.Grant<>(
                                    new AsciiString(
                                            "authorization: Bearer "
                                                    + grant.token().reveal()
                                                    + "\r\n"),
                                    grant.lifetimeMillis());
                        },
                        aheadMillis,
                        clock,
                        workers);
    }

    @Override
    public @Nullable AsciiString headerLines() {
        return lines.current();
    }

    @Override
    public void fetch(Consumer<@Nullable String> onDone) {
        lines.fetch(onDone);
    }
}
