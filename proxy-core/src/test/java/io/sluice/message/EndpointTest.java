package io.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "CHAT_COMPLETIONS, chat/completions, messages",
        "COMPLETIONS, completions, prompt",
        "EMBEDDINGS, embeddings, input",
        "MODERATIONS, moderations, input",
        "RESPONSES, responses, input",
        "STORED_RESPONSE, responses/,",
        "MESSAGES, messages, messages",
        "MESSAGE_TOKENS, messages/count_tokens, messages",
        "GENERATE_CONTENT, generateContent, contents",
        "STREAM_GENERATE_CONTENT, streamGenerateContent, contents",
        "CONTENT_TOKENS, countTokens,",
        "EMBED_CONTENT, embedContent, content",
        "BATCH_EMBED_CONTENTS, batchEmbedContents, requests"
    })
    void hasPathAndSubject(Endpoint endpoint, String path, @Nullable String subject) {
        assertThat(endpoint.path()).isEqualTo(path);
        assertThat(endpoint.subject()).isEqualTo(subject);
    }
}
