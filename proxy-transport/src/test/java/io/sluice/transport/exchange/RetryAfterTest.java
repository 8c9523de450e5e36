package io.sluice.transport.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Heads;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    retry-after: 3                                   | 3000
                    Retry-After: 0                                   | 0
                    retry-after: 1.2                                 | 2000
                    retry-after-ms: 250                              | 250
                    retry-after-ms: 0.5                              | 1
                    retry-after-ms: -7                               | 0
                    retry-after-ms: soon                             | 0
                    retry-after: -3                                  | 0
                    retry-after: soon                                | 0
                    retry-after:                                     | 0
                    retry-after: Wed, 21 Oct 2015 07:28:00 GMT       | 0
                    server: x                                        | 0
                    """)
    void isWhatTheProviderAsks(String line, long millis) {
        assertThat(nanos(line)).isEqualTo(Duration.ofMillis(millis).toNanos());
    }

    @Test
    void takesMilliseconds_beforeSeconds() {
        assertThat(nanos("retry-after: 9", "retry-after-ms: 20"))
                .isEqualTo(Duration.ofMillis(20).toNanos());
    }

    @Test
    void takesADate() {
        assertThat(nanos("retry-after: Tue, 31 Dec 2999 23:59:59 GMT"))
                .isGreaterThan(Duration.ofDays(365).toNanos());
    }

    @Test
    void isBounded_whateverIsAsked() {
        assertThat(nanos("retry-after: 1e99")).isEqualTo(Long.MAX_VALUE);
    }

    private static long nanos(String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "HTTP/1.1 429 Too Many Requests";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return RetryAfter.nanos(Heads.response(all));
    }
}
