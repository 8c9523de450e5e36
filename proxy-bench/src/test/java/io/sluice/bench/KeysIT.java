package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.upstream.Options;
import io.sluice.testing.PostgresFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of the database, made and changed over HTTP, as callers feel them. */
class KeysIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CALLS = 100;
    private static final int LIMIT = 37;

    @TempDir private Path folder;

    @Test
    void callsWithANewKey_untilItIsRevoked() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            JsonNode made = gateway.managed("POST", "/key/generate", "{\"key_alias\":\"bot\"}");
            String key = made.path("key").asText();
            assertThat(key).matches("sk-[A-Za-z0-9_-]{43}");
            assertThat(gateway.chatAs(key).statusCode()).isEqualTo(200);

            gateway.managed("POST", "/key/delete", "{\"keys\":[\"" + key + "\"]}");

            for (int i = 0; i < 20; i++) {
                assertRefused(gateway.chatAs(key), 401, "key_revoked");
            }
            assertThat(gateway.manage("GET", "/key/info?key=bot", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void bitesOnTheNextCall_whateverIsChanged() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            gateway.managed("POST", "/team/new", "{\"team_id\":\"t1\"}");
            String key =
                    gateway.managed("POST", "/key/generate", "{\"team_id\":\"t1\"}")
                            .path("key")
                            .asText();
            String named = "{\"key\":\"" + key + "\"";
            assertThat(gateway.chatAs(key).statusCode()).isEqualTo(200);

            gateway.managed("POST", "/key/block", named + "}");
            assertRefused(gateway.chatAs(key), 403, "key_blocked");
            gateway.managed("POST", "/key/unblock", named + "}");
            assertThat(gateway.chatAs(key).statusCode()).isEqualTo(200);

            gateway.managed("POST", "/team/block", "{\"team_id\":\"t1\"}");
            assertRefused(gateway.chatAs(key), 403, "key_blocked");
            gateway.managed("POST", "/team/unblock", "{\"team_id\":\"t1\"}");
            assertThat(gateway.chatAs(key).statusCode()).isEqualTo(200);

            gateway.managed("POST", "/key/update", named + ",\"models\":[\"other\"]}");
            assertRefused(gateway.chatAs(key), 403, "model_not_allowed");
            gateway.managed("POST", "/key/update", named + ",\"models\":[]}");
            gateway.managed(
                    "POST", "/team/update", "{\"team_id\":\"t1\",\"models\":[\"elsewhere\"]}");
            assertRefused(gateway.chatAs(key), 403, "model_not_allowed");
            gateway.managed("POST", "/team/update", "{\"team_id\":\"t1\",\"models\":[]}");

            String another =
                    gateway.managed("POST", "/key/regenerate", named + "}").path("key").asText();
            assertRefused(gateway.chatAs(key), 401, "invalid_api_key");
            assertThat(gateway.chatAs(another).statusCode()).isEqualTo(200);

            gateway.managed(
                    "POST",
                    "/key/update",
                    "{\"key\":\"" + another + "\",\"expires\":\"2026-01-01T00:00:00Z\"}");
            HttpResponse<String> expired = gateway.chatAs(another);
            assertRefused(expired, 401, "key_expired");
            assertThat(expired.body()).contains("2026-01-01T00:00:00Z");
        }
    }

    @Test
    void letsExactlySoManyCallsThrough_whenManyComeAtOnce() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String key =
                    gateway.managed("POST", "/key/generate", "{\"max_requests\":" + LIMIT + "}")
                            .path("key")
                            .asText();

            List<Integer> statuses = callAtOnce(gateway, key);

            assertThat(statuses).containsOnly(200, 429);
            assertThat(statuses.stream().filter(status -> status == 200)).hasSize(LIMIT);
            assertRefused(gateway.chatAs(key), 429, "request_limit_exceeded");
            JsonNode info = gateway.managed("GET", "/key/info?key=" + key, "");
            assertThat(info.path("request_count").asInt()).isEqualTo(LIMIT);
            assertThat(info.path("status").asText()).isEqualTo("used_up");
        }
    }

    @Test
    void consumesNothing_whenTheCallIsRefused() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String key =
                    gateway.managed(
                                    "POST",
                                    "/key/generate",
                                    "{\"max_requests\":1,\"models\":[\"other\"]}")
                            .path("key")
                            .asText();
            for (int i = 0; i < 3; i++) {
                assertRefused(gateway.chatAs(key), 403, "model_not_allowed");
            }

            gateway.managed("POST", "/key/update", "{\"key\":\"" + key + "\",\"models\":[]}");

            assertThat(gateway.chatAs(key).statusCode()).isEqualTo(200);
            assertRefused(gateway.chatAs(key), 429, "request_limit_exceeded");
        }
    }

    @Test
    void takesOverADigest_ofAKeyItHasNeverSeen() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String key = "sk-1234567890abcdefghij";
            byte[] digest =
                    java.security.MessageDigest.getInstance("SHA-256")
                            .digest(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertRefused(gateway.chatAs(key), 401, "invalid_api_key");

            gateway.managed(
                    "POST",
                    "/key/import",
                    "{\"sha256\":\"%s\",\"key_alias\":\"old\"}"
                            .formatted(java.util.HexFormat.of().formatHex(digest)));

            assertThat(gateway.chatAs(key).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void saysWhichFieldIsWrong_andThatANameIsTaken() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            HttpResponse<String> wrong =
                    gateway.manage("POST", "/key/generate", "{\"max_budget\":\"ten\"}");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(JSON.readTree(wrong.body()).at("/error/param").asText())
                    .isEqualTo("max_budget");
            assertThat(JSON.readTree(wrong.body()).at("/error/type").asText())
                    .isEqualTo("invalid_request_error");

            gateway.managed("POST", "/key/generate", "{\"key_alias\":\"a\"}");
            assertThat(
                            gateway.manage("POST", "/key/generate", "{\"key_alias\":\"a\"}")
                                    .statusCode())
                    .isEqualTo(409);
            assertThat(
                            gateway.manage("POST", "/key/generate", "{\"team_id\":\"none\"}")
                                    .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void hearsOfARevocation_byAnotherGatewayOnTheSameDatabase() throws IOException {
        String database = "database: {url: \"" + PostgresFixture.newDatabaseUrl() + "\"}";
        Path one = Files.createDirectory(folder.resolve("one"));
        Path other = Files.createDirectory(folder.resolve("other"));
        try (GatewayFixture first = GatewayFixture.start(one, Options.DEFAULT, database);
                GatewayFixture second = GatewayFixture.start(other, Options.DEFAULT, database)) {
            String key = first.managed("POST", "/key/generate", "{}").path("key").asText();
            assertThat(first.chatAs(key).statusCode()).isEqualTo(200);
            GatewayFixture.await(
                    () -> second.chatAs(key).statusCode() == 200, () -> "the key is known");

            first.managed("POST", "/key/delete", "{\"keys\":[\"" + key + "\"]}");

            assertRefused(first.chatAs(key), 401, "key_revoked");
            GatewayFixture.await(
                    () -> second.chatAs(key).statusCode() == 401, () -> "the key is revoked");
        }
    }

    private static List<Integer> callAtOnce(GatewayFixture gateway, String key) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(callers.submit(() -> gateway.chatAs(key).statusCode()));
            }
            for (Future<Integer> call : calls) {
                statuses.add(call.get());
            }
        }
        return statuses;
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code)
            throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).at("/error/code").asText()).isEqualTo(code);
    }
}
