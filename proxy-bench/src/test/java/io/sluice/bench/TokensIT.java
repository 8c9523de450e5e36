package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.testing.GatewayFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects and their withering tokens. */
class TokensIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROVIDER_KEY = "sk-provider-planted-0123456789";

    @TempDir private Path folder;

    @Test
    void withers_whenItsProjectIsDeleted() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String project = newProject(gateway);
            JsonNode made = newToken(gateway, project, 201);
            String token = made.path("token").asText();
            assertThat(token).matches("sk-[A-Za-z0-9_-]{22}");
            assertThat(gateway.chatAs(token).statusCode()).isEqualTo(200);
            assertThat(gateway.manage("GET", "/manage/tokens?activeOnly=true", "").body())
                    .contains(made.path("id").asText())
                    .doesNotContain(token);

            HttpResponse<String> deleted =
                    gateway.manage("DELETE", "/manage/projects/" + project, "");

            assertThat(deleted.statusCode()).isEqualTo(204);
            assertThat(gateway.chatAs(token).statusCode()).isEqualTo(401);
            newToken(gateway, project, 403);
            newToken(gateway, "none", 404);
        }
    }

    @Test
    void refusesADurationItDoesNotHave_andAMaskedKey() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String project = newProject(gateway);
            String shown =
                    gateway.managed("GET", "/manage/projects/" + project, "")
                            .path("api_key")
                            .asText();

            assertThat(
                            gateway.manage(
                                            "POST",
                                            "/manage/tokens",
                                            "{\"project_id\":\"%s\",\"duration_minutes\":525601}"
                                                    .formatted(project))
                                    .statusCode())
                    .isEqualTo(400);
            assertThat(
                            gateway.manage(
                                            "PATCH",
                                            "/manage/projects/" + project,
                                            "{\"api_key\":\"" + shown + "\"}")
                                    .statusCode())
                    .isEqualTo(400);
        }
    }

    private static String newProject(GatewayFixture gateway) throws IOException {
        HttpResponse<String> made =
                gateway.manage(
                        "POST",
                        "/manage/projects",
                        "{\"name\":\"p\",\"api_key\":\"" + PROVIDER_KEY + "\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.body()).doesNotContain(PROVIDER_KEY);
        return JSON.readTree(made.body()).path("id").asText();
    }

    private static JsonNode newToken(GatewayFixture gateway, String project, int status)
            throws IOException {
        HttpResponse<String> made =
                gateway.manage(
                        "POST",
                        "/manage/tokens",
                        "{\"project_id\":\"%s\",\"duration_minutes\":5}".formatted(project));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(status);
        return JSON.readTree(made.body());
    }
}
