package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyRulesTest {

    private static final BodyRules RULES =
            new BodyRules(
                    Map.of("max_completion_tokens", "max_tokens"),
                    Set.of("seed"),
                    Map.of(
                            "temperature",
                            new BodyRules.Bounds(new BigDecimal("0.01"), BigDecimal.ONE)),
                    Map.of("project_id", "\"p\""));

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '\0',
            value = {
                "{\"a\":[1, {\"seed\":2}],\"b\" : \"ü\\n\"} |"
                        + " {\"project_id\":\"p\",\"a\":[1, {\"seed\":2}],\"b\":\"ü\\n\"}",
                "{\"seed\":1} | {\"project_id\":\"p\"}",
                "{} | {\"project_id\":\"p\"}",
                "{\"project_id\":\"theirs\",\"x\":1} | {\"project_id\":\"p\",\"x\":1}",
                "{\"max_completion_tokens\":5} | {\"project_id\":\"p\",\"max_tokens\":5}",
                "{\"max_completion_tokens\":5,\"max_tokens\":6} |"
                        + " {\"project_id\":\"p\",\"max_tokens\":6}",
                "{\"temperature\":2} | {\"project_id\":\"p\",\"temperature\":1}",
                "{\"temperature\":0} | {\"project_id\":\"p\",\"temperature\":0.01}",
                "{\"temperature\":0.5} | {\"project_id\":\"p\",\"temperature\":0.5}",
                "{\"temperature\":\"2\"} | {\"project_id\":\"p\",\"temperature\":\"2\"}",
                "{\"temperature\":null} | {\"project_id\":\"p\",\"temperature\":null}"
            })
    void changesTheTopLevelAndNothingElse(String body, String changed) {
        assertThat(written(RULES, body)).isEqualTo(changed);
    }

    @Test
    void joinsTwoSets_ofWhichTheSecondCounts() {
        BodyRules both =
                RULES.and(
                        new BodyRules(
                                Map.of(), Set.of("user"), Map.of(), Map.of("project_id", "2")));

        assertThat(written(both, "{\"user\":\"u\",\"seed\":1}")).isEqualTo("{\"project_id\":2}");
        assertThat(BodyRules.NONE.isEmpty()).isTrue();
        assertThat(both.isEmpty()).isFalse();
    }

    private static String written(BodyRules rules, String body) {
        ByteBuf out = Unpooled.buffer();
        rules.write(Unpooled.copiedBuffer(body, UTF_8), out);
        return out.toString(UTF_8);
    }
}
