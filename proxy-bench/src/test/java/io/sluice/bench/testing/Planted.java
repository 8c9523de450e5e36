package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.upstream.SimulatedProvider;
import io.sluice.transport.cli.Sluice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine;

/** Secrets that are put into a gateway wherever it takes some, and looked for afterwards. */
public final class Planted {

    private static final String MASTER_KEY = "sk-planted-master-0123456789";
    private static final String SALT_KEY = "planted-salt-0123456789-abcdefgh";
    private static final String FILE_KEY = "sk-planted-file-0123456789";
    private static final String TARGET_KEY = "sk-planted-target-0123456789";
    private static final String PROJECT_KEY = "sk-planted-project-0123456789";
    private static final String OTHER_PROJECT_KEY = "sk-planted-other-0123456789";
    private static final String WRONG_KEY = "sk-planted-wrong-0123456789";
    private static final String PASSWORD = "planted-password-0123456789";
    private static final String PROMPT = "planted-prompt-7f3a91";
    private static final String ANSWER = "plantedanswer";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json;
    private String data = "";
    private String admin = "";

    private Planted(ObjectMapper json) {
        this.json = json;
    }

    public static Planted of(ObjectMapper json) {
        return new Planted(json);
    }

    /** Makes a user of the database that has a planted password; its URL. */
    public String databaseUrl(String url) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE planted LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
        }
        return url.replace("postgres:postgres@", "planted:" + PASSWORD + "@");
    }

    /** The configuration of a gateway that has them all. */
    public String configuration(Path state, Path folder, String url, URI provider) {
        return """
        general_settings: {master_key: %s, salt_key: %s}
        listen: {port: 0}
        admin: {port: 0}
        state_dir: %s
        database: {url: "%s"}
        ledger: {ring_bytes: 1MiB, journal_bytes: 64MiB}
        logging: {access: %s, level: debug}
        router_settings: {num_retries: 0}
        keys: [{alias: file, key: %s, models: [m]}]
        pricing: {currency: USD, m: {input: 0.001, output: 0.002}}
        model_list:
          - {model_name: m, litellm_params: {model: openai/m, api_base: "%s/v1", api_key: %s}}
          - {model_name: away, litellm_params: {model: openai/a, api_base: "http://127.0.0.1:1/v1", api_key: %s}}
        """
                .formatted(
                        MASTER_KEY,
                        SALT_KEY,
                        state,
                        url,
                        folder.resolve("access.log"),
                        FILE_KEY,
                        provider,
                        TARGET_KEY,
                        TARGET_KEY);
    }

    /**
     * Makes calls that succeed and that fail, and asks the management all it answers.
     *
     * @param seen is given what was answered, but for answers that are a caller's own
     * @return a key that was made
     */
    public String call(ServeProcess gateway, SimulatedProvider provider, StringBuilder seen)
            throws Exception {
        data = "http://127.0.0.1:" + gateway.dataPort();
        admin = "http://127.0.0.1:" + gateway.adminPort();
        String project =
                manage(
                        "POST",
                        "/manage/projects",
                        "{\"name\":\"p\",\"api_key\":\"" + PROJECT_KEY + "\"}",
                        201,
                        seen);
        String token =
                json.readTree(
                                send(
                                                "POST",
                                                admin + "/manage/tokens",
                                                MASTER_KEY,
                                                "{\"project_id\":\"%s\",\"duration_minutes\":5}"
                                                        .formatted(project))
                                        .body())
                        .path("token")
                        .asText();
        String other =
                manage(
                        "POST",
                        "/manage/projects",
                        "{\"name\":\"q\",\"api_key\":\"" + TARGET_KEY + "\"}",
                        201,
                        seen);
        String changed = "{\"api_key\":\"" + OTHER_PROJECT_KEY + "\"}";
        manage("PATCH", "/manage/projects/" + other, changed, 200, seen);
        String made =
                json.readTree(
                                send(
                                                "POST",
                                                admin + "/key/generate",
                                                MASTER_KEY,
                                                "{\"key_alias\":\"made\",\"max_budget\":1}")
                                        .body())
                        .path("key")
                        .asText();
        callProvider(made, token, seen);
        assertThat(provider.received().stream().map(request -> request.header("authorization")))
                .contains("Bearer " + TARGET_KEY, "Bearer " + PROJECT_KEY);
        fail(made, seen);
        askEverything(project, made, seen);
        assertUnseen(seen.toString(), token);
        return made;
    }

    private void callProvider(String made, String token, StringBuilder seen) throws Exception {
        for (String key : List.of(made, token, FILE_KEY)) {
            HttpResponse<String> plain = chat(key, "m", "[[word=" + ANSWER + "]]", false);
            assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
            assertThat(plain.body()).contains(ANSWER);
            seen.append(plain.headers().map());
            seen.append(chat(key, "m", "[[word=" + ANSWER + "]]", true).headers().map());
        }
        for (String broken : List.of("cut=after:3", "close=mid", "error=after:3")) {
            chatCut(made, "[[word=" + ANSWER + " chunks=9 " + broken + "]]");
        }
    }

    private void chatCut(String key, String knobs) throws Exception {
        try {
            chat(key, "m", knobs, true);
        } catch (IOException _) {
            // The answer has no end, as was asked for.
        }
    }

    private void fail(String made, StringBuilder seen) throws Exception {
        for (String failing :
                List.of("[[status=500]]", "[[status=401]]", "[[status=429]]", "[[close=head]]")) {
            HttpResponse<String> answer = chat(made, "m", failing, false);
            assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
            append(answer, seen);
        }
        append(chat(WRONG_KEY, "m", "", false), seen);
        append(chat(FILE_KEY, "away", "", false), seen);
        append(chat(made, "away", "", false), seen);
        append(chat(made, "none-such", "", true), seen);
        String path = data + "/v1/chat/completions";
        append(send("POST", path, made, "{\"model\":\"m\",\"messages\":\"" + PROMPT), seen);
        append(send("POST", path, made, "{\"model\":[\"" + PROMPT + "\"]}"), seen);
        append(send("GET", data + "/v1/models", WRONG_KEY, ""), seen);
        append(send("GET", admin + "/key/list", WRONG_KEY, ""), seen);
        append(send("GET", admin + "/key/info?key=" + WRONG_KEY, MASTER_KEY, ""), seen);
        for (String json :
                List.of(
                        "{\"key\":\"" + WRONG_KEY + "\"}",
                        "{\"key\":\"" + WRONG_KEY,
                        "{\"key\":\"" + made + "\",\"max_budget\":\"x\"}",
                        "{\"keys\":[\"" + WRONG_KEY + "\"]}")) {
            for (String action : List.of("update", "block", "regenerate", "delete")) {
                append(send("POST", admin + "/key/" + action, MASTER_KEY, json), seen);
            }
        }
        manage("POST", "/key/generate", "{\"key\":\"" + FILE_KEY + "\"", 400, seen);
        manage("POST", "/manage/projects", "{\"api_key\":\"" + PROJECT_KEY + "\"}", 400, seen);
    }

    /** Every GET that the index names, and the metrics. */
    private void askEverything(String project, String made, StringBuilder seen) throws Exception {
        JsonNode routes = json.readTree(send("GET", admin + "/", MASTER_KEY, "").body());
        int asked = 0;
        for (JsonNode route : routes.path("routes")) {
            if (route.path("method").asText().equals("GET")) {
                String path = route.path("path").asText().replaceAll("\\{[^}]*}", project);
                String query = "?key=" + made + "&user=u&group_by=key&budget_id=b";
                append(send("GET", admin + path, MASTER_KEY, ""), seen);
                append(send("GET", admin + path + query, MASTER_KEY, ""), seen);
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(30);
        assertThat(seen).contains("sluice_", "key_alias");
    }

    /** Looks at configurations with mistakes in and beside secrets. */
    public void breakConfiguration(Path folder, StringBuilder seen) throws IOException {
        String good =
                "general_settings: {master_key: %s, salt_key: %s}\n"
                        .formatted(MASTER_KEY, SALT_KEY);
        List<String> broken =
                List.of(
                        "general_settings: {master_key: [" + MASTER_KEY + "], salt_key: {a: 1}}\n",
                        good + "database: {url: \"postgresql://u:" + PASSWORD + "@h:port/x\"}\n",
                        good + "database: {url: \"mysql://u:" + PASSWORD + "@h/x\"}\n",
                        good + "keys: [{alias: x, key: \"" + FILE_KEY + " y\"}]\n",
                        good + "keys: [{alias: x, key: " + FILE_KEY + ", budget: lots}]\n",
                        good + "keys: [{alias: x, key: " + FILE_KEY + "\n",
                        good + "keys: {" + FILE_KEY + "}}\n",
                        good + "no_such_section: {api_key: " + TARGET_KEY + "}\n",
                        good + "model_list: [{model_name: m, api_key: " + TARGET_KEY + "}]\n");
        for (String text : broken) {
            Path file = Files.writeString(folder.resolve("broken.yaml"), text);
            run(List.of("config", "check", file.toString()), seen);
            run(List.of("config", "show", file.toString()), seen);
        }
    }

    /** Fails if one of them is to be seen, as it is or in another writing. */
    public void assertUnseen(String seen, String made) {
        List<String> secrets =
                new ArrayList<>(
                        List.of(
                                MASTER_KEY,
                                SALT_KEY,
                                FILE_KEY,
                                TARGET_KEY,
                                PROJECT_KEY,
                                OTHER_PROJECT_KEY,
                                WRONG_KEY,
                                PASSWORD,
                                PROMPT,
                                ANSWER,
                                made));
        List<String> found = new ArrayList<>();
        for (String secret : secrets) {
            for (String writing : writings(secret)) {
                int at = seen.indexOf(writing);
                if (at >= 0) {
                    found.add(
                            seen.substring(
                                    Math.max(0, at - 300),
                                    Math.min(seen.length(), at + writing.length() + 80)));
                }
            }
        }
        assertThat(found).as("secrets, with what is around them").isEmpty();
    }

    private static List<String> writings(String secret) {
        byte[] bytes = secret.getBytes(UTF_8);
        return List.of(
                secret,
                HexFormat.of().formatHex(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                URLEncoder.encode(secret, UTF_8));
    }

    /** All rows of all tables as text; bytes in hexadecimal digits. */
    public String dump(String url) throws SQLException {
        StringBuilder rows = new StringBuilder();
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet found =
                    statement.executeQuery(
                            "SELECT format('%I.%I', table_schema, table_name) FROM"
                                    + " information_schema.tables WHERE table_schema NOT IN"
                                    + " ('pg_catalog', 'information_schema')")) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            assertThat(tables).hasSizeGreaterThan(8);
            for (String table : tables) {
                try (ResultSet all =
                        statement.executeQuery("SELECT t::text FROM " + table + " t")) {
                    while (all.next()) {
                        rows.append(table).append(' ').append(all.getString(1)).append('\n');
                    }
                }
            }
        }
        return rows.toString();
    }

    /** In hexadecimal digits. */
    public static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    private static Connection connect(String url) throws SQLException {
        URI uri = URI.create(url);
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d%s?user=postgres&password=postgres"
                        .formatted(uri.getHost(), uri.getPort(), uri.getPath()));
    }

    private static void run(List<String> words, StringBuilder seen) {
        StringWriter out = new StringWriter();
        CommandLine line = Sluice.newCommandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int exitCode = line.execute(words.toArray(String[]::new));
        seen.append(words).append(exitCode).append(out);
    }

    /** The field {@code id} of the answer, which must have that status. */
    private String manage(String method, String path, String body, int status, StringBuilder seen)
            throws Exception {
        HttpResponse<String> answer = send(method, admin + path, MASTER_KEY, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        append(answer, seen);
        return json.readTree(answer.body()).path("id").asText();
    }

    private HttpResponse<String> chat(String key, String model, String knobs, boolean isStream)
            throws Exception {
        String body = GatewayFixture.chatBody(model, PROMPT + " " + knobs, isStream);
        return send("POST", data + "/v1/chat/completions", key, body);
    }

    private static void append(HttpResponse<String> answer, StringBuilder seen) {
        seen.append(answer.headers().map()).append(answer.body());
    }

    private HttpResponse<String> send(String method, String uri, String key, String body)
            throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(uri))
                        .timeout(Duration.ofSeconds(20))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
