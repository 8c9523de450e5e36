package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.WireClient;
import io.sluice.bench.upstream.Options;
import io.sluice.transport.cli.Sluice;
import io.sluice.transport.reload.ReloadResult;
import io.sluice.transport.reload.ReloadResult.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The configuration changes while calls run. {@code -Dsluice.reload=full} reloads 1,000 times under
 * 200 streams and 500 calls a second.
 */
class ReloadIT {

    private static final boolean IS_FULL = "full".equals(System.getProperty("sluice.reload"));
    private static final int RELOADS = IS_FULL ? 1000 : 100;
    private static final int STREAMS = IS_FULL ? 200 : 40;
    private static final int CALLS_PER_SECOND = IS_FULL ? 500 : 100;

    private static final String STREAM = "[[chunks=20 gap=10ms word=water]]";
    private static final String OTHER =
            "\n  - {model_name: other, litellm_params: {model: openai/o, api_base: \"BASE\","
                    + " api_key: sk-up}}\n";

    @TempDir private Path folder;
    private GatewayFixture fixture;
    private Path file;
    private String text;

    @BeforeEach
    void start() throws IOException {
        fixture = GatewayFixture.start(folder, Options.DEFAULT, "");
        file = folder.resolve("sluice.yaml");
        text = Files.readString(file);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private ReloadResult reloadWith(String yaml) throws IOException {
        Path beside = Files.writeString(folder.resolve("next.yaml"), yaml);
        Files.move(beside, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return fixture.gateway().reload("test");
    }

    private String withOther() {
        return text + OTHER.replace("BASE", fixture.provider().baseUri() + "/v1");
    }

    @Test
    void servesWhatIsNew_andNoLongerWhatIsGone() throws IOException {
        assertThat(fixture.chat("other", "hi").statusCode()).isEqualTo(404);

        reloadWith(withOther());
        assertThat(fixture.chat("other", "hi").statusCode()).isEqualTo(200);

        reloadWith(text.replace(GatewayFixture.KEY, "sk-another-0123456789"));
        assertThat(fixture.chat("m", "hi").statusCode()).isEqualTo(401);
        assertThat(fixture.chatAs("sk-another-0123456789").statusCode()).isEqualTo(200);
    }

    @Test
    void seesTheFileChange_byItself() throws IOException {
        Files.writeString(file, withOther());

        GatewayFixture.await(
                () -> fixture.chat("other", "hi").statusCode() == 200, () -> "the file is read");
        assertThat(fixture.metric("sluice_config_generation")).isEqualTo(2);
    }

    @Test
    void saysEverywhere_whyAFileCannotBeUsed() throws IOException {
        Files.writeString(file, text + "\ntimeouts: {total: soon}\n");

        HttpResponse<String> answer = fixture.manage("POST", "/admin/config/reload", "");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("config_invalid", "timeouts.total", "sluice.yaml:");
        assertThat(fixture.metric("sluice_config_valid")).isZero();
        JsonNode status = fixture.managed("GET", "/admin/status", "");
        assertThat(status.get("generation").asInt()).isEqualTo(1);
        assertThat(status.at("/last_reload/result").asText()).isEqualTo("refused");
        assertThat(status.at("/last_reload/reason").asText()).contains("timeouts.total");
        assertThat(fixture.chat("m", "hi").statusCode()).isEqualTo(200);

        Files.writeString(file, text);
        assertThat(fixture.manage("POST", "/admin/config/reload", "").statusCode()).isEqualTo(200);
        assertThat(fixture.metric("sluice_config_valid")).isEqualTo(1);
    }

    @Test
    void showsNoSecret_inWhatChanged() throws IOException {
        Files.writeString(file, text.replace("sk-up", "sk-quite-secret-indeed"));

        String diff = fixture.manage("GET", "/admin/config/diff", "").body();
        String answer = fixture.manage("POST", "/admin/config/reload", "").body();

        assertThat(diff).contains("model_list[m].litellm_params.api_key").doesNotContain("secret");
        assertThat(answer).contains("model_list[m].litellm_params.api_key").contains("\"***\"");
        assertThat(answer).doesNotContain("quite-secret");
    }

    @Test
    void saysWhatNeedsARestart_andGoesOnListening() throws IOException {
        ReloadResult result = reloadWith(text.replace("listen: {port: 0}", "listen: {port: 4999}"));

        assertThat(result.outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(result.restart()).containsExactly("listen.port");
        assertThat(fixture.chat("m", "hi").statusCode()).isEqualTo(200);
    }

    @Test
    void keepsWhatACallBeganWith_untilItEnds() throws IOException {
        try (WireClient client = new WireClient(fixture.port())) {
            client.send(
                    WireClient.chat(
                            "m",
                            "[[chunks=20 gap=50ms word=water]]",
                            true,
                            "authorization: Bearer " + GatewayFixture.KEY));
            client.readToWord("water", 1);

            reloadWith(
                    text.replace("model_name: m,", "model_name: renamed,")
                            .replace(GatewayFixture.KEY, "sk-another-0123456789"));

            assertThat(client.readTo("data: [DONE]")).doesNotContain("error");
        }
    }

    @Test
    void keepsCounts_overAReload() throws IOException {
        String limited =
                text.replace(
                        "key: " + GatewayFixture.KEY + "}",
                        "key: " + GatewayFixture.KEY + ", limits: {requests_per_minute: 3}}");
        reloadWith(limited);
        assertThat(fixture.chat("m", "hi").statusCode()).isEqualTo(200);
        assertThat(fixture.chat("m", "hi").statusCode()).isEqualTo(200);

        reloadWith(limited + "\ntimeouts: {total: 99s}\n");

        assertThat(fixture.chat("m", "hi").statusCode()).isEqualTo(200);
        assertThat(fixture.chat("m", "hi").statusCode()).isEqualTo(429);
    }

    @Test
    void takesAChangeBack_andKeepsNoSecretInTheClear() throws IOException {
        reloadWith(withOther().replace("sk-up", "sk-quite-secret-indeed"));
        assertThat(fixture.chat("other", "hi").statusCode()).isEqualTo(200);

        Told history = run("config", "history");
        Told told = run("config", "rollback");

        assertThat(history.out().lines()).hasSize(3);
        assertThat(told.exitCode()).as(told.errors()).isZero();
        assertThat(told.out()).contains("- model_list[other].model_name: other");
        assertThat(fixture.chat("other", "hi").statusCode()).isEqualTo(404);
        assertThat(file).hasContent(text);
        try (Stream<Path> kept = Files.list(folder.resolve("state/configurations"))) {
            assertThat(kept)
                    .isNotEmpty()
                    .allSatisfy(
                            entry -> assertThat(entry).content().doesNotContain("quite-secret"));
        }
    }

    @Test
    void tellsTheCommand_whatChangedAndWhatIsWrong() throws IOException {
        Files.writeString(file, withOther());
        assertThat(run("config", "diff").out()).contains("+ model_list[other].model_name: other");
        Told told = run("reload");
        assertThat(told.exitCode()).as(told.errors()).isZero();
        assertThat(told.out()).contains("generation 2 is in force");

        Files.writeString(file, text + "\ntimeouts: {total: soon}\n");
        Told refused = run("reload");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("timeouts.total");
        assertThat(run("config", "rollback", "--to", "99").exitCode()).isEqualTo(5);
    }

    @Test
    void asksOtherModels_thatWereNamedAtRunTime_untilTheyAreTakenAway() throws IOException {
        reloadWith(withOther());
        String failing = "[[fail=503]]";
        assertThat(fixture.managed("GET", "/fallback/m", "").path("fallback_models")).isEmpty();

        fixture.managed("POST", "/fallback", "{\"model\":\"m\",\"fallback_models\":[\"pair\"]}");
        assertThat(fixture.chat("m", failing).headers().firstValue("x-sluice-model"))
                .hasValue("pair");
        reloadWith(text);
        JsonNode shown = fixture.managed("GET", "/admin/fallback-policies/m", "");
        assertThat(shown.path("source").asText()).isEqualTo("override");
        assertThat(shown.at("/fallback_models/0").asText()).isEqualTo("pair");

        fixture.managed("DELETE", "/fallback/m", "");
        assertThat(fixture.chat("m", failing).headers().firstValue("x-sluice-model")).hasValue("m");
        assertThat(fixture.manage("DELETE", "/fallback/m", "").statusCode()).isEqualTo(404);
        assertThat(
                        fixture.manage(
                                        "POST",
                                        "/fallback",
                                        "{\"model\":\"m\",\"fallback_models\":[\"none\"]}")
                                .statusCode())
                .isEqualTo(400);
    }

    private record Told(int exitCode, String out, String errors) {}

    private Told run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--url");
        all.add("http://127.0.0.1:" + fixture.gateway().adminPort());
        all.add("--master-key");
        all.add(GatewayFixture.MASTER_KEY);
        int code =
                Sluice.newCommandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(errors, true))
                        .execute(all.toArray(String[]::new));
        return new Told(code, out.toString(), errors.toString());
    }

    @Test
    void failsNoCall_andStallsNoStream_whileTheFileChanges() throws IOException {
        AtomicBoolean isOver = new AtomicBoolean();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger streams = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        List<CompletableFuture<Void>> load = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            load.add(inBackground(() -> streamUntil(isOver, streams, failures)));
        }
        int callers = 20;
        for (int i = 0; i < callers; i++) {
            load.add(inBackground(() -> callUntil(isOver, callers, calls, failures)));
        }
        GatewayFixture.await(() -> streams.get() > 0 && calls.get() > 0, () -> "load " + failures);

        int changed = 0;
        for (int i = 0; i < RELOADS; i++) {
            boolean isInvalid = i % 10 == 9;
            String more = "\ntimeouts: {total: " + (isInvalid ? "soon" : 1000 + i + "s") + "}\n";
            ReloadResult result = reloadWith(withOther() + more);
            assertThat(result.outcome() == Outcome.REFUSED).isEqualTo(isInvalid);
            changed += isInvalid ? 0 : 1;
        }
        int before = streams.get();
        GatewayFixture.await(
                () -> streams.get() > before || !failures.isEmpty(), () -> "streams go on");
        isOver.set(true);
        load.forEach(CompletableFuture::join);

        assertThat(failures).isEmpty();
        assertThat(changed).isEqualTo(RELOADS * 9 / 10);
        assertThat(fixture.metric("sluice_config_generation")).isEqualTo(1 + changed);
        System.out.printf(
                "%d reloads, %d streams, %d calls%n", RELOADS, streams.get(), calls.get());
    }

