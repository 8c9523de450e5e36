package io.sluice.transport.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.config.LoggingSettings;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.price.CallCost;
import io.sluice.telemetry.CallRecord;
import io.sluice.testing.CallFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {

    private static final List<String> FIELDS =
            List.of(
                    "timestamp",
                    "id",
                    "correlation_id",
                    "key",
                    "endpoint",
                    "model_asked",
                    "model_sent",
                    "target",
                    "status",
                    "error_source",
                    "end",
                    "ttft_ms",
                    "total_ms",
                    "overhead_ms",
                    "attempts",
                    "input_tokens",
                    "output_tokens",
                    "cached_tokens",
                    "cost_picos",
                    "stream");

    /** A cost in euros, which is logged in dollars. */
    private static final CallCost COST =
            new CallCost(CallCost.State.PRICED, 2_750_000, "EUR", 2_500_000);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void writesExactlyTheFields_ofServedCall() throws IOException {
        Map<String, String> line =
                onlyLine(new CallFixture().tokens(100, 20, 60).cost(COST).toRecord());

        assertThat(line.keySet()).containsExactlyElementsOf(FIELDS);
        assertThat(line)
                .containsEntry("timestamp", "2026-01-01T00:00:00Z")
                .containsEntry("id", "call-1")
                .containsEntry("correlation_id", "correlation-1")
                .containsEntry("key", "ci")
                .containsEntry("endpoint", "chat_completions")
                .containsEntry("model_asked", "fast")
                .containsEntry("model_sent", "gpt-4o-mini")
                .containsEntry("target", "openai/gpt-4o-mini")
                .containsEntry("status", "200")
                .containsEntry("error_source", "null")
                .containsEntry("end", "--")
                .containsEntry("ttft_ms", "120.000")
                .containsEntry("total_ms", "1500.000")
                .containsEntry("overhead_ms", "0.080")
                .containsEntry("attempts", "1")
                .containsEntry("input_tokens", "100")
                .containsEntry("output_tokens", "20")
                .containsEntry("cached_tokens", "60")
                .containsEntry("cost_picos", "2750000")
                .containsEntry("stream", "true");
    }

    @Test
    void writesAllFields_ofRefusedCall() throws IOException {
        Map<String, String> line =
                onlyLine(
                        new CallFixture()
                                .model(null)
                                .endpoint(null)
                                .refused(ErrorCode.MISSING_API_KEY)
                                .end('G', 'A')
                                .toRecord());

        assertThat(line.keySet()).containsExactlyElementsOf(FIELDS);
        assertThat(line)
                .containsEntry("key", "null")
                .containsEntry("endpoint", "null")
                .containsEntry("target", "null")
                .containsEntry("status", "401")
                .containsEntry("error_source", "gateway")
                .containsEntry("end", "GA")
                .containsEntry("ttft_ms", "null")
                .containsEntry("overhead_ms", "null")
                .containsEntry("attempts", "0")
                .containsEntry("input_tokens", "null")
                .containsEntry("cached_tokens", "null")
                .containsEntry("stream", "false");
    }

    @Test
    void keepsOneLine_whateverCallerPutIntoNames() throws IOException {
        String hostile = "a\"}\n{\"id\":\"forged\"\r\u2028\ud800\u0000" + "x".repeat(1_000_000);

        Map<String, String> line = onlyLine(new CallFixture().model(hostile).toRecord());

        assertThat(line.get("model_asked"))
                .startsWith("a\"}\n{\"id\":\"forged\"\r\u2028\ufffd\u0000x")
                .hasSize(LogText.MAX_LENGTH);
        assertThat(line).containsEntry("id", "call-1");
    }

    @Test
    void logsShareOfServedCalls_whenSampled() {
        OutputStreamAppender<CallRecord> sink =
                LogSinks.stream(new LoggerContext(), "access", new AccessLogEncoder(), out);
        double[] draws = {0.49, 0.5, 0.99, 0.0};
        int[] next = {0};
        try (LogQueue<CallRecord> queue =
                LogQueue.start("test-log", 16, sink, () -> LogSinks.flush(sink))) {
            AccessLog log = new AccessLog(queue, 0.5, () -> draws[next[0]++]);
            for (int i = 0; i < draws.length; i++) {
                log.onCallFinished(new CallFixture().id("call-" + i).toRecord());
            }
        }

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).contains("\"id\":\"call-0\"");
        assertThat(lines().get(1)).contains("\"id\":\"call-3\"");
    }

    @Test
    void logsEveryFailure_whenNoSuccessIsWanted() {
        try (Logs logs = logs("stdout", 0)) {
            AccessLog log = logs.accessLog();
            log.onCallFinished(new CallFixture().toRecord());
            log.onCallFinished(new CallFixture().id("status").status(429).toRecord());
            log.onCallFinished(new CallFixture().id("cut").end('U', 'S').toRecord());
            log.onCallFinished(
                    new CallFixture()
                            .id("source")
                            .failed(200, null, ErrorSource.UPSTREAM)
                            .toRecord());
        }

        assertThat(lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"id\":\"status\""),
                        line -> assertThat(line).contains("\"id\":\"cut\""),
                        line -> assertThat(line).contains("\"id\":\"source\""));
    }

    @Test
    void writesNothing_whenOff() {
        try (Logs logs = logs("off", 1)) {
            logs.accessLog().onCallFinished(new CallFixture().status(500).toRecord());
            assertThat(logs.accessLog().dropped()).isZero();
        }

        assertThat(out.size()).isZero();
    }

    @Test
    void rollsFile_atItsSizeAndKeepsSoMany(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("deep/access.log");
        LoggingSettings settings =
                new LoggingSettings("info", Map.of(), file.toString(), 1, null, 2_000, 2);
        int calls = 200;
        try (Logs logs = configure(settings, out)) {
            for (int i = 0; i < calls; i++) {
                logs.accessLog().onCallFinished(new CallFixture().id("call-" + i).toRecord());
            }
        }

        try (var files = Files.list(folder.resolve("deep"))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .contains("access.log.1", "access.log.2")
                    .isSubsetOf("access.log", "access.log.1", "access.log.2");
        }
        List<String> newest = Files.readAllLines(file);
        assertThat(newest.getLast()).contains("\"id\":\"call-199\"").endsWith("}");
        assertThat(Files.readAllLines(folder.resolve("deep/access.log.1")).getLast()).endsWith("}");
        assertThat(Files.size(folder.resolve("deep/access.log.1"))).isLessThan(20_000);
    }

    @Test
    void neverWaits_whileStandardOutputIsStuck() {
        CompletableFuture<Void> stuck = new CompletableFuture<>();
        OutputStream blocked =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        stuck.join();
                        out.write(b);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        stuck.join();
                        out.write(bytes, offset, length);
                    }
                };
        LoggingSettings settings =
                new LoggingSettings("info", Map.of(), "stdout", 1, null, 1 << 20, 1);
        int calls = Logs.QUEUE_LINES * 2;
        Logs logs = configure(settings, blocked);
        AccessLog log = logs.accessLog();
        try (logs) {
            for (int i = 0; i < calls; i++) {
                log.onCallFinished(new CallFixture().toRecord());
            }
            assertThat(log.dropped()).isPositive();
            stuck.complete(null);
        }

        assertThat(lines().size() + log.dropped()).isEqualTo(calls);
    }

    private Map<String, String> onlyLine(CallRecord call) throws IOException {
        try (Logs logs = logs("stdout", 1)) {
            logs.accessLog().onCallFinished(call);
        }
        assertThat(lines()).hasSize(1);
        return fields(lines().getFirst());
    }

    private Logs logs(String access, double sample) {
        return configure(
                new LoggingSettings("info", Map.of(), access, sample, null, 1 << 20, 1), out);
    }

    private static Logs configure(LoggingSettings settings, OutputStream out) {
        return Logs.configure(
                new LoggerContext(),
                settings,
                LogFormat.JSON,
                out,
                OutputStream.nullOutputStream());
    }

    private List<String> lines() {
        String text = out.toString(StandardCharsets.UTF_8);
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    private static Map<String, String> fields(String line) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.put(name, json.getText());
            }
            assertThat(json.nextToken()).isNull();
        }
        return fields;
    }
}
