package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * How the gateway proves to Microsoft Entra ID who it is.
 *
 * @param tenantId with {@code clientId} and {@code clientSecret}: the client-credentials flow
 * @param token a token handed over ready-made ({@code azure_ad_token}); used as it is
 * @param scope {@code https://cognitiveservices.azure.com/.default} unless said otherwise
 * @param authority where tokens are issued, {@code https://login.microsoftonline.com} unless said
 *     otherwise
 */
public record AzureIdentity(
        @Nullable String tenantId,
        @Nullable String clientId,
        @Nullable Secret clientSecret,
        @Nullable Secret token,
        String scope,
        String authority) {

    public static final String DEFAULT_SCOPE = "https://cognitiveservices.azure.com/.default";
    public static final String DEFAULT_AUTHORITY = "https://login.microsoftonline.com";
}
