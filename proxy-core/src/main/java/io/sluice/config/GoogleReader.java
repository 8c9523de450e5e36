package io.sluice.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a target at Vertex AI is and who asks it.
 *
 * <p>Credentials are those that are named, in a file or inline, else those of {@code
 * GOOGLE_APPLICATION_CREDENTIALS}, else those that Google's tools have left in the home directory,
 * else the machine's.
 */
final class GoogleReader {

    private static final String MISSING = "credential_missing: ";
    private static final String DEFAULT_LOCATION = "us-central1";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.:_-]{1,128}");
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_FILE_BYTES = 64 << 10;

    private final References references;

    GoogleReader(References references) {
        this.references = references;
    }

    /** The place of {@code vertex_ai/<model>}. */
    CloudPlace find(
            String provider,
            String model,
            @Nullable String base,
            boolean hasKey,
            AwsReader.Said said) {
        CloudChoice choice;
        Map<String, String> file = Map.of();
        try {
            file = hasKey ? Map.of() : credentials(said);
            choice = hasKey ? new CloudChoice(null, null) : choose(file);
        } catch (IOException e) {
            choice = new CloudChoice(null, MISSING + e.getMessage());
        }
        String project = said.get("vertex_project");
        for (String name :
                new String[] {
                    "VERTEX_PROJECT", "VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"
                }) {
            project = project == null ? variable(name) : project;
        }
        project = project == null ? file.get("project_id") : project;
        String location = said.get("vertex_location");
        location = location == null ? variable("VERTEX_LOCATION") : location;
        location = location == null ? variable("VERTEXAI_LOCATION") : location;
        location = location == null ? DEFAULT_LOCATION : location;
        String problem = choice.problem();
        if (problem == null && (project == null || !ID.matcher(project).matches())) {
            problem = "vertex_project is missing or is no project";
        }
        if (problem == null && !ID.matcher(location).matches()) {
            problem = "vertex_location is no location";
        }
        return CloudPlace.of(
                provider,
                model,
                url(base, String.valueOf(project), location),
                choice.identity(),
                problem);
    }

    private static String url(@Nullable String base, String project, String location) {
        if (base != null && base.contains("/projects/")) {
            return base;
        }
        String host =
                location.equals("global")
                        ? "https://aiplatform.googleapis.com"
                        : "https://" + location + "-aiplatform.googleapis.com";
        String at = base == null ? host : base.strip().replaceAll("/+$", "");
        String version = at.matches(".*/v1(beta1)?") ? "" : "/v1";
        return at + version + "/projects/" + project + "/locations/" + location;
    }

    private CloudChoice choose(Map<String, String> file) {
        if (file.isEmpty()) {
            String host = variable("GCE_METADATA_HOST");
            return chosen(
                    new GoogleIdentity.Machine(
                            host == null ? GoogleIdentity.DEFAULT_METADATA : "http://" + host));
        }
        String type = file.getOrDefault("type", "");
        String issuer = file.getOrDefault("token_uri", GoogleIdentity.DEFAULT_TOKEN_URI);
        URI uri = ModelReader.httpUri(issuer);
        boolean isSafe =
                uri != null
                        && ("https".equalsIgnoreCase(uri.getScheme())
                                || "127.0.0.1".equals(uri.getHost())
                                || "localhost".equals(uri.getHost()));
        if (!isSafe) {
            return refused("token_uri of the Google credentials is not an https URL");
        }
        String email = file.get("client_email");
        String key = file.get("private_key");
        if (type.equals("service_account") && email != null && key != null) {
            return chosen(
                    new GoogleIdentity.ServiceAccount(
                            email, file.get("private_key_id"), Secret.of(key), issuer));
        }
        String client = file.get("client_id");
        String secret = file.get("client_secret");
        String refresh = file.get("refresh_token");
        if (type.equals("authorized_user") && client != null && secret != null && refresh != null) {
            return chosen(
                    new GoogleIdentity.User(client, Secret.of(secret), Secret.of(refresh), issuer));
        }
        return refused("the Google credentials are those of no service account and no user");
    }

    /**
     * What the credentials say at the top; nothing where there are none.
     *
     * @throws IOException if they cannot be read
     */
    private Map<String, String> credentials(AwsReader.Said said) throws IOException {
        Secret named = said.secret().apply("vertex_credentials");
        String text = named == null ? variable("VERTEXAI_CREDENTIALS") : named.reveal().strip();
        if (text != null && text.startsWith("{")) {
            return parse(text);
        }
        String path = text == null ? variable("GOOGLE_APPLICATION_CREDENTIALS") : text;
        if (path != null) {
            return parse(read(path));
        }
        Path left =
                Path.of(
                        System.getProperty("user.home", "."),
                        ".config",
                        "gcloud",
                        "application_default_credentials.json");
        return Files.isReadable(left) ? parse(read(left.toString())) : Map.of();
    }

    private static String read(String path) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            return new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new IOException("the file of the Google credentials cannot be read", e);
        }
    }

    private static Map<String, String> parse(String text) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    if (json.nextToken() == JsonToken.VALUE_STRING) {
                        fields.put(name, json.getText());
                    }
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IOException("the Google credentials are no JSON", e);
        }
        if (fields.isEmpty()) {
            throw new IOException("the Google credentials say nothing");
        }
        return fields;
    }

    private static CloudChoice chosen(GoogleIdentity identity) {
        return new CloudChoice(identity, null);
    }

    private static CloudChoice refused(String problem) {
        return new CloudChoice(null, MISSING + problem);
    }

    private @Nullable String variable(String name) {
        String value = references.find(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
