package io.sluice.transport.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.message.Endpoint;
import io.sluice.testing.Heads;
import io.sluice.transport.exchange.RequestPath;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST /v1/chat/completions                                | CHAT_COMPLETIONS | |
                    POST /chat/completions                                   | CHAT_COMPLETIONS | |
                    POST /openai/v1/chat/completions                         | CHAT_COMPLETIONS | |
                    POST /engines/gpt/chat/completions                       | CHAT_COMPLETIONS | gpt |
                    POST /v1/engines/gpt/completions                         | COMPLETIONS | gpt |
                    POST /openai/deployments/d/chat/completions              | CHAT_COMPLETIONS | d |
                    POST /openai/deployments/a%2Fb%20c/embeddings            | EMBEDDINGS | a/b c |
                    POST /v1/completions                                     | COMPLETIONS | |
                    POST /v1/embeddings                                      | EMBEDDINGS | |
                    POST /v1/moderations                                     | MODERATIONS | |
                    POST /v1/responses                                       | RESPONSES | |
                    POST /responses                                          | RESPONSES | |
                    POST /openai/responses                                   | RESPONSES | |
                    POST /openai/v1/responses                                | RESPONSES | |
                    GET /v1/responses/resp_1                                 | STORED_RESPONSE | | resp_1
                    DELETE /v1/responses/resp-1.a                            | STORED_RESPONSE | | resp-1.a
                    GET /openai/responses/resp_1                             | STORED_RESPONSE | | resp_1
                    GET /responses/resp_1/input_items                        | STORED_RESPONSE | | resp_1/input_items
                    POST /v1/responses/resp_1/cancel                         | STORED_RESPONSE | | resp_1/cancel
                    POST /v1/messages?beta=true                              | MESSAGES | |
                    POST /messages                                           | MESSAGES | |
                    POST /anthropic/v1/messages/count_tokens                 | MESSAGE_TOKENS | |
                    POST /v1beta/models/gem:generateContent                  | GENERATE_CONTENT | gem |
                    POST /v1/models/a%2Fb/c:streamGenerateContent?alt=sse    | STREAM_GENERATE_CONTENT | a/b/c |
                    POST /v1alpha/models/a:b:countTokens                     | CONTENT_TOKENS | a:b |
                    POST /models/gem:embedContent                            | EMBED_CONTENT | gem |
                    POST /gemini/v1beta/models/gem:batchEmbedContents        | BATCH_EMBED_CONTENTS | gem |
                    POST /v1beta/tunedModels/t-1:generateContent             | GENERATE_CONTENT | tunedModels/t-1 |
                    POST /v1/projects/p/locations/l/publishers/google/models/g:generateContent | GENERATE_CONTENT | g |
                    POST /v1beta/openai/chat/completions                     | CHAT_COMPLETIONS | |
                    """)
    void nameAnEndpoint(
            String line, Endpoint endpoint, @Nullable String model, @Nullable String response) {
        RequestPath path = of(line);

        assertThat(path.endpoint()).isEqualTo(endpoint);
        assertThat(path.model()).isEqualTo(model);
        assertThat(path.responseId()).isEqualTo(response);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/chat/completions",
                "PUT /v1/chat/completions",
                "POST /v1/chat/completions/",
                "POST /v1//chat/completions",
                "POST /V1/chat/completions",
                "POST /v2/chat/completions",
                "POST /engines//completions",
                "POST /engines/gpt",
                "POST /openai/deployments/d/files",
                "POST /v1/responses/resp_1",
                "PUT /v1/responses/resp_1",
                "GET /v1/responses/",
                "GET /v1/responses/../models",
                "GET /v1/responses/.hidden",
                "GET /v1/responses/a%2Fb",
                "GET /v1/responses/resp_1/cancel",
                "POST /v1/responses/resp_1/input_items",
                "DELETE /v1/responses/resp_1/input_items",
                "GET /v1/responses/resp_1/other",
                "GET /v1/responses/resp_1/",
                "GET /v1/messages",
                "POST /v1/messages/",
                "GET /v1beta/models/gem:generateContent",
                "POST /v1beta/models/:generateContent",
                "POST /v1beta/models/gem:otherContent",
                "POST /v1beta/models/gem",
                "POST /v1beta/files:generateContent",
                "GET /v1/models",
                "GET /",
                "OPTIONS *"
            })
    void nameNone(String line) {
        assertThat(of(line)).isSameAs(RequestPath.LOCAL);
    }

    @Test
    void boundTheLengthOfAnId() {
        assertThat(of("GET /v1/responses/" + "r".repeat(512)).endpoint())
                .isEqualTo(Endpoint.STORED_RESPONSE);
        assertThat(of("GET /v1/responses/" + "r".repeat(513))).isSameAs(RequestPath.LOCAL);
    }

    @Test
    void carryTheQuery_andTheVersionInIt() {
        RequestPath path = of("POST /openai/deployments/d/embeddings?a=b&api-version=2024%2D10&c");

        assertThat(path.query()).isEqualTo("a=b&api-version=2024%2D10&c");
        assertThat(path.apiVersion()).isEqualTo("2024-10");
        assertThat(of("POST /v1/embeddings").query()).isNull();
        assertThat(of("POST /v1/embeddings").apiVersion()).isNull();
        assertThat(of("POST /v1/embeddings?xapi-version=1").apiVersion()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "a%20b, a b",
        "%C3%BC, ü",
        "100%, 100%",
        "%zz, %zz",
        "%4, %4",
        "a+b, a+b",
        "%25, %",
        "%2525, %25",
        "ü%41, üA"
    })
    void areDecoded(String text, String decoded) {
        assertThat(RequestPaths.decode(text)).isEqualTo(decoded);
    }

    @Test
    void nameTheBareResponse() {
        assertThat(of("GET /v1/responses/resp_1/input_items").bareResponseId()).isEqualTo("resp_1");
        assertThat(of("GET /v1/responses/resp_1").bareResponseId()).isEqualTo("resp_1");
    }

    private static RequestPath of(String line) {
        return RequestPaths.of(Heads.request(line + " HTTP/1.1", "Host: h"));
    }
}
