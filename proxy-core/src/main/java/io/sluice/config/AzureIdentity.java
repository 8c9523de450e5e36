package io.sluice.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway proves to Microsoft Entra ID who it is. Equal identities share one token.
 *
 * <p>Immutable.
 */
public sealed interface AzureIdentity extends CloudIdentity {

    String DEFAULT_SCOPE = "https://cognitiveservices.azure.com/.default";
    String DEFAULT_AUTHORITY = "https://login.microsoftonline.com";
    String DEFAULT_METADATA = "http://169.254.169.254/metadata/identity/oauth2/token";

    /** A token handed over ready-made ({@code azure_ad_token}); used as it is. */
    record ReadyToken(Secret token) implements AzureIdentity {}

    /**
     * An application with a secret: the client-credentials flow.
     *
     * @param authority where tokens are issued, without a slash at its end
     * @param scope what the token is for
     */
    record ClientSecret(
            String authority, String tenantId, String clientId, Secret secret, String scope)
            implements AzureIdentity {}

    /**
     * An application that shows a token of the platform it runs on (workload identity).
     *
     * @param authority where tokens are issued, without a slash at its end
     * @param file holds the platform's token; read for every fetch, since the platform renews it
     * @param scope what the token is for
     */
    record FederatedToken(
            String authority, String tenantId, String clientId, Path file, String scope)
            implements AzureIdentity {}

    /**
     * The identity that Azure gives the machine or the app.
     *
     * @param endpoint URL of the platform's token service
     * @param header the secret that App Service wants with each request; {@code null} where the
     *     machine's metadata service is asked
     * @param clientId which of several identities, or {@code null} for the platform's choice
     * @param scope what the token is for
     */
    record ManagedIdentity(
            String endpoint, @Nullable Secret header, @Nullable String clientId, String scope)
            implements AzureIdentity {}
}
