package io.sluice.provider;

import io.sluice.message.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * A vendor, or a kind of server, in one of the dialects it speaks. Immutable.
 *
 * @param name as in {@code litellm_params.model} before the slash
 * @param baseUrl where it is, up to and including the version; {@code null} where each operator has
 *     one of his own and {@code api_base} must name it
 * @param paths how a call's path is made
 * @param keyHeader the header that carries the key, in lower case
 * @param keyPrefix stands before the key in that header, {@code "Bearer "} mostly
 * @param needsKey whether calls without a key are pointless
 * @param streamUsage whether it reports usage in a stream when {@code stream_options.include_usage}
 *     asks for it; one that does not know the field gets the body as it came
 * @param responses whether it serves OpenAI's responses; calls to one that does not are translated
 */
public record Provider(
        String name,
        @Nullable String baseUrl,
        PathStyle paths,
        String keyHeader,
        String keyPrefix,
        boolean needsKey,
        boolean streamUsage,
        boolean responses) {

    /** How a call's path is made from base URL, model and endpoint. */
    public enum PathStyle {
        /** {@code <base>/<endpoint>}; the model stands in the body. */
        OPENAI,
        /**
         * {@code <base>/openai/deployments/<model>/<endpoint>?api-version=<version>}, and {@code
         * <base>/openai/responses?api-version=<version>} for responses, which name the model in the
         * body.
         */
        AZURE,
        /** {@code <base>/v1/messages}; the model stands in the body. */
        ANTHROPIC,
        /** {@code <base>/models/<model>:<endpoint>}. */
        GEMINI;

        private boolean speaks(Dialect dialect) {
            return switch (this) {
                case OPENAI, AZURE -> dialect.isOpenAi();
                case ANTHROPIC -> dialect == Dialect.ANTHROPIC_MESSAGES;
                case GEMINI -> dialect == Dialect.GEMINI;
            };
        }

        /** The dialect that calls are translated to where they come in another one. */
        public Dialect dialect() {
            return switch (this) {
                case OPENAI, AZURE -> Dialect.OPENAI_CHAT;
                case ANTHROPIC -> Dialect.ANTHROPIC_MESSAGES;
                case GEMINI -> Dialect.GEMINI;
            };
        }
    }

    /** Whether calls of that dialect can be sent as they are. */
    public boolean speaks(Dialect dialect) {
        return paths.speaks(dialect) && (responses || dialect != Dialect.OPENAI_RESPONSES);
    }

    /** The same with a key that is a bearer token of OAuth. */
    public Provider withBearer() {
        return new Provider(
                name, baseUrl, paths, "authorization", "Bearer ", needsKey, streamUsage, responses);
    }

    /** A provider that is known only by the base URL an operator gave. */
    public static Provider compatible(String name) {
        return new Provider(
                name, null, PathStyle.OPENAI, "authorization", "Bearer ", false, true, true);
    }
}
