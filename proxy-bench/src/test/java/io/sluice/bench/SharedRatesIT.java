package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.Certificates;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.RestartableRedis;
import io.sluice.bench.testing.TlsFront;
import io.sluice.bench.upstream.Options;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rate limits that two gateways count together, by one Redis. */
class SharedRatesIT {

    private static final int CALLERS = 6;

    /** For what would come out otherwise where a slow machine is taken for a Redis that is away. */
    private static final String PATIENT = ", timeout: 20s";

    @TempDir private Path folder;

    @Test
    void holdOneLimit_withinTheSliceOfTheOther() throws Exception {
        String limit = "requests_per_hour: 200";
        try (RestartableRedis redis = RestartableRedis.start();
                GatewayFixture one = gateway("one", redis.url(), PATIENT, limit);
                GatewayFixture other = gateway("other", redis.url(), PATIENT, limit)) {
            awaitStatus("shared", one, other);
            int served = serveAll(List.of(one, other));

            assertThat(served).isBetween(200, 220);
            assertThat(calls(one) + calls(other)).isEqualTo(served);
            assertThat(calls(one)).as("both have a part").isPositive();
            assertThat(calls(other)).isPositive();
            assertThat(one.metric("sluice_redis_up")).isEqualTo(1);
            assertThat(one.metric("sluice_rate_reports_total")).isPositive();
        }
    }

    @Test
    void countTokensTogether() throws Exception {
        String limit = "tokens_per_hour: 20000";
        try (RestartableRedis redis = RestartableRedis.start();
                GatewayFixture one = gateway("one", redis.url(), PATIENT, limit);
                GatewayFixture other = gateway("other", redis.url(), PATIENT, limit)) {
            awaitStatus("shared", one, other);
            assertThat(one.chat("m", "[[chunks=40]]").statusCode()).isEqualTo(200);
            long left = remaining(one.chat("m", "hi"));

            GatewayFixture.await(
                    () -> remaining(other.chat("m", "hi")) < left,
                    () -> "the other has heard of it");
        }
    }

    @Test
    void forgetWhatIsOver() throws Exception {
        String limit = "requests_per_second: 3";
        try (RestartableRedis redis = RestartableRedis.start();
                GatewayFixture one = gateway("one", redis.url(), ", slice: 1.0", limit);
                GatewayFixture other = gateway("other", redis.url(), ", slice: 1.0", limit)) {
            for (int round = 0; round < 3; round++) {
                GatewayFixture.await(
                        () ->
                                one.chat("m", "hi").statusCode() == 429
                                        || other.chat("m", "hi").statusCode() == 429,
                        () -> "the limit is reached");
                GatewayFixture.await(
                        () -> other.chat("m", "hi").statusCode() == 200,
                        () -> "there is room again");
            }
        }
    }

