package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class UsageTest {

    private static final List<BiConsumer<Usage, Long>> SETTERS =
            List.of(
                    Usage::setInputTokens,
                    Usage::setOutputTokens,
                    Usage::setCachedInputTokens,
                    Usage::setCacheWriteTokens,
                    Usage::setReasoningTokens,
                    Usage::setAudioInputTokens,
                    Usage::setAudioOutputTokens);
    private static final List<ToLongFunction<Usage>> COUNTS =
            List.of(
                    Usage::inputTokens,
                    Usage::outputTokens,
                    Usage::cachedInputTokens,
                    Usage::cacheWriteTokens,
                    Usage::reasoningTokens,
                    Usage::audioInputTokens,
                    Usage::audioOutputTokens);

    private final Usage usage = new Usage();

    @Test
    void isNothing_atFirst() {
        assertThat(usage.origin()).isEqualTo(Usage.Origin.NONE);
        assertThat(counts(usage)).containsOnly(0L);
    }

    @Test
    void keepsEachCountApart() {
        fill(usage);

        assertThat(usage.origin()).isEqualTo(Usage.Origin.REPORTED);
        assertThat(counts(usage)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void isCopiedWhole_andApart() {
        fill(usage);

        Usage copy = usage.copy();
        usage.clear();

        assertThat(copy.origin()).isEqualTo(Usage.Origin.REPORTED);
        assertThat(counts(copy)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void isNothingAgain_onceCleared() {
        fill(usage);
        usage.clear();

        assertThat(usage.origin()).isEqualTo(Usage.Origin.NONE);
        assertThat(counts(usage)).containsOnly(0L);
    }

    private static void fill(Usage usage) {
        usage.setOrigin(Usage.Origin.REPORTED);
        for (int i = 0; i < SETTERS.size(); i++) {
            SETTERS.get(i).accept(usage, i + 1L);
        }
    }

    private static List<Long> counts(Usage usage) {
        return COUNTS.stream().map(count -> count.applyAsLong(usage)).toList();
    }
}
