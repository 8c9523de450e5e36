package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.bench.testing.GatewayFixture;
import io.sluice.bench.testing.Projects;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects and their withering tokens. */
class TokensIT {

    private static final String PROVIDER_KEY = "sk-provider-planted-0123456789";

    @TempDir private Path folder;

    @Test
    void withers_whenItsProjectIsDeleted() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String project = Projects.newProject(gateway, PROVIDER_KEY);
            JsonNode made = Projects.newToken(gateway, project, 201);
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
            Projects.newToken(gateway, project, 403);
            Projects.newToken(gateway, "none", 404);
        }
    }

    @Test
    void refusesADurationItDoesNotHave_andAMaskedKey() throws IOException {
        try (GatewayFixture gateway = GatewayFixture.start(folder)) {
            String project = Projects.newProject(gateway, PROVIDER_KEY);
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
}
