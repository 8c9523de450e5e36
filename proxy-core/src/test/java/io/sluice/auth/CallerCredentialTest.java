package io.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.testing.Heads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerCredentialTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Authorization: Bearer sk-1    | sk-1
                    authorization: bearer sk-1    | sk-1
                    AUTHORIZATION: BEARER   sk-1  | sk-1
                    Authorization: sk-1           | sk-1
                    api-key: sk-1                 | sk-1
                    X-Api-Key: sk-1               | sk-1
                    x-goog-api-key: sk-1          | sk-1
                    """)
    void isFound_inTheFieldOfEachDialect(String line, String key) {
        assertThat(CallerCredential.find(Heads.post("/", line))).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer",
                "Authorization: Bearer  ",
                "api-key:",
                "Accept: */*"
            })
    void isAbsent_withoutKey(String line) {
        assertThat(CallerCredential.find(Heads.post("/", line))).isNull();
    }

    @Test
    void isFound_inTheQuery() {
        assertThat(CallerCredential.find(Heads.post("/x?a=b&key=sk%2D1"))).isEqualTo("sk-1");
        assertThat(CallerCredential.find(Heads.post("/x?key=sk-1", "x-goog-api-key: sk-1")))
                .isEqualTo("sk-1");
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() ->
                        CallerCredential.find(
                                Heads.post("/x?key=sk-2", "Authorization: Bearer sk-1")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICTING_CREDENTIALS));
    }

    @Test
    void isFound_beside_anEmptyOne() {
        assertThat(
                        CallerCredential.find(
                                Heads.post("/", "Authorization: Bearer ", "api-key: sk-1")))
                .isEqualTo("sk-1");
        assertThat(CallerCredential.find(Heads.post("/", "api-key: sk-1", "x-api-key:")))
                .isEqualTo("sk-1");
    }

    @Test
    void isFound_whereOneKeyStandsTwice() {
        assertThat(
                        CallerCredential.find(
                                Heads.post("/", "Authorization: Bearer sk-1", "x-api-key: sk-1")))
                .isEqualTo("sk-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer sk-2",
                "api-key: sk-2",
                "x-api-key: sk-2",
                "x-goog-api-key: sk-2",
                "x-goog-api-key: SK-1"
            })
    void isRefused_whereTwoDiffer(String second) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() ->
                        CallerCredential.find(
                                Heads.post("/", "Authorization: Bearer sk-1", second)))
                .satisfies(
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICTING_CREDENTIALS),
                        e -> assertThat(e.text()).doesNotContain("sk-"));
    }
}
