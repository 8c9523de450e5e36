package io.sluice.provider;

import io.sluice.framing.FrameForm;
import io.sluice.json.BodyRules;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * @param rules what is changed in every body
 */
public record Provider(
        String name,
        @Nullable String baseUrl,
        PathStyle paths,
        String keyHeader,
        String keyPrefix,
        boolean needsKey,
        boolean streamUsage,
        boolean responses,
        BodyRules rules) {

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
        GEMINI,
        /** Bedrock's Converse. */
        BEDROCK_CONVERSE(
                Dialect.BEDROCK_CONVERSE,
                "/model/{model}/converse",
                "/model/{model}/converse-stream",
                FrameForm.UNION),
        /** Bedrock's way to Anthropic's models, whose own bodies it takes. */
        BEDROCK_INVOKE(
                Dialect.ANTHROPIC_MESSAGES,
                "/model/{model}/invoke",
                "/model/{model}/invoke-with-response-stream",
                FrameForm.CHUNKS),
        /** Google's models on Vertex AI, behind the project and location of the base. */
        VERTEX_GEMINI,
        /** Anthropic's models there, whose own bodies it takes. */
        VERTEX_ANTHROPIC(
                Dialect.ANTHROPIC_MESSAGES,
                "/publishers/anthropic/models/{model}:rawPredict",
                "/publishers/anthropic/models/{model}:streamRawPredict"),
        /** Other models there, in OpenAI's dialect. */
        VERTEX_OPENAI(Dialect.OPENAI_CHAT, "/endpoints/openapi/chat/completions"),
        /** {@code <base>/chat}, {@code /rerank}, and embeddings in OpenAI's dialect. */
        COHERE(Dialect.COHERE_CHAT, "/chat"),
        /** {@code <base>/api/chat}. */
        OLLAMA(Dialect.OLLAMA_CHAT, "/api/chat"),
        /** IBM's, with the version in the query and the model under another name. */
        WATSONX(
                Dialect.OPENAI_CHAT,
                "/ml/v1/text/chat?version={version}",
                "/ml/v1/text/chat_stream?version={version}"),
        /** A container of Amazon SageMaker's that speaks OpenAI's dialect, by its endpoint. */
        SAGEMAKER(
                Dialect.OPENAI_CHAT,
                "/endpoints/{model}/invocations",
                "/endpoints/{model}/invocations-response-stream");

        private final @Nullable Dialect own;
        private final String plainPath;
        private final String streamPath;
        private final FrameForm frames;

        PathStyle() {
            this(null, "", "", FrameForm.PARTS);
        }

        PathStyle(Dialect own, String path) {
            this(own, path, path);
        }

        PathStyle(Dialect own, String plainPath, String streamPath) {
            this(own, plainPath, streamPath, FrameForm.PARTS);
        }

        PathStyle(@Nullable Dialect own, String plainPath, String streamPath, FrameForm frames) {
            this.own = own;
            this.plainPath = plainPath;
            this.streamPath = streamPath;
            this.frames = frames;
        }

        private boolean speaks(Dialect dialect) {
            return switch (this) {
                case OPENAI, AZURE -> dialect.isOpenAi();
                case ANTHROPIC -> dialect == Dialect.ANTHROPIC_MESSAGES;
                case GEMINI, VERTEX_GEMINI -> dialect == Dialect.GEMINI;
                case BEDROCK_CONVERSE,
                        BEDROCK_INVOKE,
                        VERTEX_ANTHROPIC,
                        VERTEX_OPENAI,
                        COHERE,
                        OLLAMA,
                        WATSONX,
                        SAGEMAKER ->
                        dialect == own;
            };
        }

        /** The dialect that calls are translated to where they come in another one. */
        public Dialect dialect() {
            return switch (this) {
                case OPENAI, AZURE -> Dialect.OPENAI_CHAT;
                case ANTHROPIC -> Dialect.ANTHROPIC_MESSAGES;
                case GEMINI, VERTEX_GEMINI -> Dialect.GEMINI;
                case BEDROCK_CONVERSE,
                        BEDROCK_INVOKE,
                        VERTEX_ANTHROPIC,
                        VERTEX_OPENAI,
                        COHERE,
                        OLLAMA,
                        WATSONX,
                        SAGEMAKER ->
                        Objects.requireNonNull(own);
            };
        }

        /** Whether it has one path for plain calls and one for streams, and none else. */
        public boolean isFixed() {
            return own != null;
        }

        /** That path, behind the base and with <code>{model}</code> in the model's place. */
        public String path(boolean isStream) {
            return isStream ? streamPath : plainPath;
        }

        /** What the frames hold where it answers with an AWS event stream. */
        public FrameForm frames() {
            return frames;
        }

        /** Whether it has that endpoint for calls that are sent as they are. */
        private boolean serves(Endpoint endpoint) {
            return switch (this) {
                case OPENAI -> endpoint == Endpoint.RERANK || speaks(endpoint.dialect());
                case COHERE -> endpoint == Endpoint.RERANK || endpoint == Endpoint.EMBEDDINGS;
                case BEDROCK_INVOKE, VERTEX_ANTHROPIC -> endpoint == Endpoint.MESSAGES;
                case VERTEX_OPENAI, WATSONX, SAGEMAKER -> endpoint == Endpoint.CHAT_COMPLETIONS;
                case VERTEX_GEMINI ->
                        endpoint == Endpoint.GENERATE_CONTENT
                                || endpoint == Endpoint.STREAM_GENERATE_CONTENT
                                || endpoint == Endpoint.CONTENT_TOKENS;
                case BEDROCK_CONVERSE, OLLAMA -> false;
                case AZURE, ANTHROPIC, GEMINI ->
                        endpoint != Endpoint.RERANK && speaks(endpoint.dialect());
            };
        }
    }

    /** Whether calls of that dialect can be sent as they are. */
    public boolean speaks(Dialect dialect) {
        return paths.speaks(dialect) && (responses || dialect != Dialect.OPENAI_RESPONSES);
    }

    /** Whether it has that endpoint for calls that are sent as they are. */
    public boolean serves(Endpoint endpoint) {
        return paths.serves(endpoint)
                && (responses || endpoint.dialect() != Dialect.OPENAI_RESPONSES);
    }

    /** The same with a key that is a bearer token of OAuth. */
    public Provider withBearer() {
        return new Provider(
                name,
                baseUrl,
                paths,
                "authorization",
                "Bearer ",
                needsKey,
                streamUsage,
                responses,
                rules);
    }

    /** The same with further fields in every body, as JSON values by name. */
    public Provider withBodyFields(Map<String, String> fields) {
        BodyRules more = new BodyRules(Map.of(), Set.of(), Map.of(), fields);
        return new Provider(
                name,
                baseUrl,
                paths,
                keyHeader,
                keyPrefix,
                needsKey,
                streamUsage,
                responses,
                rules.and(more));
    }

    /** A provider in OpenAI's dialect as an operator describes it. */
    public static Provider described(
            String name, String keyHeader, String keyPrefix, BodyRules rules) {
        return new Provider(
                name, null, PathStyle.OPENAI, keyHeader, keyPrefix, false, true, false, rules);
    }

    /** A provider that is known only by the base URL an operator gave. */
    public static Provider compatible(String name) {
        return new Provider(
                name,
                null,
                PathStyle.OPENAI,
                "authorization",
                "Bearer ",
                false,
                true,
                true,
                BodyRules.NONE);
    }
}
