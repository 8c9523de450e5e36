package io.sluice.config;

import org.jspecify.annotations.Nullable;

/** Who asks Google Cloud for models. Immutable. */
public sealed interface GoogleIdentity extends CloudIdentity {

    String DEFAULT_TOKEN_URI = "https://oauth2.googleapis.com/token";
    String DEFAULT_METADATA = "http://metadata.google.internal";

    /**
     * A service account that signs for itself.
     *
     * @param keyId names the key, or {@code null}
     * @param privateKey PKCS #8 in PEM
     * @param tokenUri where tokens are issued
     */
    record ServiceAccount(String email, @Nullable String keyId, Secret privateKey, String tokenUri)
            implements GoogleIdentity {}

    /**
     * A person who has logged in with Google's tools.
     *
     * @param tokenUri where tokens are issued
     */
    record User(String clientId, Secret clientSecret, Secret refreshToken, String tokenUri)
            implements GoogleIdentity {}

    /**
     * The service account of the machine, asked of its metadata server.
     *
     * @param endpoint URL of that server
     */
    record Machine(String endpoint) implements GoogleIdentity {}
}
