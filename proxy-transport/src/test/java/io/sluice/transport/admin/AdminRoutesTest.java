package io.sluice.transport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminRoutesTest {

    private static final Secret MASTER = Secret.of("sk-master");

    private final AdminRoutes routes = routes(MASTER);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/open,   true,  -,                 200",
                "/open,   false, -,                 200",
                "/local,  true,  -,                 200",
                "/local,  false, -,                 401",
                "/local,  false, Bearer sk-master,  200",
                "/local,  false, Bearer sk-wrong,   401",
                "/admin,  true,  -,                 401",
                "/admin,  true,  Bearer sk-master,  200",
                "/admin,  true,  bearer  sk-master, 200",
                "/admin,  true,  Bearer sk-maste,   401",
                "/admin,  true,  Bearer sk-masterr, 401",
                "/admin,  true,  Bearer,            401",
                "/admin,  true,  'Bearer ',         401",
                "/admin,  true,  Basic sk-master,   401",
                "/admin,  true,  sk-master,         401",
            })
    void admits_byPeerAndCredential(
            String path, boolean local, @Nullable String authorization, int status) {
        AdminResponse response = routes.handle(request("GET", path, local, authorization));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).doesNotContain("sk-");
        assertThat(response.headers().containsKey("www-authenticate")).isEqualTo(status == 401);
    }

    @Test
    void saysHowToSetMasterKey_whereThereIsNone() {
        AdminResponse response =
                routes(null).handle(request("GET", "/admin", true, "Bearer sk-master"));

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text())
                .startsWith("{\"error\":{\"message\":\"")
                .contains("general_settings.master_key")
                .contains("\"type\":\"authentication_error\",\"param\":null,")
                .contains("\"code\":\"missing_api_key\"}}");
    }

    @ParameterizedTest
    @CsvSource({"forwarded", "x-forwarded-for", "x-real-ip"})
    void takesProxyForStranger_evenOnThisMachine(String header) {
        AdminRequest forwarded =
                new AdminRequest(
                        "GET",
                        "/local",
                        "",
                        name -> name.equals(header) ? "192.0.2.1" : null,
                        new byte[0],
                        true);

        assertThat(routes.handle(forwarded).status()).isEqualTo(401);
    }

    @Test
    void namesNearPaths_whereThereIsNone() {
        AdminResponse response = routes.handle(request("GET", "/amdin", true, null));

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).contains("did you mean /admin?");
    }

    @Test
    void namesNoPath_whereNoneIsNear() {
        assertThat(routes.handle(request("GET", "/v1/chat/completions", true, null)).text())
                .contains("GET / lists what there is");
        assertThat(routes.handle(request("GET", "/" + "x".repeat(10_000), true, null)).status())
                .isEqualTo(404);
    }

    @Test
    void namesMethods_wherePathTakesOthers() {
        AdminResponse response = routes.handle(request("POST", "/item/7", true, null));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers()).containsEntry("allow", "DELETE, PUT");
    }

    @Test
    void answersHead_likeGet() {
        assertThat(routes.handle(request("HEAD", "/open", true, null)).status()).isEqualTo(200);
        assertThat(routes.handle(request("HEAD", "/admin", true, null)).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"/item/a.b, a.b", "/item/a%2Fb, a/b", "/item/a+b, a+b", "/item/%C3%A9, é"})
    void passesSegment_decoded(String path, String value) {
        assertThat(routes.handle(request("PUT", path, true, null)).text())
                .contains("\"name\":\"" + value + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/item/, false",
        "/item/%zz, false",
        "/item/a/b, false",
        "/item/a, true",
        "/, true"
    })
    void covers_whatSomeRouteHas(String path, boolean covered) {
        assertThat(routes.covers(path)).isEqualTo(covered);
    }

    @Test
    void hidesReason_whenActionBreaks() {
        AdminResponse response = routes.handle(request("GET", "/broken", true, null));

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).contains("internal_error").doesNotContain("secret");
    }

    @Test
    void listsItself_atRoot() {
        assertThat(routes.handle(request("GET", "/", true, null)).text())
                .contains("\"path\":\"/item/{name}\",\"summary\":\"sets an item\"");
        assertThat(routes.handle(request("GET", "/", false, null)).status()).isEqualTo(401);
    }

    @Test
    void refusesTwoRoutes_thatAreOne() {
        AdminRoute route = new AdminRoute("GET", "/a", Access.OPEN, "a", (_, _) -> ok());

        assertThatThrownBy(() ->
                        new AdminRoutes(new AdminCredential(() -> null), List.of(route, route)))
                .hasMessage("two routes for GET /a");
    }

    private static AdminRoutes routes(@Nullable Secret masterKey) {
        return new AdminRoutes(
                new AdminCredential(() -> masterKey),
                List.of(
                        new AdminRoute("GET", "/open", Access.OPEN, "open", (_, _) -> ok()),
                        new AdminRoute("GET", "/local", Access.LOCAL, "local", (_, _) -> ok()),
                        new AdminRoute("GET", "/admin", Access.ADMIN, "admin", (_, _) -> ok()),
                        new AdminRoute(
                                "PUT",
                                "/item/{name}",
                                Access.OPEN,
                                "sets an item",
                                (_, variables) -> echo(variables)),
                        new AdminRoute("DELETE", "/item/{name}", Access.OPEN, "x", (_, _) -> ok()),
                        new AdminRoute(
                                "GET",
                                "/broken",
                                Access.OPEN,
                                "breaks",
                                (_, _) -> {
                                    throw new IllegalStateException("secret");
                                })));
    }

    private static AdminResponse ok() {
        return AdminResponse.json(200, json -> json.writeBooleanField("ok", true));
    }

    private static AdminResponse echo(Map<String, String> variables) {
        return AdminResponse.json(
                200, json -> json.writeStringField("name", variables.get("name")));
    }

    private static AdminRequest request(
            String method, String path, boolean local, @Nullable String authorization) {
        return new AdminRequest(
                method,
                path,
                "",
                name -> name.equals("authorization") ? authorization : null,
                new byte[0],
                local);
    }
}
