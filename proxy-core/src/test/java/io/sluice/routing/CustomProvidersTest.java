package io.sluice.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.price.PriceTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that an operator describes in a file. */
class CustomProvidersTest {

    private static final String ACME =
            """
            "base_url": "https://api.acme.example/v1", "auth_header": "X-Acme-Key", \
            "auth_prefix": "", "api_key_env": "ACME_KEY", "headers": {"x-tier": "gold"}, \
            "supported_params": ["temperature", "max_tokens"], \
            "param_mappings": {"max_completion_tokens": "max_tokens"}, \
            "constraints": {"temperature": {"min": 0.01}, "temperature_max": 1}\
            """;

    @TempDir private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"[{\"name\": \"acme\", %s}]", "{\"acme\": {%s}}"})
    void areCalledAsTheFileSays(String form) throws IOException {
        Files.writeString(folder.resolve("providers.json"), form.formatted(ACME));

        Target target = target("{model: acme/m}", "");

        assertThat(target.unusable()).isNull();
        assertThat(target.address().host()).isEqualTo("api.acme.example");
        assertThat(target.basePath()).isEqualTo("/v1");
        assertThat(String.valueOf(target.credential().headerLines()))
                .isEqualTo("x-acme-key: secret\r\n");
        assertThat(target.headerLines().toString()).isEqualTo("x-tier: gold\r\n");
        assertThat(
                        changed(
                                target,
                                "{\"model\":\"m\",\"temperature\":2,\"max_completion_tokens\":5,"
                                        + "\"seed\":1}"))
                .isEqualTo("{\"model\":\"m\",\"temperature\":1,\"max_tokens\":5,\"seed\":1}");
    }

    @Test
    void leaveOutWhatIsNotSupported_whereParametersAreDropped() throws IOException {
        Files.writeString(folder.resolve("other.json"), "[{\"name\": \"acme\", " + ACME + "}]");

        Target target =
                target("{model: acme/m, drop_params: true}", "providers: {file: other.json}");

        assertThat(
                        changed(
                                target,
                                "{\"model\":\"m\",\"temperature\":0,\"seed\":1,\"messages\":[]}"))
                .isEqualTo("{\"model\":\"m\",\"temperature\":0.01,\"messages\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"name\": \"acme\"}]",
                "[{\"base_url\": \"https://a\"}]",
                "[{\"name\": \"acme\", \"base_url\": \"ftp://a\"}]",
                "[{\"name\": \"acme\", \"base_url\": \"https://a\", \"auth_header\": \"a b\"}]",
                "[1]",
                "7",
                "[{\"name\""
            })
    void areLeftOutWithAWarning_whereTheyAreWrong(String json) throws IOException {
        Files.writeString(folder.resolve("providers.json"), json);

        LoadedSettings loaded = load("{model: acme/m, api_base: \"https://b\"}", "");

        assertThat(loaded.findings().stream().map(Finding::message).toList())
                .anyMatch(message -> message.contains("providers.json"));
        assertThat(loaded.settings().models()).hasSize(1);
    }

    private static String changed(Target target, String body) {
        ByteBuf out = Unpooled.buffer();
        target.provider().rules().write(Unpooled.copiedBuffer(body, UTF_8), out);
        return out.toString(UTF_8);
    }

    private Target target(String params, String more) throws IOException {
        RouteTable routes =
                Targets.routes(
                        load(params, more).settings(),
                        PriceTable.builtIn(),
                        _ -> {
                            throw new AssertionError("no identity is used here");
                        });
        return Objects.requireNonNull(routes.find("m")).route().targets().getFirst();
    }

    private LoadedSettings load(String params, String more) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("sluice.yaml"),
                        "model_list: [{model_name: m, litellm_params: " + params + "}]\n" + more);
        return new SettingsLoader(Map.of("ACME_KEY", "secret"), List.of()).load(file);
    }
}
