package io.sluice.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who signs requests to Amazon Web Services. Immutable.
 *
 * @param source where the keys are
 * @param role the role that those keys take on, or {@code null}
 * @param region which the signature is for
 * @param service which the signature is for
 * @param tokenEndpoint URL of the token service that gives out keys of roles
 */
public record AwsIdentity(
        Source source, @Nullable Role role, String region, String service, String tokenEndpoint)
        implements CloudIdentity {

    /** Where keys come from. */
    public sealed interface Source {}

    /** Keys that the configuration or the environment holds. */
    public record Keys(String accessKey, Secret secretKey, @Nullable Secret sessionToken)
            implements Source {}

    /**
     * A profile of the shared credentials file.
     *
     * @param file read for every fetch
     */
    public record Profile(Path file, String name) implements Source {}

    /**
     * A token of the platform, shown to the token service for a role.
     *
     * @param file holds the token; read for every fetch, since the platform renews it
     */
    public record WebIdentity(Path file, String roleArn) implements Source {}

    /**
     * The container's credential endpoint.
     *
     * @param token what it wants in {@code authorization}, or {@code null}
     * @param tokenFile where that stands instead, or {@code null}
     */
    public record Container(String url, @Nullable Secret token, @Nullable Path tokenFile)
            implements Source {}

    /** The role of the machine, asked of its metadata service. */
    public record Machine(String endpoint) implements Source {}

    /**
     * A role that is taken on.
     *
     * @param session names the session in Amazon's logs
     * @param externalId what the role's owner asks for, or {@code null}
     */
    public record Role(String arn, String session, @Nullable String externalId) {}
}
