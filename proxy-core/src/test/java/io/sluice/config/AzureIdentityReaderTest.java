package io.sluice.config;

import static io.sluice.config.Configurations.load;
import static io.sluice.config.Configurations.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AzureIdentityReaderTest {

    private static final String AUTHORITY = AzureIdentity.DEFAULT_AUTHORITY;
    private static final String SCOPE = AzureIdentity.DEFAULT_SCOPE;
    private static final Map<String, String> APPLICATION =
            Map.of("AZURE_TENANT_ID", "t", "AZURE_CLIENT_ID", "c", "AZURE_CLIENT_SECRET", "s");

    @Test
    void takesTheClientSecret_whereTheEntryHasOne() {
        LoadedSettings loaded = azure("tenant_id: t, client_id: c, client_secret: s", Map.of());

        assertThat(identity(loaded)).isEqualTo(application("t", "c", "s"));
        assertThat(warnings(loaded)).isEmpty();
    }

    @Test
    void takesTheClientSecret_ofTheEnvironment() {
        assertThat(identity(azure("", APPLICATION))).isEqualTo(application("t", "c", "s"));
        assertThat(identity(azure("tenant_id: own", APPLICATION)))
                .isEqualTo(application("own", "c", "s"));
    }

    @Test
    void leavesTheEnvironmentsSecretAlone_whenItIsAnotherClients() {
        assertThat(identity(azure("client_id: other", APPLICATION)))
                .isEqualTo(managed(null, "other"));
    }

    @Test
    void takesTheTokenAsItIs_beforeAllElse() {
        LoadedSettings loaded = azure("azure_ad_token: abc, client_id: c", APPLICATION);

        assertThat(identity(loaded)).isEqualTo(new AzureIdentity.ReadyToken(Secret.of("abc")));
        assertThat(identity(azure("", Map.of("AZURE_AD_TOKEN", "env"))))
                .isEqualTo(new AzureIdentity.ReadyToken(Secret.of("env")));
    }

    @Test
    void takesThePlatformsTokenFile_beforeManagedIdentity() {
        Map<String, String> pod =
                Map.of(
                        "AZURE_TENANT_ID", "t",
                        "AZURE_CLIENT_ID", "c",
                        "AZURE_FEDERATED_TOKEN_FILE", "/var/run/token",
                        "AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/");

        assertThat(identity(azure("", pod)))
                .isEqualTo(
                        new AzureIdentity.FederatedToken(
                                "https://login.microsoftonline.us",
                                "t",
                                "c",
                                Path.of("/var/run/token"),
                                SCOPE));
    }

    @Test
    void takesManagedIdentityOfTheApp() {
        LoadedSettings loaded =
                azure("", Map.of("IDENTITY_ENDPOINT", "http://h/msi", "IDENTITY_HEADER", "secret"));

        assertThat(identity(loaded))
                .isEqualTo(
                        new AzureIdentity.ManagedIdentity(
                                "http://h/msi", Secret.of("secret"), null, SCOPE));
        assertThat(warnings(loaded)).isEmpty();
    }

    @Test
    void takesManagedIdentityOfTheMachine_withAWarning_whenNothingIsSaid() {
        LoadedSettings loaded = azure("", Map.of());

        assertThat(identity(loaded)).isEqualTo(managed(null, null));
        assertThat(warnings(loaded)).singleElement().asString().contains("managed identity");
    }

    @Test
    void warnsOfNothing_whenManagedIdentityIsAskedFor() {
        String meant = "litellm_settings: {enable_azure_ad_token_refresh: true}\n";
        LoadedSettings asked = load(meant + entry("azure/m", ""), Map.of());
        LoadedSettings named = azure("client_id: c, azure_scope: 'https://x/.default'", Map.of());

        assertThat(warnings(asked)).isEmpty();
        assertThat(identity(asked)).isEqualTo(managed(null, null));
        assertThat(warnings(named)).isEmpty();
        assertThat(identity(named)).isEqualTo(managed("https://x/.default", "c"));
    }

    @Test
    void prefersAKey() {
        assertThat(identity(azure("api_key: k", APPLICATION))).isNull();
        assertThat(identity(azure("", Map.of("AZURE_API_KEY", "k")))).isNull();
    }

    @Test
    void leavesOtherProvidersAlone_unlessTheyAskForIt() {
        assertThat(identity(load(entry("openai/m", ""), APPLICATION))).isNull();
        assertThat(identity(load(entry("openai/m", ", client_id: c"), APPLICATION)))
                .isEqualTo(application("t", "c", "s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client_secret: s",
                "client_secret: s, client_id: c",
                "client_secret: s, client_id: c, tenant_id: a/../b",
                "client_id: 'a&b'",
                "azure_scope: 'a b'",
                "azure_ad_token: \"a\\r\\nb\"",
                "client_secret: '${env:UNSET}', client_id: c, tenant_id: t"
            })
    void answers503_whenTheIdentityCannotBeUsed(String params) {
        LoadedSettings loaded = azure(params, Map.of());

        assertThat(loaded.settings().models().getFirst().unusable())
                .startsWith("credential_missing: ");
        assertThat(warnings(loaded)).isNotEmpty();
        assertThat(identity(loaded)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://login.example", "ftp://x", "https://u:p@h", "https://h?x=y"})
    void refusesAnAuthorityThatIsNotSafe(String authority) {
        LoadedSettings loaded =
                azure(
                        "tenant_id: t, client_id: c, client_secret: s",
                        Map.of("AZURE_AUTHORITY_HOST", authority));

        assertThat(loaded.settings().models().getFirst().unusable())
                .isEqualTo("credential_missing: AZURE_AUTHORITY_HOST is not an https URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:1"})
    void takesPlainHttp_onLoopback(String authority) {
        LoadedSettings loaded =
                azure(
                        "tenant_id: t, client_id: c, client_secret: s",
                        Map.of("AZURE_AUTHORITY_HOST", authority));

        assertThat(identity(loaded)).isInstanceOf(AzureIdentity.ClientSecret.class);
    }

    @Test
    void showsNoSecret() {
        assertThat(List.of(application("t", "c", "topsecret")).toString())
                .doesNotContain("topsecret");
    }

    private static AzureIdentity application(String tenant, String client, String secret) {
        return new AzureIdentity.ClientSecret(AUTHORITY, tenant, client, Secret.of(secret), SCOPE);
    }

    private static AzureIdentity managed(@Nullable String scope, @Nullable String client) {
        return new AzureIdentity.ManagedIdentity(
                AzureIdentity.DEFAULT_METADATA, null, client, scope == null ? SCOPE : scope);
    }

    private static @Nullable AzureIdentity identity(LoadedSettings loaded) {
        assertThat(loaded.settings().models()).hasSize(1);
        return (AzureIdentity) loaded.settings().models().getFirst().identity();
    }

    private static LoadedSettings azure(String params, Map<String, String> environment) {
        return load(entry("azure/m", params.isEmpty() ? "" : ", " + params), environment);
    }

    private static String entry(String model, String params) {
        return "model_list: [{model_name: a, litellm_params: {model: "
                + model
                + ", api_base: 'https://r.openai.azure.com'"
                + params
                + "}}]";
    }
}
