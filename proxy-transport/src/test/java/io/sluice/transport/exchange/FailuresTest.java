package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.config.FailureKind;
import io.sluice.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {

    @ParameterizedTest
    @CsvSource({
        "400, BAD_REQUEST", "401, AUTHENTICATION", "403, AUTHENTICATION", "404, AUTHENTICATION",
        "408, TIMEOUT", "409, BAD_REQUEST", "422, BAD_REQUEST", "429, RATE_LIMIT",
        "500, INTERNAL", "503, INTERNAL", "504, TIMEOUT", "529, INTERNAL"
    })
    void knowsKindsByStatus(int status, FailureKind kind) {
        assertThat(Failures.ofStatus(status)).isEqualTo(kind);
    }

    @Test
    void knowsNoFailure_inWhatIsNone() {
        assertThat(Failures.ofStatus(200)).isNull();
        assertThat(Failures.ofStatus(304)).isNull();
    }

    @Test
    void knowsKindsByCode() {
        assertThat(Failures.of(ErrorCode.UPSTREAM_TIMEOUT)).isEqualTo(FailureKind.TIMEOUT);
        assertThat(Failures.of(ErrorCode.CREDENTIAL_MISSING)).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(Failures.of(ErrorCode.NO_HEALTHY_TARGET)).isEqualTo(FailureKind.RATE_LIMIT);
        assertThat(Failures.of(ErrorCode.UPSTREAM_CLOSED)).isEqualTo(FailureKind.INTERNAL);
    }

    /** As OpenAI, Azure, Anthropic, Gemini, Bedrock, Mistral and vLLM write them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "This model's maximum context length is 8192 tokens | CONTEXT_WINDOW",
                "{\"code\":\"context_length_exceeded\"} | CONTEXT_WINDOW",
                "prompt is too long: 210000 tokens > 200000 maximum | CONTEXT_WINDOW",
                "input length and `max_tokens` exceed context limit: 1 + 2 > 3 | CONTEXT_WINDOW",
                "The input token count (1) exceeds the maximum number of tokens | CONTEXT_WINDOW",
                "Input is too long for requested model. | CONTEXT_WINDOW",
                "Prompt contains too many tokens | CONTEXT_WINDOW",
                "{\"code\":\"content_filter\",\"status\":400} | CONTENT_POLICY",
                "triggering Azure OpenAI's content management policy | CONTENT_POLICY",
                "Your request was rejected as a result of our safety system. | CONTENT_POLICY",
                "Output blocked by content filtering policy | CONTENT_POLICY",
                "ResponsibleAIPolicyViolation | CONTENT_POLICY",
                "messages: at least one message is required | BAD_REQUEST"
            })
    void knowsKindsByWords(String text, FailureKind kind) {
        ByteBuf body = Unpooled.copiedBuffer(text, UTF_8);
        assertThat(Failures.ofText(body, FailureKind.BAD_REQUEST)).isEqualTo(kind);
        body.release();
    }
}
