package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetWindowTest {

    @ParameterizedTest
    @CsvSource({
        "day, UTC, 2026-03-05T23:59:59.999Z, 2026-03-05T00:00:00Z, 2026-03-06T00:00:00Z",
        "day, UTC, 2026-03-06T00:00:00Z, 2026-03-06T00:00:00Z, 2026-03-07T00:00:00Z",
        "day, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "day, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "week, UTC, 2026-11-22T12:00:00Z, 2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
        "week, UTC, 2026-11-23T00:00:00Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z",
        "month, UTC, 2028-02-29T12:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
        "1mo, UTC, 2026-12-31T23:00:00Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "1h, UTC, 2026-11-21T12:43:26Z, 2026-11-21T12:00:00Z, 2026-11-21T13:00:00Z",
        "24h, Asia/Tokyo, 2026-11-21T12:43:26Z, 2026-11-21T00:00:00Z, 2026-11-22T00:00:00Z",
        "none, UTC, 2026-11-21T12:43:26Z, 1970-01-01T00:00:00Z, +1000000000-12-31T23:59:59.999999999Z"
    })
    void beginsAndEnds(String text, String zone, Instant now, Instant start, Instant end) {
        BudgetWindow window = BudgetWindow.parse(text);

        assertThat(window).isNotNull();
        assertThat(window.startOf(now, ZoneId.of(zone))).isEqualTo(start);
        assertThat(window.endOf(now, ZoneId.of(zone))).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"day", "week", "month", "none", "3600s", "2592000s"})
    void readsWhatItWrites(String text) {
        assertThat(BudgetWindow.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0h", "-1d", "2mo", "1y", "h", "1.5h", "999999999d"})
    void saysNothing_ofOtherWords(String text) {
        assertThat(BudgetWindow.parse(text)).isNull();
    }
}
