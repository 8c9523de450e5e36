package io.sluice.transport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PriceCommandTest {

    private static final String MODELS =
            """
            model_list:
              - {model_name: a, litellm_params: {model: openai/gpt-4.1-mini, api_key: k}}
              - {model_name: b, litellm_params: {model: openai/mystery, api_key: k%s}}
              - {model_name: "c/*", litellm_params: {model: "openai/*", api_key: k}}
            """;

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            new CommandLine(new PriceCommand())
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(err));

    @Test
    void showsAllPrices_withTheirOriginAndDate() throws IOException {
        Path file = file(MODELS.formatted(""));

        assertThat(command.execute("show", "gpt-4.1-mini", "--config", file.toString())).isZero();
        assertThat(out.toString())
                .contains("gpt-4.1-mini")
                .contains("built-in table of 2026-08-01")
                .contains("input           0.4 USD per million tokens")
                .contains("cache read      0.1 USD per million tokens")
                .contains("output          2.8 USD per million tokens, priority");
    }

    @Test
    void showsTheOperatorsPriceFirst() throws IOException {
        Path file = file(MODELS.formatted("") + "pricing: {gpt-4.1-mini: {input: 0.001}}\n");

        assertThat(command.execute("show", "a", "--config", file.toString())).isZero();
        assertThat(out.toString())
                .contains("from            pricing")
                .contains("input           1 EUR per million tokens")
                .doesNotContain("USD");
    }

    @Test
    void endsWithOne_whereAModelHasNoPrice() throws IOException {
        Path file = file(MODELS.formatted(""));

        assertThat(command.execute("show", "mystery", "--config", file.toString())).isOne();
        assertThat(err.toString()).contains("no price is known for mystery");
        assertThat(command.execute("check", "--config", file.toString())).isOne();
        assertThat(out.toString())
                .contains("sluice.yaml:3:5: no price: b -> openai/mystery")
                .contains("1 of 3 targets have no price")
                .contains("prices.unknown: flag");
    }

    @Test
    void endsWithZero_whereAllModelsHaveAPrice() throws IOException {
        Path file = file(MODELS.formatted(", input_cost_per_token: 0"));

        assertThat(command.execute("check", "--config", file.toString())).isZero();
        assertThat(out.toString()).contains("0 of 3 targets have no price;");
    }

    @Test
    void endsWithThree_whereNothingCanBeLoaded() throws IOException {
        Path bad = file("prices: {unknown: x}\n");

        assertThat(command.execute("check", "--config", bad.toString())).isEqualTo(3);
        Files.writeString(folder.resolve("p.json"), "[]");
        Path list = file("prices: {file: p.json}\n");
        assertThat(command.execute("show", "gpt-4o", "--config", list.toString())).isEqualTo(3);
        assertThat(err.toString())
                .contains("prices.unknown takes one of")
                .contains("p.json:1:1: a price file is a JSON object");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("sluice.yaml"), text);
    }
}