    @Test
    void countAlone_whileRedisIsAway_andTogetherAgain() throws Exception {
        String limit = "requests_per_hour: 1000000";
        try (RestartableRedis redis = RestartableRedis.start();
                GatewayFixture one = gateway("one", redis.url(), "", limit);
                GatewayFixture other = gateway("other", redis.url(), "", limit)) {
            AtomicBoolean isOver = new AtomicBoolean();
            AtomicInteger failures = new AtomicInteger();
            List<Future<?>> load = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (GatewayFixture gateway : List.of(one, other)) {
                    load.add(
                            threads.submit(() -> {
                                while (!isOver.get()) {
                                    if (gateway.chat("m", "hi").statusCode() != 200) {
                                        failures.incrementAndGet();
                                    }
                                }
                            }));
                }
                for (int round = 0; round < 2; round++) {
                    redis.stop();
                    awaitStatus("local", one, other);
                    assertThat(one.metric("sluice_redis_up")).isZero();
                    long before = calls(one) + calls(other);
                    GatewayFixture.await(
                            () -> calls(one) + calls(other) > before + 20, () -> "calls go on");
                    redis.startAgain();
                    awaitStatus("shared", one, other);
                }
                isOver.set(true);
            }
            for (Future<?> caller : load) {
                caller.get();
            }
            assertThat(failures).hasValue(0);
            long alone = 1_000_000 - remaining(one.chat("m", "hi"));
            GatewayFixture.await(
                    () -> 1_000_000 - remaining(other.chat("m", "hi")) >= calls(one) + calls(other),
                    () -> "what was used meanwhile was told: " + alone);
        }
    }

    @Test
    void refuseWhatHasALimit_whereTheOperatorWantsThat() throws Exception {
        try (RestartableRedis redis = RestartableRedis.start();
                GatewayFixture gateway =
                        gateway(
                                "one",
                                redis.url(),
                                ", when_away: refuse, timeout: 300ms",
                                "requests_per_hour: 1000")) {
            awaitStatus("shared", gateway);
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);

            redis.stop();
            awaitStatus("refusing", gateway);
            HttpResponse<String> refused = gateway.chat("m", "hi");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("\"overloaded\"", "rate limits of this key");
            assertThat(refused.headers().firstValue("retry-after")).hasValue("1");

            redis.startAgain();
            awaitStatus("shared", gateway);
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void start_thoughRedisIsAway() throws Exception {
        try (GatewayFixture gateway =
                gateway("one", "redis://127.0.0.1:1", ", timeout: 200ms", "requests_per_hour: 2")) {
            awaitStatus("local", gateway);
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(200);
            assertThat(gateway.chat("m", "hi").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void showTheirPassword() throws Exception {
        try (RestartableRedis redis = RestartableRedis.start("requirepass s3cret-of-redis")) {
            String limit = "requests_per_hour: 1000";
            try (GatewayFixture gateway =
                    gateway("right", redis.url(), ", password: s3cret-of-redis", limit)) {
                awaitStatus("shared", gateway);
            }
            try (GatewayFixture gateway = gateway("none", redis.url(), "", limit)) {
                assertThat(status(gateway)).isEqualTo("local");
            }
            String url = redis.url().replace("redis://", "redis://default:s3cret-of-redis@");
            try (GatewayFixture gateway = gateway("url", url, "", limit)) {
                awaitStatus("shared", gateway);
            }
        }
    }

    @Test
    void speakTls() throws Exception {
        Certificates own = Certificates.make(folder, "ip:127.0.0.1");
        try (RestartableRedis redis = RestartableRedis.start();
                TlsFront front = TlsFront.start(own, redis.port())) {
            String url = "rediss://127.0.0.1:" + front.port();
            String trust = PATIENT + ", trusted_certificates: \"" + own.certificate() + '"';
            try (GatewayFixture gateway = gateway("trusting", url, trust, "parallel: 5")) {
                awaitStatus("shared", gateway);
            }
            try (GatewayFixture gateway = gateway("not", url, "", "parallel: 5")) {
                assertThat(status(gateway)).isEqualTo("local");
            }
        }
    }

    @Test
    void readTheWordsOfLiteLlm() throws Exception {
        try (RestartableRedis redis = RestartableRedis.start("requirepass s3cret-of-redis");
                GatewayFixture gateway =
                        GatewayFixture.start(
                                folder,
                                Options.DEFAULT,
                                "router_settings: {redis_host: 127.0.0.1, redis_port: %d,"
                                                .formatted(redis.port())
                                        + " redis_password: s3cret-of-redis}\n")) {
            awaitStatus("shared", gateway);
        }
    }

    private GatewayFixture gateway(String name, String url, String more, String limits)
            throws IOException {
        return GatewayFixture.start(
                Files.createDirectories(folder.resolve(name)),
                Options.DEFAULT,
                """
                redis: {url: "%s"%s}
                keys: [{alias: tester, key: %s, limits: {%s}}]
                """
                        .formatted(url, more, GatewayFixture.KEY, limits));
    }

    /** Calls both at once until nobody is served any more; returns how many were. */
    private static int serveAll(List<GatewayFixture> gateways) throws Exception {
        AtomicInteger served = new AtomicInteger();
        List<Future<?>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (GatewayFixture gateway : gateways) {
                for (int i = 0; i < CALLERS; i++) {
                    callers.add(
                            threads.submit(() ->
                                    GatewayFixture.await(
                                            () -> isRefusedForLong(gateway.chat("m", "hi"), served),
                                            () -> "the limit is reached")));
                }
            }
        }
        for (Future<?> caller : callers) {
            caller.get();
        }
        return served.get();
    }

    private static boolean isRefusedForLong(HttpResponse<String> answer, AtomicInteger served) {
        if (answer.statusCode() == 200) {
            served.incrementAndGet();
            return false;
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        return Long.parseLong(answer.headers().firstValue("retry-after-ms").orElse("0")) > 1000;
    }

    private static void awaitStatus(String expected, GatewayFixture... gateways) {
        for (GatewayFixture gateway : gateways) {
            GatewayFixture.await(
                    () -> status(gateway).equals(expected), () -> expected + status(gateway));
        }
    }

    private static String status(GatewayFixture gateway) {
        return gateway.managed("GET", "/status", "").path("rate_limits").asText();
    }

    private static long calls(GatewayFixture gateway) {
        return gateway.provider().books().totals().calls();
    }

    private static long remaining(HttpResponse<String> answer) {
        var headers = answer.headers();
        return Long.parseLong(
                headers.firstValue("x-ratelimit-remaining-tokens")
                        .or(() -> headers.firstValue("x-ratelimit-remaining-requests"))
                        .orElse("-1"));
    }
}
