package io.sluice.transport.upstream;

import io.netty.util.AsciiString;
import io.sluice.config.AzureIdentity;
import io.sluice.routing.TargetCredential;

/** Tokens of Microsoft Entra ID as credentials of targets. */
public final class EntraTokens {

    private EntraTokens() {}

    /** The credential that an identity stands for. */
    public static TargetCredential of(AzureIdentity identity) {
        if (identity.token() != null) {
            return TargetCredential.fixed(
                    new AsciiString(
                            "authorization: Bearer " + identity.token().reveal() + "\r\n"));
        }
        return new EntraToken(identity);
    }
}
