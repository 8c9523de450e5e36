package io.sluice.transport.downstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsTest {

    private static final int RUNS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 11, 99, 100, 101, 999_999, 1_000_000, Long.MAX_VALUE})
    void writesWholeNumbers(long number) {
        assertThat(written(out -> Digits.write(out, number))).isEqualTo(Long.toString(number));
    }

    @Test
    void writesAnyNumber_asTheLibraryDoes() {
        Random random = new Random(20_261_121);
        for (int i = 0; i < RUNS; i++) {
            long number = random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63);
            assertThat(written(out -> Digits.write(out, number))).isEqualTo(Long.toString(number));
            assertThat(written(out -> Digits.writeFraction(out, number, 12)))
                    .isEqualTo(
                            number == 0
                                    ? "0"
                                    : BigDecimal.valueOf(number, 12)
                                            .stripTrailingZeros()
                                            .toPlainString());
            assertThat(written(out -> Digits.writeMillis(out, number)))
                    .isEqualTo(
                            BigDecimal.valueOf(number, 6)
                                    .setScale(3, RoundingMode.DOWN)
                                    .toPlainString());
        }
    }

    private static String written(Consumer<ByteBuf> writing) {
        ByteBuf out = Unpooled.buffer();
        writing.accept(out);
        return out.toString(US_ASCII);
    }
}
