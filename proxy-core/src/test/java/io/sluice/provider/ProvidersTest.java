package io.sluice.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.json.BodyRules;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {

    private final Providers providers = Providers.builtIn();

    @ParameterizedTest
    @MethodSource("lines")
    void hasEachLineAsItIsWritten(String line) {
        String[] column = line.split("\t+", -1);
        String[] name = column[0].split("/", 2);
        Provider provider =
                providers.inAllDialects(name[0], name.length == 1 ? "m" : name[1]).stream()
                        .filter(one -> one.paths().name().equals(column[2]))
                        .findFirst()
                        .orElseThrow();

        assertThat(provider.name()).isEqualTo(name[0]);
        assertThat(provider.baseUrl() == null ? "-" : provider.baseUrl()).isEqualTo(column[1]);
        assertThat(provider.paths().name()).isEqualTo(column[2]);
        assertThat((provider.keyHeader() + " " + provider.keyPrefix()).strip())
                .isEqualTo(column[3]);
        assertThat(column[4]).isEqualTo(provider.needsKey() ? "key" : "open");
        assertThat(column[5]).isEqualTo(provider.streamUsage() ? "usage" : "plain");
    }

    @ParameterizedTest
    @MethodSource("all")
    void canBeCalled(Provider provider) {
        assertThat(provider.name()).matches("[a-z0-9_-]+");
        assertThat(provider.keyHeader()).matches("[a-z-]+");
        if (provider.baseUrl() != null) {
            URI base = URI.create(provider.baseUrl());
            boolean local = "localhost".equals(base.getHost());
            assertThat(base.getScheme()).isEqualTo(local ? "http" : "https");
            assertThat(base.getHost()).isNotBlank();
            assertThat(provider.baseUrl()).doesNotEndWith("/");
            assertThat(provider.needsKey()).isEqualTo(!local);
        }
    }

    @Test
    void hasNoNameTwiceInOneDialect() throws IOException {
        assertThat(lines().map(line -> line.split("\t+", -1)).map(at -> at[0] + " " + at[2]))
                .hasSizeGreaterThan(providers.all().size())
                .doesNotHaveDuplicates();
        assertThat(providers.all()).extracting(Provider::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "azure",
                "anthropic",
                "gemini",
                "mistral",
                "together_ai",
                "fireworks_ai",
                "groq",
                "deepseek",
                "huggingface",
                "databricks",
                "cerebras",
                "perplexity",
                "xai",
                "sambanova",
                "openrouter",
                "ollama",
                "vllm",
                "hosted_vllm",
                "openai_like",
                "litellm_proxy"
            })
    void knows(String name) {
        assertThat(providers.find(name)).isNotNull();
    }

    @Test
    void knowsNothingElse() {
        for (String name : List.of("", "OpenAI", "openai ", "# name", "acme")) {
            assertThat(providers.find(name)).as(name).isNull();
        }
    }

    @Test
    void takesAnyServerForCompatible_atItsOwnAddress() {
        Provider acme = Provider.compatible("acme");

        assertThat(acme)
                .isEqualTo(
                        new Provider(
                                "acme",
                                null,
                                Provider.PathStyle.OPENAI,
                                "authorization",
                                "Bearer ",
                                false,
                                true,
                                true,
                                BodyRules.NONE));
    }

    static Stream<Provider> all() {
        return Providers.builtIn().all().stream();
    }

    static Stream<String> lines() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(Providers.class.getResourceAsStream("providers.tsv"))) {
            String text = new String(in.readAllBytes(), UTF_8);
            return text
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList()
                    .stream();
        }
    }
}
