package io.sluice.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.Dialect;
import io.sluice.message.SendTerms;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded request reaches every other dialect, or is refused by name. */
class RecordedRequestsTest {

    @ParameterizedTest
    @MethodSource("requests")
    void saysTheSame_orIsRefusedByName(WireCase recorded, Dialect provider) {
        String body = String.valueOf(recorded.request());
        SendTerms terms = SendTerms.of("model-behind", recorded.isStream());
        try {
            Translated.request(recorded.dialect(), provider, body, terms);
        } catch (GatewayException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
            assertThat(e.parameter() != null || e.text().contains("expected")).isTrue();
        }

        JsonNode sent;
        try {
            sent = Translated.request(recorded.dialect(), provider, body, terms.dropping()).body();
        } catch (GatewayException e) {
            assertThat(e.text()).containsAnyOf("arguments", "expected");
            return;
        }

        String turns =
                switch (provider) {
                    case GEMINI -> "contents";
                    case OPENAI_RESPONSES -> "input";
                    default -> "messages";
                };
        assertThat(sent.path(turns).isArray()).isTrue();
        if (provider == Dialect.ANTHROPIC_MESSAGES) {
            assertThat(sent.path("max_tokens").asLong()).isPositive();
        }
        if (provider != Dialect.GEMINI && provider != Dialect.BEDROCK_CONVERSE) {
            assertThat(sent.path("model").asText()).isEqualTo("model-behind");
            assertThat(sent.path("stream").asBoolean()).isEqualTo(streams(recorded));
        }
    }

    private static boolean streams(WireCase recorded) {
        JsonNode request = recorded.request();
        return recorded.dialect() == Dialect.GEMINI
                ? recorded.isStream()
                : request != null && request.path("stream").asBoolean();
    }

    static Stream<Arguments> requests() {
        return WireCase.all().stream()
                .filter(one -> one.request() != null && one.status() == 200)
                .flatMap(one ->
                        Stream.of(Dialect.values())
                                .filter(to -> Translation.isPossible(one.dialect(), to))
                                .map(to -> Arguments.of(one, to)));
    }
}
