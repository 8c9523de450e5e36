package io.sluice.bench.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;

/** Projects and their withering tokens, made over the admin listener. */
public final class Projects {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Projects() {}

    /** Makes a project that calls its provider with that key; its id. */
    public static String newProject(GatewayFixture gateway, String providerKey) throws IOException {
        HttpResponse<String> made =
                gateway.manage(
                        "POST",
                        "/manage/projects",
                        "{\"name\":\"p\",\"api_key\":\"" + providerKey + "\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.body()).doesNotContain(providerKey);
        return JSON.readTree(made.body()).path("id").asText();
    }

    /** Asks for a token of a project, which is answered with {@code status}. */
    public static JsonNode newToken(GatewayFixture gateway, String project, int status)
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
