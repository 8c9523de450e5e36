package io.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelAccessTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    gpt-4o              | gpt-4o      |       | true
                    gpt-4o              | gpt-4o-mini |       | false
                    gpt-4o              | GPT-4O      |       | false
                    gpt-*               | gpt-4o      |       | true
                    gpt-*               | o1          |       | false
                    claude gpt-*        | claude      |       | true
                    *                   | anything    |       | true
                    all-proxy-models    | anything    |       | true
                    o1 *                | anything    |       | true
                    beta                | o1          | beta  | true
                    beta                | o1          | alpha | false
                    beta                | o1          |       | false
                    b*                  | o1          | beta  | false
                    """)
    void allows(String entries, String model, @Nullable String group, boolean allowed) {
        ModelAccess access = ModelAccess.of(List.of(entries.split(" ")));

        assertThat(access.allows(model, group == null ? List.of() : List.of("x", group)))
                .isEqualTo(allowed);
    }

    @Test
    void isAll_withoutEntries() {
        assertThat(ModelAccess.of(List.of())).isSameAs(ModelAccess.ALL);
        assertThat(ModelAccess.ALL.allows("anything", List.of())).isTrue();
    }
}
