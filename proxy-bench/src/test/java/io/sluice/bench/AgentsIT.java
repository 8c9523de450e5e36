package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command-line agents of three vendors, as npm has them, each before a provider of another
 * dialect: one turn in which a tool is used. Runs with {@code -Pagents} alone, which installs them
 * where they are missing.
 */
class AgentsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 180;
    private static final long INSTALL_SECONDS = 900;
    private static final String MODELS =
            """
              - {model_name: "claude-*", litellm_params: {model: openai/gpt-4o, \
            api_base: "BASE", api_key: sk-up}}
              - {model_name: gpt-5-codex, litellm_params: {model: anthropic/claude-sonnet-4-5, \
            api_base: "{provider}", api_key: sk-up}}
              - {model_name: "gemini-*", litellm_params: {model: openai/gpt-4o, \
            api_base: "BASE", api_key: sk-up}}
            litellm_settings: {drop_params: true}
            router_settings: {num_retries: 0}
            """;

    @TempDir static Path folder;
    private static Path agents = Path.of("");
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        String place = System.getProperty("sluice.agents", "");
        Assumptions.assumeFalse(place.isBlank(), "the agents run with -Pagents alone");
        agents = Path.of(place);
        install();
        fixture = GatewayFixture.start(folder, Options.DEFAULT, MODELS);
    }

    @AfterAll
    static void stop() {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void claudeCodeUsesATool_ofAProviderOfOpenAisChat() throws IOException, InterruptedException {
        run(
                Map.of(
                        "ANTHROPIC_BASE_URL",
                        address(),
                        "ANTHROPIC_API_KEY",
                        GatewayFixture.KEY,
                        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
                        "1"),
                "claude",
                "-p",
                "look around [[tool=Glob]]",
                "--model",
                "claude-sonnet-4-5",
                "--output-format",
                "json");

        assertThat(lastRequest("/v1/chat/completions")).contains("\"role\":\"tool\"");
    }

    @Test
    void codexUsesATool_ofAProviderOfAnthropicsDialect() throws IOException, InterruptedException {
        Path home = Files.createDirectories(folder.resolve("codex"));
        Files.writeString(
                home.resolve("config.toml"),
                """
                model = "gpt-5-codex"
                model_provider = "sluice"
                [model_providers.sluice]
                name = "sluice"
                base_url = "%s/v1"
                env_key = "SLUICE_KEY"
                wire_api = "responses"
                request_max_retries = 0
                stream_max_retries = 0
                """
                        .formatted(address()));
        run(
                Map.of("SLUICE_KEY", GatewayFixture.KEY, "CODEX_HOME", home.toString()),
                "codex",
                "exec",
                "--skip-git-repo-check",
                "--json",
                "-s",
                "read-only",
                "look around [[tool=exec_command]]");

        assertThat(lastRequest("/v1/messages")).contains("\"tool_result\"");
    }

    @Test
    void geminiCliUsesATool_ofAProviderOfOpenAisChat() throws IOException, InterruptedException {
        Path settings = Files.createDirectories(folder.resolve("home/.gemini"));
        Files.writeString(
                settings.resolve("settings.json"),
                """
                {"security":{"auth":{"selectedType":"gemini-api-key"}},
                 "privacy":{"usageStatisticsEnabled":false}}
                """);
        run(
                Map.of(
                        "GEMINI_API_KEY",
                        GatewayFixture.KEY,
                        "GOOGLE_GEMINI_BASE_URL",
                        address(),
                        "GEMINI_CLI_TRUST_WORKSPACE",
                        "true"),
                "gemini",
                "-m",
                "gemini-2.5-flash",
                "-p",
                "look around [[tool=list_directory]]",
                "--output-format",
                "json");

        assertThat(lastRequest("/v1/chat/completions")).contains("\"role\":\"tool\"");
    }

    private static String address() {
        return "http://127.0.0.1:" + fixture.port();
    }

    /** The body of the last request that the provider received there. */
    private static String lastRequest(String path) throws IOException {
        URI received = URI.create(fixture.provider().baseUri() + "/received");
        JsonNode all = JSON.readTree(fixture.send(HttpRequest.newBuilder(received).build()).body());
        String last = "";
        for (JsonNode one : all) {
            if (one.path("uri").asText().equals(path)) {
                last =
                        one.path("body").isTextual()
                                ? one.path("body").asText()
                                : one.path("body").toString();
            }
        }
        return last;
    }

    /** Runs an agent in a folder of its own, and expects that it ends well. */
    private static void run(Map<String, String> environment, String agent, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(agents.resolve("node_modules/.bin").resolve(agent).toString());
        command.addAll(List.of(arguments));
        Path output = folder.resolve(agent + ".out");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(Files.createDirectories(folder.resolve("work-" + agent)).toFile());
        builder.environment().put("HOME", folder.resolve("home").toString());
        builder.environment().putAll(environment);
        Process process =
                builder.redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile())
                        .start();
        boolean hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(hasEnded).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("Hello from the built-in upstream");
    }

    private static void install() throws IOException, InterruptedException {
        if (Files.exists(agents.resolve("node_modules/.bin/gemini"))) {
            return;
        }
        Files.createDirectories(agents);
        Process npm;
        try {
            npm =
                    new ProcessBuilder(
                                    "npm",
                                    "install",
                                    "--no-audit",
                                    "--no-fund",
                                    "--prefix",
                                    agents.toString(),
                                    "@anthropic-ai/claude-code",
                                    "@openai/codex",
                                    "@google/gemini-cli")
                            .redirectErrorStream(true)
                            .redirectOutput(agents.resolve("npm.out").toFile())
                            .start();
        } catch (IOException e) {
            Assumptions.abort("npm is missing: " + e.getMessage());
            return;
        }
        boolean isThere = npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS) && npm.exitValue() == 0;
        Assumptions.assumeTrue(
                isThere, () -> "npm cannot install the agents, see " + agents.resolve("npm.out"));
    }
}
