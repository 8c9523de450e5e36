package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.config.FailureKind;
import io.sluice.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what kind of failure an attempt's end is. */
final class Failures {

    /*
     * Providers say in words what their status does not: a request that is too long and one whose
     * content is refused are both a 400. The phrases are those of OpenAI and Azure, Anthropic,
     * Gemini and Vertex, Bedrock, Mistral, vLLM and text-generation-inference, as LiteLLM knows
     * them.
     */

    private static final List<String> TOO_LONG =
            List.of(
                    "context_length_exceeded",
                    "maximum context length",
                    "model's maximum context limit",
                    "model's context length",
                    "exceed context limit",
                    "exceeds the context window",
                    "exceed the context window",
                    "context window",
                    "prompt is too long",
                    "input is too long",
                    "prompt contains too many tokens",
                    "string_above_max_length",
                    "string too long. expected a string with maximum length",
                    "input tokens exceed the configured limit",
                    "exceeds the maximum number of tokens",
                    "input token count",
                    "too many input tokens",
                    "`inputs` tokens + `max_new_tokens` must be",
                    "request_too_large");

    private static final List<String> REFUSED =
            List.of(
                    "content_policy_violation",
                    "content_filter",
                    "content management policy",
                    "responsibleaipolicyviolation",
                    "rejected as a result of our safety system",
                    "rejected by the safety system",
                    "violates our usage policies",
                    "usage policies",
                    "content that is not allowed",
                    "prohibited_content",
                    "blocked by our content filtering",
                    "output blocked by content filtering policy",
                    "guardrail_intervened",
                    "safety_block");

    private Failures() {}

    /** What a status says, {@code null} where it says that nothing failed. */
    static @Nullable FailureKind ofStatus(int status) {
        if (status < 400) {
            return null;
        }
        return switch (status) {
            case 401, 403, 404 -> FailureKind.AUTHENTICATION;
            case 408, 504 -> FailureKind.TIMEOUT;
            case 429 -> FailureKind.RATE_LIMIT;
            default -> status >= 500 ? FailureKind.INTERNAL : FailureKind.BAD_REQUEST;
        };
    }

    /** What a failure without an answer is. */
    static FailureKind of(ErrorCode code) {
        return switch (code) {
            case UPSTREAM_TIMEOUT -> FailureKind.TIMEOUT;
            case CREDENTIAL_MISSING -> FailureKind.AUTHENTICATION;
            case RATE_LIMIT_EXCEEDED, NO_HEALTHY_TARGET -> FailureKind.RATE_LIMIT;
            default -> FailureKind.INTERNAL;
        };
    }

    /**
     * What an error says in words.
     *
     * @param otherwise where its words are none of those that are known
     */
    static FailureKind ofText(ByteBuf body, FailureKind otherwise) {
        String text = body.toString(StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        if (containsAny(text, REFUSED)) {
            return FailureKind.CONTENT_POLICY;
        }
        return containsAny(text, TOO_LONG) ? FailureKind.CONTEXT_WINDOW : otherwise;
    }

    private static boolean containsAny(String text, List<String> phrases) {
        for (String phrase : phrases) {
            if (text.contains(phrase)) {
                return true;
            }
        }
        return false;
    }
}