    private void streamUntil(
            AtomicBoolean isOver, AtomicInteger count, ConcurrentLinkedQueue<String> failures) {
        while (!isOver.get() && failures.isEmpty()) {
            HttpResponse<String> answer =
                    fixture.send(
                            fixture.post(
                                            "/v1/chat/completions",
                                            GatewayFixture.chatBody("m", STREAM, true))
                                    .build());
            boolean isWhole =
                    answer.body().endsWith("data: [DONE]\n\n")
                            && answer.body().split("water", -1).length == 21;
            if (answer.statusCode() != 200 || !isWhole) {
                failures.add(answer.statusCode() + " " + answer.body());
            }
            count.incrementAndGet();
        }
    }

    private void callUntil(
            AtomicBoolean isOver,
            int callers,
            AtomicInteger count,
            ConcurrentLinkedQueue<String> failures) {
        long pauseNanos = 1_000_000_000L / CALLS_PER_SECOND * callers;
        while (!isOver.get() && failures.isEmpty()) {
            HttpResponse<String> answer = fixture.chat("pair", "[[chunks=2 word=water]]");
            if (answer.statusCode() != 200) {
                failures.add(answer.statusCode() + " " + answer.body());
            }
            count.incrementAndGet();
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private static CompletableFuture<Void> inBackground(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }
}
