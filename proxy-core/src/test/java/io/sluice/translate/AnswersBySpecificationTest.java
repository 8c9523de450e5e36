package io.sluice.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.message.Dialect;
import io.sluice.testing.Cuts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers are sent is what their dialect's specification says. */
class AnswersBySpecificationTest {

    /** Events of one kind look alike: so many of a stream are looked at, and the last ones. */
    private static final int LOOKED_AT = 6;

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void isValid(Dialect caller) {
        Specification specification = Specification.of(file(caller));
        List<String> faults = new ArrayList<>();
        for (WireCase recorded : WireCase.all()) {
            if (recorded.status() != 200
                    || !Translation.isPossible(caller, recorded.dialect())
                    || RecordedAnswersTest.BROKEN.contains(recorded.id())
                    || recorded.expected().has("error")) {
                continue;
            }
            String sent = RecordedAnswersTest.translate(recorded, caller, Cuts.none());
            Told told = Told.of(caller, recorded.isStream(), sent);
            if (!told.error.isEmpty()) {
                continue;
            }
            int count = told.documents.size();
            for (int i = 0; i < count; i++) {
                if (i < LOOKED_AT || i >= count - LOOKED_AT) {
                    JsonNode document = told.documents.get(i);
                    String schema = schema(caller, recorded.isStream());
                    for (String fault : specification.faults(schema, document.toString())) {
                        faults.add(recorded.id() + ": " + fault + " in " + document);
                    }
                }
            }
        }

        assertThat(faults).isEmpty();
    }

    private static String file(Dialect dialect) {
        return switch (dialect) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    "openai-openapi.yaml";
            case ANTHROPIC_MESSAGES -> "anthropic-openapi-2026-01.json";
            case GEMINI -> "gemini-v1beta-openapi3.json";
        };
    }

    private static String schema(Dialect dialect, boolean stream) {
        return switch (dialect) {
            case OPENAI_CHAT ->
                    stream ? "CreateChatCompletionStreamResponse" : "CreateChatCompletionResponse";
            case OPENAI_RESPONSES -> stream ? "ResponseStreamEvent" : "Response";
            case ANTHROPIC_MESSAGES -> stream ? "MessageStreamEvent" : "Message";
            case GEMINI -> "GenerateContentResponse";
            case BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    throw new AssertionError("no caller speaks " + dialect);
        };
    }
}
