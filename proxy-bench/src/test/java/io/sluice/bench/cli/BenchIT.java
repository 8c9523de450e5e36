package io.sluice.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.canned.LeanProvider;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchIT {

    @TempDir private Path folder;

    private final LeanProvider lean = LeanProvider.start("127.0.0.1", 0, 1);
    private final StringWriter out = new StringWriter();
    private GatewayFixture gateway;

    @BeforeEach
    void start() throws IOException {
        gateway =
                GatewayFixture.start(
                        folder,
                        Options.DEFAULT,
                        "  - {model_name: canned, litellm_params: {model: openai/canned, api_base: \""
                                + lean.baseUri()
                                + "/v1\", api_key: sk-up}}");
    }

    @AfterEach
    void stop() {
        gateway.close();
        lean.close();
    }

    @Test
    void checksEveryByteThroughTheGateway_inAClosedLoop() throws IOException {
        Path json = folder.resolve("report.json");

        int code = bench("--calls", "300", "--profile", "soak", "--json", json.toString());

        assertThat(code).as(out.toString()).isZero();
        JsonNode own = new ObjectMapper().readTree(json.toFile()).path("sides").path("gateway");
        assertThat(own.path("served").asLong()).isEqualTo(300);
        assertThat(own.path("calls").asLong()).isEqualTo(300);
        assertThat(own.path("ttft").path("count").asLong()).isEqualTo(300);
        assertThat(own.path("events").asLong()).isEqualTo(300 * 12);
        assertThat(lean.books().calls()).isEqualTo(300);
        assertThat(lean.books().completed()).isEqualTo(300);
    }

    @Test
    void measuresTheDirectWayInTheSameRun_inAnOpenLoop() throws IOException {
        Path html = folder.resolve("report.html");

        int code =
                bench(
                        "--rate",
                        "200",
                        "--duration",
                        "2s",
                        "--no-stream",
                        "--ttft",
                        "0s",
                        "--prompt",
                        "64KiB",
                        "--baseline",
                        lean.baseUri().toString(),
                        "--max-ratio",
                        "e2e.p50=1000000",
                        "--html",
                        html.toString());

        assertThat(code).as(out.toString()).isZero();
        assertThat(out.toString()).contains("gateway less baseline", "0 failed");
        assertThat(Files.readString(html)).contains("<polyline", "baseline");
    }

    @Test
    void exitsWith8_whenALimitOrARatioIsMissed() {
        assertThat(bench("--calls", "50", "--profile", "soak", "--slo", "e2e=1ns")).isEqualTo(8);
        assertThat(out.toString()).contains("MISSED  goodput");

        assertThat(
                        bench(
                                "--calls",
                                "50",
                                "--profile",
                                "soak",
                                "--baseline",
                                lean.baseUri().toString(),
                                "--max-ratio",
                                "e2e.p50=0.0001"))
                .isEqualTo(8);
    }

    /** The simulated provider invents its answers. */
    @Test
    void noticesAnAnswerThatIsNotTheOneExpected() {
        int code = bench("--calls", "20", "--profile", "soak", "--model", "m");

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("wrong bytes: 20", "a wrong byte at offset");
    }

    private int bench(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--url",
                                "http://127.0.0.1:" + gateway.port(),
                                "--key",
                                GatewayFixture.KEY));
        arguments.addAll(List.of(more));
        PrintWriter writer = new PrintWriter(out, true);
        return new CommandLine(new BenchCommand())
                .setOut(writer)
                .setErr(writer)
                .execute(arguments.toArray(String[]::new));
    }
}
