package io.sluice.transport.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.Unpooled;
import io.sluice.aws.AwsCredentials;
import io.sluice.aws.SigV4;
import io.sluice.config.AwsIdentity;
import io.sluice.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gets the keys of one identity: from the shared credentials file, the container, the machine's
 * metadata service of the second version, and for a role from the token service.
 *
 * @see "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"
 */
final class AwsKeySource implements Renewal.Source<AwsCredentials> {

    /*
     * Of the token service's answer, which is XML, four texts are wanted, and none of them holds a
     * character that XML escapes. Of an error only its code is told.
     */

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_FILE_BYTES = 256 << 10;
    private static final long FILE_MILLIS = TimeUnit.MINUTES.toMillis(15);
    private static final long MAX_MILLIS = TimeUnit.HOURS.toMillis(12);
    private static final String ROLE_SECONDS = "3600";
    private static final String METADATA = "/latest/meta-data/iam/security-credentials/";
    private static final Pattern ROLE_NAME = Pattern.compile("[A-Za-z0-9+=,.@_-]{1,128}");
    private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e]{1,8192}");

    private final AwsIdentity identity;
    private final Supplier<HttpClient> client;
    private final InstantSource clock;

    AwsKeySource(AwsIdentity identity, Supplier<HttpClient> client, InstantSource clock) {
        this.identity = identity;
        this.client = client;
        this.clock = clock;
    }

    /** What an identity is called in the log. */
    static String nameOf(AwsIdentity identity) {
        AwsIdentity.Role role = identity.role();
        if (role != null) {
            return "the role " + role.arn();
        }
        return switch (identity.source()) {
            case AwsIdentity.Keys keys -> "the access key " + keys.accessKey();
            case AwsIdentity.Profile profile -> "the profile " + profile.name();
            case AwsIdentity.WebIdentity web -> "the role " + web.roleArn();
            case AwsIdentity.Container _ -> "the container's role";
            case AwsIdentity.Machine _ -> "the machine's role";
        };
    }

    /** The keys of an identity that holds them itself, else {@code null}. */
    static @Nullable AwsCredentials ready(AwsIdentity identity) {
        return identity.role() == null && identity.source() instanceof AwsIdentity.Keys keys
                ? new AwsCredentials(keys.accessKey(), keys.secretKey(), keys.sessionToken())
                : null;
    }

    @Override
    public Renewal.Grant<AwsCredentials> fetch() throws IOException, InterruptedException {
        Renewal.Grant<AwsCredentials> own =
                switch (identity.source()) {
                    case AwsIdentity.Keys keys ->
                            new Renewal.Grant<>(
                                    new AwsCredentials(
                                            keys.accessKey(),
                                            keys.secretKey(),
                                            keys.sessionToken()),
                                    MAX_MILLIS);
                    case AwsIdentity.Profile profile -> ofProfile(profile);
                    case AwsIdentity.WebIdentity web -> ofWebIdentity(web);
                    case AwsIdentity.Container container -> ofContainer(container);
                    case AwsIdentity.Machine machine -> ofMachine(machine.endpoint());
                };
        AwsIdentity.Role role = identity.role();
        return role == null ? own : assumed(role, own.value());
    }

    private static Renewal.Grant<AwsCredentials> ofProfile(AwsIdentity.Profile profile)
            throws IOException {
        Map<String, String> section = new LinkedHashMap<>();
        boolean isInside = false;
        for (String line : read(profile.file(), "the shared credentials file").lines().toList()) {
            String text = line.strip();
            if (text.startsWith("[")) {
                String name = text.replaceAll("^\\[(?:profile\\s+)?|\\].*$", "").strip();
                isInside = name.equals(profile.name());
            } else if (isInside && text.contains("=") && !text.startsWith("#")) {
                int sign = text.indexOf('=');
                section.put(text.substring(0, sign).strip(), text.substring(sign + 1).strip());
            }
        }
        String token = section.get("aws_session_token");
        return grant(
                "the profile " + profile.name(),
                section.get("aws_access_key_id"),
                section.get("aws_secret_access_key"),
                token,
                FILE_MILLIS);
    }

    private Renewal.Grant<AwsCredentials> ofContainer(AwsIdentity.Container container)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(container.url()))
                        .timeout(BoundedCall.DEADLINE)
                        .header("accept", "application/json");
        Secret token = container.token();
        if (container.tokenFile() != null) {
            token = Secret.of(read(container.tokenFile(), "the container's token file").strip());
        }
        if (token != null) {
            request.header("authorization", token.reveal());
        }
        return ofJson("the container's credential endpoint", request.build());
    }

    private Renewal.Grant<AwsCredentials> ofMachine(String endpoint)
            throws IOException, InterruptedException {
        String service = "the machine's metadata service";
        HttpRequest ask =
                HttpRequest.newBuilder(URI.create(endpoint + "/latest/api/token"))
                        .timeout(BoundedCall.DEADLINE)
                        .header("x-aws-ec2-metadata-token-ttl-seconds", "300")
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build();
        String token = text(service, ask);
        String role =
                text(service, metadata(endpoint + METADATA, token)).lines().findFirst().orElse("");
        if (!ROLE_NAME.matcher(role).matches()) {
            throw new IOException(service + " knows no role of this machine");
        }
        return ofJson(service, metadata(endpoint + METADATA + role, token));
    }

    private static HttpRequest metadata(String url, String token) throws IOException {
        if (!PLAIN.matcher(token).matches()) {
            throw new IOException("the machine's metadata service gave no usable token");
        }
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(BoundedCall.DEADLINE)
                .header("x-aws-ec2-metadata-token", token)
                .build();
    }

    private Renewal.Grant<AwsCredentials> ofWebIdentity(AwsIdentity.WebIdentity web)
            throws IOException, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("Action", "AssumeRoleWithWebIdentity");
        form.put("Version", "2011-06-15");
        form.put("RoleArn", web.roleArn());
        form.put("RoleSessionName", "sluice");
        form.put("DurationSeconds", ROLE_SECONDS);
        form.put("WebIdentityToken", read(web.file(), "the platform's token file").strip());
        return ofXml(post(encode(form), null));
    }

    private Renewal.Grant<AwsCredentials> assumed(AwsIdentity.Role role, AwsCredentials keys)
            throws IOException, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("Action", "AssumeRole");
        form.put("Version", "2011-06-15");
        form.put("RoleArn", role.arn());
        form.put("RoleSessionName", role.session());
        form.put("DurationSeconds", ROLE_SECONDS);
        if (role.externalId() != null) {
            form.put("ExternalId", role.externalId());
        }
        return ofXml(post(encode(form), keys));
    }

    /** A request to the token service, signed where there are keys to sign it with. */
    private HttpRequest post(String body, @Nullable AwsCredentials keys) {
        URI uri = URI.create(identity.tokenEndpoint());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri.resolve("/"))
                        .timeout(BoundedCall.DEADLINE)
                        .header("content-type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (keys != null) {
            String lines =
                    new SigV4(identity.region(), "sts")
                            .headerLines(
                                    keys,
                                    "POST",
                                    uri.getRawAuthority(),
                                    "/",
                                    Unpooled.copiedBuffer(body, UTF_8),
                                    clock.instant());
            lines.lines()
                    .map(line -> line.split(": ", 2))
                    .forEach(line -> request.header(line[0], line[1]));
        }
        return request.build();
    }

    private Renewal.Grant<AwsCredentials> ofXml(HttpRequest request)
            throws IOException, InterruptedException {
        String service = "the token service " + request.uri().getHost();
        HttpResponse<byte[]> response = BoundedCall.send(client.get(), request, service);
        String xml = new String(response.body(), UTF_8);
        if (response.statusCode() != 200) {
            String code = element(xml, "Code");
            boolean isWord = code != null && code.matches("[A-Za-z]{1,64}");
            throw new IOException(
                    service
                            + " answered with status "
                            + response.statusCode()
                            + (isWord ? " (" + code + ")" : ""));
        }
        return grant(
                service,
                element(xml, "AccessKeyId"),
                element(xml, "SecretAccessKey"),
                element(xml, "SessionToken"),
                millisUntil(element(xml, "Expiration")));
    }

    private static @Nullable String element(String xml, String name) {
        Matcher found =
                Pattern.compile("<" + name + ">\\s*([^<]{1,8192}?)\\s*</" + name + ">")
                        .matcher(xml);
        return found.find() ? found.group(1) : null;
    }

    private Renewal.Grant<AwsCredentials> ofJson(String service, HttpRequest request)
            throws IOException, InterruptedException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(text(service, request))) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING) {
                    fields.put(name, json.getText());
                }
                json.skipChildren();
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException(service + " gave no usable answer", e);
        }
        return grant(
                service,
                fields.get("AccessKeyId"),
                fields.get("SecretAccessKey"),
                fields.get("Token"),
                millisUntil(fields.get("Expiration")));
    }

    private String text(String service, HttpRequest request)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = BoundedCall.send(client.get(), request, service);
        if (response.statusCode() != 200) {
            throw new IOException(service + " answered with status " + response.statusCode());
        }
        return new String(response.body(), UTF_8);
    }

    private long millisUntil(@Nullable String end) {
        try {
            return end == null
                    ? FILE_MILLIS
                    : Math.min(MAX_MILLIS, Instant.parse(end).toEpochMilli() - clock.millis());
        } catch (DateTimeException _) {
            return FILE_MILLIS;
        }
    }

    private static Renewal.Grant<AwsCredentials> grant(
            String service,
            @Nullable String accessKey,
            @Nullable String secretKey,
            @Nullable String token,
            long lifetimeMillis)
            throws IOException {
        boolean isUsable =
                isPlain(accessKey)
                        && isPlain(secretKey)
                        && (token == null || isPlain(token))
                        && lifetimeMillis > 0;
        if (accessKey == null || secretKey == null || !isUsable) {
            throw new IOException(service + " gave no usable keys");
        }
        return new Renewal.Grant<>(
                new AwsCredentials(
                        accessKey, Secret.of(secretKey), token == null ? null : Secret.of(token)),
                lifetimeMillis);
    }

    private static boolean isPlain(@Nullable String text) {
        return text != null && PLAIN.matcher(text).matches();
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String read(Path file, String name) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_FILE_BYTES), UTF_8);
        } catch (IOException e) {
            throw new IOException(name + " cannot be read", e);
        }
    }
}
