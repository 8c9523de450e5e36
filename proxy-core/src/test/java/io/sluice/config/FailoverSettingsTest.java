package io.sluice.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverSettingsTest {

    private static final String MODELS =
            """
            model_list:
              - {model_name: a, litellm_params: {model: openai/a, api_key: k}}
              - {model_name: b, litellm_params: {model: openai/b, api_key: k}}
              - {model_name: "c-*", litellm_params: {model: "openai/*", api_key: k}}
            """;

    private static LoadedSettings load(String yaml) {
        return new SettingsLoader(Map.of(), List.of())
                .load(Path.of("f.yaml"), (MODELS + yaml).getBytes(UTF_8));
    }

    private static FailoverSettings read(String yaml) {
        return load(yaml).settings().failover();
    }

    @Test
    void isTheDefault_whereNothingIsSaid() {
        assertThat(read("")).isEqualTo(FailoverSettings.DEFAULT);
        assertThat(FailoverSettings.DEFAULT.fallbacks().isEmpty()).isTrue();
        assertThat(FailoverSettings.DEFAULT.hasPolicy("a")).isFalse();
    }

    @Test
    void readsPoliciesByLiteLlmsNames() {
        FailoverSettings read =
                read(
                        """
                        router_settings:
                          retry_policy: {TimeoutErrorRetries: 1, RateLimitErrorRetries: 3}
                          model_group_retry_policy: {a: {TimeoutErrorRetries: 0}}
                        """);

        assertThat(read.retries(null, FailureKind.TIMEOUT)).isEqualTo(1);
        assertThat(read.retries("a", FailureKind.TIMEOUT)).isZero();
        assertThat(read.retries("a", FailureKind.RATE_LIMIT)).isEqualTo(3);
        assertThat(read.retries("a", FailureKind.INTERNAL)).isNull();
        assertThat(read.hasPolicy("b")).isTrue();
        assertThat(read.policy()).hasToString("{TIMEOUT=1, RATE_LIMIT=3}");
        assertThat(read.policy().hashCode())
                .isEqualTo(
                        new RetryPolicy(Map.of(FailureKind.TIMEOUT, 1, FailureKind.RATE_LIMIT, 3))
                                .hashCode());
    }

    @Test
    void warnsOfWhatAPolicyDoesNotKnow_andGoesOn() {
        LoadedSettings loaded =
                load(
                        """
                        router_settings:
                          retry_policy: {TimeoutRetries: 1, InternalServerErrorRetries: many}
                        """);

        assertThat(loaded.hasErrors()).isFalse();
        assertThat(loaded.findings())
                .extracting(Finding::message)
                .contains(
                        "retry policies know no TimeoutRetries",
                        "InternalServerErrorRetries takes a whole number from 0 to 100");
        assertThat(loaded.settings().failover().policy().isEmpty()).isTrue();
    }

    @Test
    void looksUpFallbacks_theKindsOwnFirst() {
        FallbackSettings read =
                read("""
                router_settings:
                  fallbacks: [{a: [b]}, {"*": [c-1]}]
                  context_window_fallbacks: [{a: [c-2]}]
                  content_policy_fallbacks: {b: a}
                  default_fallbacks: [c-3]
                  max_fallbacks: 2
                """)
                        .fallbacks();

        assertThat(read.of(FailureKind.CONTEXT_WINDOW, "a")).containsExactly("c-2");
        assertThat(read.of(FailureKind.CONTEXT_WINDOW, "b")).containsExactly("c-1");
        assertThat(read.of(FailureKind.CONTENT_POLICY, "b")).containsExactly("a");
        assertThat(read.of(FailureKind.INTERNAL, "a")).containsExactly("b");
        assertThat(read.of(FailureKind.RATE_LIMIT, "b")).containsExactly("c-1");
        assertThat(read.of(FailureKind.BAD_REQUEST, "a")).isEmpty();
        assertThat(read.has(FailureKind.TIMEOUT, "a")).isTrue();
        assertThat(read.max()).isEqualTo(2);
    }

    @Test
    void takesTheSettingsList_whereTheRouterHasNone() {
        FallbackSettings read =
                read("""
                router_settings: {fallbacks: [{a: [b]}]}
                litellm_settings:
                  fallbacks: [{a: [c-1]}]
                  default_fallbacks: [c-2]
                """)
                        .fallbacks();

        assertThat(read.of(FailureKind.INTERNAL, "a")).containsExactly("b");
        assertThat(read.of(FailureKind.INTERNAL, "b")).containsExactly("c-2");
    }

    @Test
    void warnsOfModelsThatAreNotListed() {
        assertThat(
                        load("""
                        router_settings:
                          fallbacks: [{a: [bb]}, {x: [b]}, 5]
                          default_fallbacks: [y]
                        """)
                                .findings())
                .extracting(Finding::message)
                .contains(
                        "a fallback names a model that is not listed: bb",
                        "a fallback names a model that is not listed: x",
                        "a fallback names a model that is not listed: y");
    }

    @Test
    void letsOthersWinOverTheFile() {
        FallbackSettings read = read("router_settings: {fallbacks: [{a: [b]}]}").fallbacks();

        FallbackSettings changed = read.with(Map.of("a", List.of(), "b", List.of("a")));

        assertThat(changed.of(FailureKind.INTERNAL, "a")).isEmpty();
        assertThat(changed.of(FailureKind.INTERNAL, "b")).containsExactly("a");
    }

    @Test
    void readsItsOwnSection() {
        FailoverSettings read =
                read(
                        """
                        failover:
                          retry_only_within: 2s
                          retry_share: 0.5
                          retries_per_second: 3
                          gate_time: 300ms
                          gate_bytes: 4KiB
                          test_credentials: false
                        """);

        assertThat(read)
                .isEqualTo(
                        new FailoverSettings(
                                RetryPolicy.NONE,
                                Map.of(),
                                FallbackSettings.NONE,
                                Duration.ofSeconds(2),
                                0.5,
                                3,
                                Duration.ofMillis(300),
                                4096,
                                false));
    }

    @Test
    void namesItsKinds() {
        assertThat(FailureKind.ofPolicyKey("ContentPolicyViolationErrorRetries"))
                .isEqualTo(FailureKind.CONTENT_POLICY);
        assertThat(FailureKind.ofPolicyKey("x")).isNull();
        assertThat(FailureKind.CONTEXT_WINDOW.word()).isEqualTo("context_window");
    }
}
