package io.sluice.transport.upstream;

import io.netty.util.AsciiString;
import io.sluice.config.AzureIdentity;
import io.sluice.routing.TargetCredential;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** stub to be replaced. */
final class EntraToken implements TargetCredential {

    EntraToken(AzureIdentity identity) {}

    @Override
    public @Nullable AsciiString headerLines() {
        return null;
    }

    @Override
    public void fetch(Consumer<@Nullable String> onDone) {
        onDone.accept("not yet");
    }
}
