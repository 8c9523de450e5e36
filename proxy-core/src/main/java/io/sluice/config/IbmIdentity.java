package io.sluice.config;

/**
 * An API key of IBM Cloud, which is exchanged for tokens. Immutable.
 *
 * @param tokenEndpoint URL where that happens
 */
public record IbmIdentity(Secret apiKey, String tokenEndpoint) implements CloudIdentity {

    static final String DEFAULT_ENDPOINT = "https://iam.cloud.ibm.com/identity/token";
}
