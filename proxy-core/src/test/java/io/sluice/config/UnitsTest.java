package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S, 500ms",
        "30s, PT30S, 30s",
        "300s, PT5M, 5m",
        "10m, PT10M, 10m",
        "1h, PT1H, 1h",
        "1.5h, PT1H30M, 90m",
        "1d, PT24H, 1d",
        "0, PT0S, 0s",
        "0.0005s, PT0.0005S, 0.5ms"
    })
    void readsAndWritesTimes(String text, Duration duration, String canonical) {
        assertThat(Units.duration(text, null)).isEqualTo(duration);
        assertThat(Units.write(duration)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "-1s", "1w", "s", "1 s s", "1e3s", "99999999d", "１s"})
    void refusesWhatIsNoTime(String text) {
        assertThat(Units.duration(text, null)).isNull();
    }

    @Test
    void countsSeconds_whereABareNumberMeansThem() {
        assertThat(Units.duration("6000", Duration.ofSeconds(1)))
                .isEqualTo(Duration.ofMinutes(100));
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 4096, 4KiB",
        "64KiB, 65536, 64KiB",
        "32mib, 33554432, 32MiB",
        "1GB, 1000000000, 1000000000",
        "1.5 KiB, 1536, 1536",
        "4GiB, 4294967296, 4GiB"
    })
    void readsAndWritesSizes(String text, long bytes, String canonical) {
        assertThat(Units.bytes(text)).isEqualTo(bytes);
        assertThat(Units.write(bytes)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5", "1XB", "99999999999TiB"})
    void refusesWhatIsNoSize(String text) {
        assertThat(Units.bytes(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "frist_byte, first_byte",
        "first-byte, first_byte",
        "CONECT, connect",
        "drai, drain",
        "unrelated,",
        "x,"
    })
    void findsNearNames(String name, String nearest) {
        assertThat(NearNames.nearest(name, List.of("connect", "first_byte", "drain", "total")))
                .isEqualTo(nearest);
    }
}
