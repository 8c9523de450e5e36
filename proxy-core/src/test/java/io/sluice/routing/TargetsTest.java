package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import io.sluice.config.AzureIdentity;
import io.sluice.config.PriceSettings;
import io.sluice.config.RouterSettings;
import io.sluice.price.PriceTable;
import io.sluice.testing.ModelFixture;
import io.sluice.testing.SettingsFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TargetsTest {

    private static final TargetCredential FETCHED =
            TargetCredential.fixed(new AsciiString("authorization: Bearer fetched\r\n"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    openai |                                  | https://api.openai.com:443    | /v1
                    openai | http://127.0.0.1:8000            | http://127.0.0.1:8000         | ''
                    openai | http://h/v1/                     | http://h:80                   | /v1
                    openai | HTTPS://Host.Example/a/b//       | https://host.example:443      | /a/b
                    openai | https://h:8443/v1/chat/completions | https://h:8443              | /v1
                    openai | http://[::1]:9/v1                | http://::1:9                  | /v1
                    openai | ' http://h/v1 '                  | http://h:80                   | /v1
                    acme   | https://acme.example/llm         | https://acme.example:443      | /llm
                    azure  | https://r.openai.azure.com       | https://r.openai.azure.com:443 | ''
                    azure  | https://r.azure.com/openai/v1/   | https://r.azure.com:443       | ''
                    azure  | https://apim/x/openai/deployments/d/chat/completions | https://apim:443 | /x
                    """)
    void areWhereTheBaseUrlSays(String provider, @Nullable String base, String where, String path) {
        ModelFixture model = new ModelFixture("m").of(provider, "gpt");
        Target target = target(base == null ? model : model.base(base));

        UpstreamAddress address = target.address();
        assertThat(target.isUsable()).as(target.unusable()).isTrue();
        assertThat((address.tls() ? "https://" : "http://") + address.host() + ":" + address.port())
                .isEqualTo(where);
        assertThat(target.basePath()).isEqualTo(path);
    }

    static Stream<Arguments> useless() {
        return Stream.of(
                Arguments.of(
                        new ModelFixture("m").of("acme", "x"), "provider acme is not supported"),
                Arguments.of(new ModelFixture("m").of("azure", "x"), "api_base is missing"),
                Arguments.of(new ModelFixture("m").key(null), "credential_missing: "),
                Arguments.of(
                        new ModelFixture("m").of("azure", "x").base("https://r").key(null),
                        "credential_missing: "),
                Arguments.of(new ModelFixture("m").base("ftp://h"), "api_base is not"),
                Arguments.of(new ModelFixture("m").base("http://"), "api_base is not"),
                Arguments.of(new ModelFixture("m").base("http://u:p@h/"), "api_base is not"),
                Arguments.of(new ModelFixture("m").base("not a url"), "api_base is not"),
                Arguments.of(new ModelFixture("m").base("/v1"), "api_base is not"),
                Arguments.of(new ModelFixture("m").key("a\r\nb: c"), "api_key or extra_headers"),
                Arguments.of(new ModelFixture("m").key("ключ"), "api_key or extra_headers"),
                Arguments.of(new ModelFixture("m").organization("o\n"), "api_key or extra_headers"),
                Arguments.of(
                        new ModelFixture("m").headers(Map.of("a", "b\r\nc: d")),
                        "api_key or extra_headers"),
                Arguments.of(
                        new ModelFixture("m").headers(Map.of("a b", "c")),
                        "api_key or extra_headers"),
                Arguments.of(
                        new ModelFixture("m").headers(Map.of("", "c")), "api_key or extra_headers"),
                Arguments.of(new ModelFixture("m").unusable("no such thing"), "no such thing"));
    }

    @ParameterizedTest
    @MethodSource("useless")
    void cannotBeUsed(ModelFixture model, String why) {
        Target target = target(model);

        assertThat(target.isUsable()).isFalse();
        assertThat(target.unusable()).startsWith(why).doesNotContain("\n");
    }

    @Test
    void needNoKey_whereTheOperatorNamesTheServer() {
        assertThat(target(new ModelFixture("m").key(null).base("http://h/v1")).isUsable()).isTrue();
        assertThat(target(new ModelFixture("m").of("ollama", "x").key(null)).isUsable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "openai, sk-1, authorization: Bearer sk-1",
        "azure, k, api-key: k",
        "azure, Bearer token, authorization: Bearer token",
        "azure_ai, k, api-key: k",
        "mistral, k, authorization: Bearer k"
    })
    void showTheirKey(String provider, String key, String line) {
        Target target = target(new ModelFixture("m").of(provider, "x").base("https://h").key(key));

        assertThat((Object) target.credential().headerLines()).hasToString(line + "\r\n");
    }

    @Test
    void showNothing_withoutKey() {
        Target target = target(new ModelFixture("m").key(null).base("http://h"));

        assertThat((Object) target.credential().headerLines()).hasToString("");
    }

    @Test
    void showTheTokenOfAnIdentity_whereThereIsNoKey() {
        AzureIdentity identity =
                new AzureIdentity.ManagedIdentity("http://metadata", null, null, "scope");
        ModelFixture model = new ModelFixture("m").of("azure", "d").base("https://r");

        assertThat(target(model.key(null).identity(identity)).credential()).isSameAs(FETCHED);
        assertThat(target(model.key("k")).credential()).isNotSameAs(FETCHED);
    }

    @Test
    void sayTheirApiVersion() {
        ModelFixture azure = new ModelFixture("m").of("azure", "d").base("https://r");

        assertThat(target(new ModelFixture("m")).apiVersion()).isNull();
        assertThat(target(azure).apiVersion()).isEqualTo("2024-10-21");
        assertThat(target(azure.version("2025-01-01")).apiVersion()).isEqualTo("2025-01-01");
    }

    @Test
    void sendFurtherHeaders() {
        Target target =
                target(
                        new ModelFixture("m")
                                .headers(Map.of("X-Team", "a b"))
                                .organization("org-1"));

        assertThat((Object) target.headerLines())
                .hasToString("X-Team: a b\r\nopenai-organization: org-1\r\n");
        assertThat(target.headerNames()).contains("x-team");
    }

    @Test
    void takeFromTheRouter_whatTheirEntryDoesNotSay() {
        Duration plain = Duration.ofSeconds(1);
        Duration stream = Duration.ofSeconds(2);
        Duration longer = Duration.ofSeconds(3);
        Duration longest = Duration.ofSeconds(4);
        RouterSettings router = new RouterSettings(7, plain, stream, Duration.ZERO);
        Target silent = target(new SettingsFixture().router(router), new ModelFixture("m"));
        Target outspoken =
                target(
                        new SettingsFixture().router(router),
                        new ModelFixture("m").retries(0).timeouts(longer, longest));

        assertThat(silent.retries()).isEqualTo(7);
        assertThat(silent.timeout()).isEqualTo(plain);
        assertThat(silent.firstByteTimeout()).isEqualTo(stream);
        assertThat(outspoken.retries()).isZero();
        assertThat(outspoken.timeout()).isEqualTo(longer);
        assertThat(outspoken.firstByteTimeout()).isEqualTo(longest);
    }

    @Test
    void areToldApart_whereProviderAndModelAreEqual() {
        RouteTable routes =
                routes(
                        new SettingsFixture()
                                .model(new ModelFixture("m"))
                                .model(new ModelFixture("m"))
                                .model(new ModelFixture("n"))
                                .model(new ModelFixture("n").of("azure", "x").base("https://r")));

        assertThat(targets(routes, "m"))
                .extracting(Target::name)
                .containsExactly("openai/gpt-4o", "openai/gpt-4o#2");
        assertThat(targets(routes, "n"))
                .extracting(Target::toString)
                .containsExactly("openai/gpt-4o#3", "azure/x");
    }

    static Stream<Arguments> shares() {
        return Stream.of(
                Arguments.of(List.of(plain(), plain()), List.of(1.0, 1.0)),
                Arguments.of(List.of(plain().weight(3), plain()), List.of(3.0, 0.0)),
                Arguments.of(
                        List.of(plain().perMinute(60L, 1L), plain().perMinute(20L, null)),
                        List.of(60.0, 20.0)),
                Arguments.of(
                        List.of(plain().perMinute(60L, null), plain().perMinute(null, 9L)),
                        List.of(60.0, 0.0)),
                Arguments.of(
                        List.of(plain().perMinute(null, 5L), plain().perMinute(null, 9L)),
                        List.of(5.0, 9.0)),
                Arguments.of(List.of(plain().perMinute(null, 5L), plain()), List.of(5.0, 0.0)),
                Arguments.of(
                        List.of(plain().perMinute(60L, null).weight(2), plain().weight(1)),
                        List.of(2.0, 1.0)));
    }

    @ParameterizedTest
    @MethodSource("shares")
    void shareTheCallsOfTheirGroup(List<ModelFixture> group, List<Double> weights) {
        SettingsFixture settings = new SettingsFixture();
        group.forEach(settings::model);

        assertThat(targets(routes(settings), "m")).extracting(Target::weight).isEqualTo(weights);
    }

    @Test
    void areBoundedInNumber() {
        SettingsFixture settings = new SettingsFixture();
        for (int i = 0; i < Route.MAX_TARGETS + 3; i++) {
            settings.model(new ModelFixture("m").groups("g" + i));
        }

        assertThat(targets(routes(settings), "m")).hasSize(Route.MAX_TARGETS);
    }

    @Test
    void areFound_underTheAccessGroupsOfAllTheirEntries() {
        RouteTable routes =
                routes(
                        new SettingsFixture()
                                .model(new ModelFixture("m").groups("a"))
                                .model(new ModelFixture("m").groups("b"))
                                .alias("alias", "m", false));

        RouteMatch match = routes.find("alias");
        assertThat(match).isNotNull();
        assertThat(match.route().accessGroups()).containsExactly("a", "b");
    }

    @Test
    void fillTheirModel_withWhatTheCallersNameHadInItsPlace() {
        Target wild = target(new ModelFixture("m").of("openai", "ft:*"));
        Target plain = target(new ModelFixture("m").of("openai", "gpt-4o"));

        assertThat(wild.modelFor(List.of("x"))).isEqualTo("ft:x");
        assertThat(plain.modelFor(List.of("x"))).isEqualTo("gpt-4o");
    }

    @Test
    void areEqualOnlyToThemselves_andShowNoCredential() {
        Target one = target(new ModelFixture("m").key("sk-secret"));
        Target two = target(new ModelFixture("m").key("sk-secret"));

        assertThat(one).isNotEqualTo(two);
        assertThat(List.of(two, one).indexOf(one)).isEqualTo(1);
        assertThat(one.toString()).doesNotContain("secret");
        assertThat(one.credential().toString()).doesNotContain("secret");
    }

    @Test
    void haveAFixedCredentialAtOnce() {
        TargetCredential fixed = TargetCredential.fixed(new AsciiString("a: b\r\n"));
        StringBuilder told = new StringBuilder();

        fixed.fetch(problem -> told.append("done ").append(problem));

        assertThat(told).hasToString("done null");
    }

    private static ModelFixture plain() {
        return new ModelFixture("m");
    }

    private static RouteTable routes(SettingsFixture settings) {
        return Targets.routes(settings.build(), PriceTable.builtIn(), _ -> FETCHED);
    }

    @Test
    void cannotBeUsed_withoutAPriceWhereThatIsRefused() throws IOException {
        PriceSettings refuse =
                new PriceSettings(
                        null, PriceSettings.Unknown.REFUSE, Map.of(), Map.of(), "EUR", Map.of());
        ModelFixture priced = new ModelFixture("priced").of("openai", "gpt-4o").key("k");
        ModelFixture unpriced = new ModelFixture("unpriced").of("openai", "no-such-model").key("k");
        SettingsFixture settings =
                new SettingsFixture().model(priced).model(unpriced).prices(refuse);
        RouteTable routes = Targets.routes(settings.build(), PriceTable.load(refuse), _ -> FETCHED);

        assertThat(targets(routes, "priced").getFirst().isUsable()).isTrue();
        assertThat(targets(routes, "unpriced").getFirst().unusable())
                .isEqualTo("price_unknown: no price is known for no-such-model");
    }

    private static List<Target> targets(RouteTable routes, String model) {
        RouteMatch match = routes.find(model);
        assertThat(match).isNotNull();
        return match.route().targets();
    }

    private static Target target(ModelFixture model) {
        return target(new SettingsFixture(), model);
    }

    private static Target target(SettingsFixture settings, ModelFixture model) {
        return targets(routes(settings.model(model)), "m").getFirst();
    }
}
