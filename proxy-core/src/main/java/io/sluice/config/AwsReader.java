package io.sluice.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a target at Amazon Web Services is and who signs its requests.
 *
 * <p>The order is that of Amazon's own tools: keys that are named, a profile that is named, keys of
 * the environment, a token of the platform, the profile that the environment names or the default
 * one where there is a file, the container's endpoint, the machine's metadata service.
 */
final class AwsReader {

    private static final String MISSING = "credential_missing: ";
    private static final String DEFAULT_REGION = "us-east-1";
    private static final String METADATA = "http://169.254.169.254";
    private static final String CONTAINER = "http://169.254.170.2";
    private static final Pattern REGION =
            Pattern.compile("[a-z]{2,4}(-[a-z]{2,16}){1,3}-[0-9]{1,2}");
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/\\S{1,512}");
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9+=,.@_-]{2,64}");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,8192}");

    private final References references;

    AwsReader(References references) {
        this.references = references;
    }

    /**
     * What an entry says, by name.
     *
     * @param text {@code null} where it says nothing
     */
    record Said(
            Function<String, @Nullable String> text, Function<String, @Nullable Secret> secret) {

        @Nullable String get(String name) {
            String value = text.apply(name);
            return value == null || value.isBlank() ? null : value.strip();
        }
    }

    /** The region: named, in the environment, or the one that Amazon's tools take without. */
    String region(Said said, @Nullable String inModel) {
        String named = said.get("aws_region_name");
        String region = inModel != null ? inModel : named;
        region = region == null ? variable("AWS_REGION_NAME") : region;
        region = region == null ? variable("AWS_REGION") : region;
        region = region == null ? variable("AWS_DEFAULT_REGION") : region;
        return region == null ? DEFAULT_REGION : region;
    }

    static boolean isRegion(String text) {
        return REGION.matcher(text).matches();
    }

    /** The base URL of a service in a region. */
    static String endpoint(String service, String region) {
        String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
        return "https://" + service + '.' + region + suffix;
    }

    /** The identity, or why there is none. */
    CloudChoice choose(Said said, String region, String service) {
        if (!isRegion(region)) {
            return refused("aws_region_name is no region");
        }
        String sts = said.get("aws_sts_endpoint");
        String tokens = sts == null ? endpoint("sts", region) : sts;
        URI uri = ModelReader.httpUri(tokens);
        if (uri == null) {
            return refused("aws_sts_endpoint is not an http or https URL");
        }
        String arn = said.get("aws_role_name");
        String session = said.get("aws_session_name");
        String external = said.get("aws_external_id");
        boolean isRoleUsable =
                (arn == null || ARN.matcher(arn).matches())
                        && (session == null || SESSION.matcher(session).matches())
                        && (external == null || KEY.matcher(external).matches());
        if (!isRoleUsable) {
            return refused("aws_role_name, aws_session_name or aws_external_id cannot be used");
        }
        AwsIdentity.Source source;
        try {
            source = source(said, arn);
        } catch (IllegalArgumentException e) {
            return refused(String.valueOf(e.getMessage()));
        }
        boolean takesRole = arn != null && !(source instanceof AwsIdentity.WebIdentity);
        AwsIdentity.Role role =
                takesRole && arn != null
                        ? new AwsIdentity.Role(arn, session == null ? "sluice" : session, external)
                        : null;
        return new CloudChoice(new AwsIdentity(source, role, region, service, tokens), null);
    }

    private AwsIdentity.Source source(Said said, @Nullable String arn) {
        String accessKey = said.get("aws_access_key_id");
        Secret secretKey = said.secret.apply("aws_secret_access_key");
        Secret token = said.secret.apply("aws_session_token");
        if (accessKey != null || secretKey != null) {
            return keys(accessKey, secretKey, token);
        }
        String profile = said.get("aws_profile_name");
        if (profile != null) {
            return new AwsIdentity.Profile(credentialsFile(), profile);
        }
        String webToken = said.get("aws_web_identity_token");
        if (webToken != null && arn != null) {
            return new AwsIdentity.WebIdentity(path(webToken), arn);
        }
        String environment = variable("AWS_ACCESS_KEY_ID");
        String environmentSecret = variable("AWS_SECRET_ACCESS_KEY");
        if (environment != null && environmentSecret != null) {
            String session = variable("AWS_SESSION_TOKEN");
            return keys(
                    environment,
                    Secret.of(environmentSecret),
                    session == null ? null : Secret.of(session));
        }
        return platform();
    }

    private AwsIdentity.Source platform() {
        String file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
        String role = variable("AWS_ROLE_ARN");
        if (file != null && role != null && ARN.matcher(role).matches()) {
            return new AwsIdentity.WebIdentity(path(file), role);
        }
        String profile = variable("AWS_PROFILE");
        Path shared = credentialsFile();
        if (profile != null || java.nio.file.Files.isReadable(shared)) {
            return new AwsIdentity.Profile(shared, profile == null ? "default" : profile);
        }
        String relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        String full = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        String url = relative != null ? CONTAINER + relative : full;
        if (url != null) {
            if (ModelReader.httpUri(url) == null) {
                throw new IllegalArgumentException(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http or https URL");
            }
            String token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
            String tokenFile = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
            return new AwsIdentity.Container(
                    url,
                    token == null ? null : Secret.of(token),
                    tokenFile == null ? null : path(tokenFile));
        }
        String endpoint = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
        boolean isUsable = endpoint != null && ModelReader.httpUri(endpoint) != null;
        return new AwsIdentity.Machine(
                isUsable && endpoint != null ? endpoint.replaceAll("/+$", "") : METADATA);
    }

    private static AwsIdentity.Keys keys(
            @Nullable String accessKey, @Nullable Secret secretKey, @Nullable Secret token) {
        boolean isWhole =
                accessKey != null
                        && secretKey != null
                        && KEY.matcher(accessKey).matches()
                        && KEY.matcher(secretKey.reveal()).matches()
                        && (token == null || KEY.matcher(token.reveal()).matches());
        if (accessKey == null || secretKey == null || !isWhole) {
            throw new IllegalArgumentException(
                    "aws_access_key_id and aws_secret_access_key belong together, without blanks");
        }
        return new AwsIdentity.Keys(accessKey, secretKey, token);
    }

    private Path credentialsFile() {
        String named = variable("AWS_SHARED_CREDENTIALS_FILE");
        return named == null
                ? Path.of(System.getProperty("user.home", "."), ".aws", "credentials")
                : path(named);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("a file of AWS is named by no path", e);
        }
    }

    private static CloudChoice refused(String problem) {
        return new CloudChoice(null, MISSING + problem);
    }

    private @Nullable String variable(String name) {
        String value = references.find(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
