package io.sluice.aws;

import io.sluice.config.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A pair of keys, and the token of a session where it is one of a role. Immutable.
 *
 * @param accessKey its public part
 * @param sessionToken {@code null} for the keys of a user
 */
public record AwsCredentials(String accessKey, Secret secretKey, @Nullable Secret sessionToken) {}
