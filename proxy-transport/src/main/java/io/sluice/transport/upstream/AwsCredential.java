package io.sluice.transport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.sluice.aws.AwsCredentials;
import io.sluice.aws.SigV4;
import io.sluice.config.AwsIdentity;
import io.sluice.routing.RequestSigner;
import io.sluice.routing.TargetCredential;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests to Amazon Web Services with the keys of one identity, fetched where they are those
 * of a role.
 *
 * <p>Safe for any thread.
 */
final class AwsCredential implements TargetCredential {

    private static final long RENEWAL_MILLIS = TimeUnit.MINUTES.toMillis(5);

    private final SigV4 signature;
    private final InstantSource clock;
    private final Renewal<AwsCredentials> keys;
    private final @Nullable AwsCredentials own;

    AwsCredential(
            AwsIdentity identity,
            Renewal.Source<AwsCredentials> source,
            InstantSource clock,
            Executor workers) {
        this.signature = new SigV4(identity.region(), identity.service());
        this.clock = clock;
        this.keys =
                new Renewal<>(
                        AwsKeySource.nameOf(identity), source, RENEWAL_MILLIS, clock, workers);
        this.own = AwsKeySource.ready(identity);
    }

    /** None, once there are keys: each request has lines of its own. */
    @Override
    public @Nullable AsciiString headerLines() {
        return current() == null ? null : AsciiString.EMPTY_STRING;
    }

    @Override
    public @Nullable RequestSigner signer() {
        AwsCredentials held = current();
        return held == null
                ? null
                : (method, host, target, body) -> sign(held, method, host, target, body);
    }

    @Override
    public void fetch(Consumer<@Nullable String> onDone) {
        if (own != null) {
            onDone.accept(null);
        } else {
            keys.fetch(onDone);
        }
    }

    private @Nullable AwsCredentials current() {
        return own == null ? keys.current() : own;
    }

    private AsciiString sign(
            AwsCredentials held, String method, String host, String target, ByteBuf body) {
        return new AsciiString(
                signature.headerLines(held, method, host, target, body, clock.instant()));
    }
}
