package io.sluice.routing;

import io.netty.util.AsciiString;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a target is shown to let a call in.
 *
 * <p>Safe for any thread.
 */
public interface TargetCredential {

    /**
     * The header lines that carry the credential, each with its CRLF, or {@code null} if they must
     * be fetched first.
     */
    @Nullable AsciiString headerLines();

    /**
     * Fetches the credential and tells {@code onDone} once, on some thread: {@code null} when
     * {@link #headerLines()} has it now, else what went wrong, fit for a caller's eyes.
     */
    void fetch(Consumer<@Nullable String> onDone);

    /**
     * What signs each request, beside {@link #headerLines()}; {@code null} where no request is
     * signed, and while the credential must be fetched.
     */
    default @Nullable RequestSigner signer() {
        return null;
    }

    /** A credential that never changes. */
    static TargetCredential fixed(AsciiString headerLines) {
        return new TargetCredential() {
            @Override
            public AsciiString headerLines() {
                return headerLines;
            }

            @Override
            public void fetch(Consumer<@Nullable String> onDone) {
                onDone.accept(null);
            }
        };
    }
}
