package io.sluice.transport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.LoggingSettings;
import io.sluice.config.Secret;
import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.price.CallCost;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricLimits;
import io.sluice.telemetry.Metrics;
import io.sluice.telemetry.MetricsReader;
import io.sluice.testing.CallFixture;
import io.sluice.transport.logging.LogFormat;
import io.sluice.transport.logging.Logs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class AdminServerIT {

    private static final String KEY = "sk-master";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "[a-zA-Z_:][\\w:]*(\\{([a-z_]+=\"([^\"\\\\]|\\\\.)*\",?)*})? -?[0-9.E+]+(-?[0-9]+)?|"
                            + "[a-zA-Z_:][\\w:]*(\\{.*})? NaN");

    @TempDir private Path folder;

    private final Metrics metrics = new Metrics(2, MetricLimits.DEFAULT);
    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final HttpClient client = HttpClient.newHttpClient();

    private volatile Readiness readiness = Readiness.READY;
    private Logs logs;
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        Path log = folder.resolve("gateway.log");
        logs =
                Logs.configure(
                        new LoggingSettings("info", Map.of(), "off", 1, log.toString(), 1 << 20, 1),
                        LogFormat.JSON);
        GatewayStatus status =
                new GatewayStatus(
                        "1.2.3",
                        Instant.parse("2026-01-01T00:00:00Z").toEpochMilli(),
                        4,
                        "/etc/sluice.yaml",
                        List.of("http://127.0.0.1:4000"),
                        "per process");
        List<AdminRoute> routes = new ArrayList<>();
        routes.addAll(new HealthRoutes(() -> readiness).routes());
        MetricsRoutes numbers = new MetricsRoutes(metrics, () -> status, () -> readiness, logs);
        numbers.add(AdminServerIT::readBooks);
        routes.addAll(numbers.routes());
        routes.addAll(
                new StatusRoutes(
                                () -> status,
                                () -> readiness,
                                metrics,
                                InstantSource.fixed(Instant.parse("2026-01-01T01:00:00Z")))
                        .routes());
        routes.addAll(new LoggingRoutes(logs.levels()).routes());
        routes.add(
                new AdminRoute(
                        "GET",
                        "/slow",
                        Access.OPEN,
                        "waits",
                        (_, _) -> {
                            gate.join();
                            return AdminResponse.json(200, json -> {});
                        }));
        AdminCredential credential = new AdminCredential(() -> Secret.of(KEY));
        server = AdminServer.start("127.0.0.1", 0, new AdminRoutes(credential, routes));
    }

    @AfterEach
    void stop() {
        gate.complete(null);
        server.close();
        logs.close();
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/ready", "/health", "/healthz", "/ready", "/health/readiness"})
    void answersReadiness_byState(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(200);

        readiness = Readiness.DRAINING;
        HttpResponse<String> draining = get(path);
        assertThat(draining.statusCode()).isEqualTo(503);
        assertThat(draining.body()).contains("\"error\":\"the gateway is stopping");
        assertThat(draining.headers().firstValue("cache-control")).hasValue("no-store");

        readiness = Readiness.STARTING;
        assertThat(get(path).statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/live", "/health/liveness", "/health/liveliness"})
    void livesOn_whileDraining(String path) throws Exception {
        readiness = Readiness.DRAINING;

        assertThat(get(path).statusCode()).isEqualTo(200);
        assertThat(get(path).body()).isEqualTo("{\"status\":\"alive\"}\n");
    }

    /** As the gateway's books, its price file and its Redis pass their numbers on. */
    private static void readBooks(MetricsReader reader) {
        for (Metric metric : Metric.values()) {
            String name = metric.exposedName();
            boolean isOfBooks =
                    name.startsWith("sluice_ledger_")
                            || name.startsWith("sluice_key")
                            || name.startsWith("sluice_expired_keys_")
                            || name.startsWith("sluice_redis_")
                            || name.startsWith("sluice_rate_reports_")
                            || name.startsWith("sluice_price_file_")
                            || name.startsWith("sluice_config_reloads_")
                            || name.startsWith("sluice_translation_")
                            || name.equals("sluice_config_valid")
                            || name.startsWith("sluice_certificate_")
                            || name.equals("sluice_database_up");
            if (isOfBooks) {
                reader.onValue(metric, metric.labels(), 1);
            }
        }
    }

    @Test
    void exposesWellFormedText_withEveryName() throws Exception {
        metrics.loop(0)
                .onCallFinished(
                        new CallFixture()
                                .tokens(5, 6, 0)
                                .model("we\"ird\\na\nme")
                                .failed(502, ErrorCode.UPSTREAM_CLOSED, ErrorSource.UPSTREAM)
                                .toRecord());
        CallCost cost = new CallCost(CallCost.State.PRICED, 5, "USD", 5);
        metrics.loop(0).onCallFinished(new CallFixture().cost(cost).toRecord());
        metrics.loop(0).onCallFinished(new CallFixture().cost(CallCost.UNPRICED).toRecord());

        HttpResponse<String> response = get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
        for (Metric metric : Metric.values()) {
            assertThat(response.body()).contains("# TYPE " + metric.exposedName() + " ");
        }
        assertThat(response.body().lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> SAMPLE.matcher(line).matches());
        assertThat(response.body().lines().filter(line -> !line.startsWith("#")))
                .doesNotHaveDuplicates();
        assertThat(response.body())
                .contains(
                        "sluice_requests_total{endpoint=\"chat_completions\","
                                + "model=\"we\\\"ird\\\\na\\nme\",provider=\"openai\","
                                + "status_class=\"5xx\",error_source=\"upstream\",} 1.0",
                        "sluice_overhead_seconds_bucket{le=\"5.0E-5\",} 0.0",
                        "sluice_overhead_seconds_bucket{le=\"+Inf\",} 3.0",
                        "sluice_build_info{version=\"1.2.3\",java=\"25",
                        "sluice_config_generation 4.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "process_cpu_seconds_total",
                "process_open_fds",
                "process_max_fds",
                "process_resident_memory_bytes",
                "process_start_time_seconds",
                "jvm_memory_bytes_used",
                "jvm_buffer_pool_used_bytes",
                "jvm_gc_collection_seconds_count",
                "jvm_threads_current",
                "jvm_info"
            })
    void exposesProcess_onThisJdk(String name) throws Exception {
        assertThat(get("/metrics").body()).containsPattern("(?m)^" + name + "[ {]");
    }

    @Test
    void speaksOpenMetrics_whereAsked() throws Exception {
        HttpResponse<String> response =
                client.send(
                        request("/metrics")
                                .header("Accept", "application/openmetrics-text; version=1.0.0")
                                .build(),
                        BodyHandlers.ofString());

        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/openmetrics-text");
        assertThat(response.body()).endsWith("# EOF\n");
    }

    @Test
    void needsMasterKey_forManagement() throws Exception {
        assertThat(get("/status").statusCode()).isEqualTo(401);
        assertThat(get("/logging").statusCode()).isEqualTo(401);

        HttpResponse<String> status = send("GET", "/status", "");
        assertThat(status.statusCode()).isEqualTo(200);
        assertThat(status.body())
                .isEqualTo(
                        "{\"version\":\"1.2.3\",\"readiness\":\"ready\",\"uptime_seconds\":3600,"
                                + "\"generation\":4,\"config\":\"/etc/sluice.yaml\","
                                + "\"listeners\":[\"http://127.0.0.1:4000\"],"
                                + "\"rate_limits\":\"per process\","
                                + "\"inflight_requests\":0,\"active_streams\":0}\n");
    }

    @Test
    void changesOutput_whenLevelChanges() throws Exception {
        Logger logger = LoggerFactory.getLogger("io.sluice.somewhere.Deep");
        logger.debug("hidden");

        HttpResponse<String> set =
                send("PUT", "/logging/io.sluice.somewhere", "{\"level\":\"debug\"}");
        logger.debug("shown");
        HttpResponse<String> reset = send("DELETE", "/logging/io.sluice.somewhere", "");
        logger.debug("hidden again");
        logs.close();

        assertThat(set.body()).contains("\"changed\":{\"io.sluice.somewhere\":\"debug\"}");
        assertThat(reset.body()).contains("\"changed\":{}");
        assertThat(Files.readString(folder.resolve("gateway.log")))
                .contains("\"message\":\"shown\"")
                .doesNotContain("hidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"level\":1}",
                "{\"level\":\"loud\"}",
                "{\"level\":\"debug\",\"x\":1}",
                "{\"level\":\"debug\"} x",
                "{\"level\":\"debug\",\"level\":\"info\"}"
            })
    void refusesBody_thatIsNoLevel(String body) throws Exception {
        HttpResponse<String> response = send("PUT", "/logging/io.sluice", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":{\"message\":\"");
        assertThat(send("GET", "/logging", "").body()).contains("\"changed\":{}");
    }

    @Test
    void refusesBody_thatIsTooLarge() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            ascii(
                                    """
                                    PUT /logging/a HTTP/1.1\r
                                    Host: x\r
                                    Content-Length: 1048577\r
                                    \r
                                    """));

            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer)
                    .startsWith("HTTP/1.1 413 ")
                    .contains("connection: close", "\"code\":\"body_too_large\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost : x\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void closesConnection_onMalformedRequest(String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(ascii(request));

            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("malformed_request");
        }
    }

    @Test
    void answersPipelinedRequests_inOrder() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            ascii(
                                    """
                                    GET /slow HTTP/1.1\r
                                    Host: x\r
                                    \r
                                    HEAD /live HTTP/1.1\r
                                    Host: x\r
                                    \r
                                    GET /nowhere HTTP/1.1\r
                                    Host: x\r
                                    Connection: close\r
                                    \r
                                    """));
            assertThat(get("/live").statusCode()).isEqualTo(200);
            gate.complete(null);

            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer.lines().filter(line -> line.startsWith("HTTP/1.1")))
                    .containsExactly(
                            "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found");
            assertThat(answer).doesNotContain("alive");
        }
    }

    @Test
    void waitsForBody_thatComesAfterItsHead() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            ascii(
                                    """
                                    PUT /logging/a HTTP/1.1\r
                                    Host: x\r
                                    Authorization: Bearer sk-master\r
                                    Connection: close\r
                                    Content-Length: 17\r
                                    \r
                                    {"level"\
                                    """));
            assertThat(get("/live").statusCode()).isEqualTo(200);
            socket.getOutputStream().write(ascii(":\"debug\"}"));

            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"changed\":{\"a\":\"debug\"}");
        }
    }

    @Test
    void saysWhy_whenPortIsTaken() {
        AdminRoutes none = new AdminRoutes(new AdminCredential(() -> null), List.of());

        assertThatThrownBy(() -> AdminServer.start("127.0.0.1", server.port(), none))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                request(path)
                        .header("Authorization", "Bearer " + KEY)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
