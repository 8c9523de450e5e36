package io.sluice.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {

    /** Codes that were ever on the wire, with their status. A line may be added, never changed. */
    private static final String PROMISED =
            """
            400 conflicting_credentials duplicate_field invalid_json invalid_parameter
            400 malformed_request missing_parameter unbounded_cost
            401 invalid_api_key key_expired key_revoked missing_api_key
            403 key_blocked model_not_allowed project_inactive
            404 model_not_found not_found response_not_found
            408 request_timeout
            409 already_exists
            413 body_too_large
            415 unsupported_media_type
            417 expectation_failed
            422 config_invalid
            429 insufficient_quota rate_limit_exceeded request_limit_exceeded
            431 head_too_large
            500 internal_error
            501 not_supported
            502 upstream_closed upstream_unreachable
            503 credential_missing database_unavailable ledger_full no_healthy_target overloaded
            503 price_unknown shutting_down
            504 upstream_timeout
            505 http_version_not_supported
            """;

    @ParameterizedTest
    @EnumSource
    void hasTheStatusThatWasPromised(ErrorCode code) {
        assertThat(promised()).containsEntry(code.wireName(), code.status());
    }

    @ParameterizedTest
    @EnumSource
    void isNamedInLowerCase(ErrorCode code) {
        assertThat(code.wireName()).matches("[a-z]+(_[a-z]+)*").isEqualToIgnoringCase(code.name());
    }

    @ParameterizedTest
    @EnumSource
    void mayBeBetterElsewhere_whereAProviderOrItsCredentialFailed(ErrorCode code) {
        boolean isUpstream = code.status() == 502 || code.status() == 504;
        boolean isOfOneTarget = isUpstream || code == ErrorCode.CREDENTIAL_MISSING;

        assertThat(code.source())
                .isEqualTo(isUpstream ? ErrorSource.UPSTREAM : ErrorSource.GATEWAY);
        assertThat(code.isRetryable()).isEqualTo(isOfOneTarget);
    }

    @ParameterizedTest
    @EnumSource
    void hasATypeThatClientsKnow(ErrorCode code) {
        List<String> types =
                switch (code.status()) {
                    case 401 -> List.of("authentication_error");
                    case 403 -> List.of("permission_error");
                    case 429 -> List.of("rate_limit_error", "insufficient_quota");
                    case 500, 502, 503, 504 -> List.of("api_error");
                    default -> List.of("invalid_request_error");
                };

        assertThat(code.type()).isIn(types);
    }

    @Test
    void isDocumented_eachUnderAHeading_andNoOther() throws IOException {
        List<String> headings =
                Files.readAllLines(errorsPage()).stream()
                        .filter(line -> line.startsWith("## `"))
                        .map(line -> line.substring(4, line.length() - 1))
                        .toList();

        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName).toList());
    }

    @ParameterizedTest
    @EnumSource
    void isDocumented_withItsStatus_itsFault_andWhatToDo(ErrorCode code) throws IOException {
        String page = Files.readString(errorsPage());
        int from = page.indexOf("## `" + code.wireName() + "`\n");
        int end = page.indexOf("\n## ", from + 1);
        String section = page.substring(from, end < 0 ? page.length() : end);

        assertThat(section)
                .contains("\nStatus " + code.status() + ", `x-sluice-error-source: ")
                .contains(": " + code.source().name().toLowerCase(java.util.Locale.ROOT) + "`")
                .contains("\n* What to do: ")
                .containsPattern("\n\\* Does a retry help: (Yes|No)");
    }

    private static Path errorsPage() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.exists(here.resolve("docs/errors.md"))) {
            here = here.getParent();
        }
        assertThat(here).as("a folder above with docs/errors.md").isNotNull();
        return here.resolve("docs/errors.md");
    }

    private static Map<String, Integer> promised() {
        Map<String, Integer> statuses = new HashMap<>();
        PROMISED.lines()
                .map(line -> line.split(" "))
                .forEach(word -> {
                    for (int i = 1; i < word.length; i++) {
                        statuses.put(word[i], Integer.valueOf(word[0]));
                    }
                });
        return statuses;
    }
}
