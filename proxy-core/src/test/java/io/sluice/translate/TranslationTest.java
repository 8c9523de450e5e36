package io.sluice.translate;

import static io.sluice.message.Dialect.ANTHROPIC_MESSAGES;
import static io.sluice.message.Dialect.GEMINI;
import static io.sluice.message.Dialect.OPENAI_CHAT;
import static io.sluice.message.Dialect.OPENAI_RESPONSES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerTerms;
import io.sluice.message.CallMemory;
import io.sluice.message.Dialect;
import io.sluice.message.OutputField;
import io.sluice.message.SendTerms;
import io.sluice.message.StopReason;
import io.sluice.testing.Cuts;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the parts of a request, of errors, and of answers that break off. */
class TranslationTest {

    private static final String ASKED =
            """
            {"model":"m","max_tokens":100,"messages":[{"role":"user","content":"hi"}]%s}
            """;

    @Test
    void makesTwoSystemTextsAndMergedTurns_ofChatMessages() {
        JsonNode sent =
                Translated.request(
                        OPENAI_CHAT,
                        ANTHROPIC_MESSAGES,
                        """
                        {"messages":[{"role":"system","content":"a"},{"role":"user","content":"b"},
                         {"role":"developer","content":"c"},
                         {"role":"assistant","content":"d","tool_calls":[
                          {"id":"call_1","type":"function",
                           "function":{"name":"f","arguments":"{\\"x\\":1}"}},
                          {"id":"call:2","type":"function",
                           "function":{"name":"g","arguments":""}}]},
                         {"role":"tool","tool_call_id":"call_1","content":"1"},
                         {"role":"tool","tool_call_id":"call:2",
                          "content":[{"type":"text","text":"2"}]},
                         {"role":"user","content":"e"}]}
                        """);

        assertThat(sent.path("system"))
                .isEqualTo(
                        Translated.tree(
                                """
                                [{"type":"text","text":"a"},{"type":"text","text":"c"}]
                                """));
        assertThat(sent.path("max_tokens").asInt()).isEqualTo(4096);
        assertThat(sent.path("messages"))
                .isEqualTo(
                        Translated.tree(
                                """
                                [{"role":"user","content":[{"type":"text","text":"b"}]},
                                 {"role":"assistant","content":[{"type":"text","text":"d"},
                                  {"type":"tool_use","id":"call_1","name":"f","input":{"x":1}},
                                  {"type":"tool_use","id":"call_2","name":"g","input":{}}]},
                                 {"role":"user","content":[
                                  {"type":"tool_result","tool_use_id":"call_1","content":"1"},
                                  {"type":"tool_result","tool_use_id":"call_2","content":"2"},
                                  {"type":"text","text":"e"}]}]
                                """));
    }

    @Test
    void putsResultsBeforeWhatIsSaid_andPicturesBehindThem() {
        Translated.Request sent =
                Translated.request(
                        ANTHROPIC_MESSAGES,
                        OPENAI_CHAT,
                        """
                        {"max_tokens":9,"messages":[{"role":"assistant","content":[
                          {"type":"tool_use","id":"t1","name":"look","input":{"a":[1,2]}}]},
                         {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1",
                          "is_error":true,"content":[{"type":"text","text":"see"},
                          {"type":"image","source":{"type":"base64","media_type":"image/png",
                           "data":"AAAA"}}]},
                          {"type":"text","text":"well?","cache_control":{"type":"ephemeral"}}]}]}
                        """,
                        SendTerms.of("m", false));

        assertThat(sent.dropped()).containsExactlyInAnyOrder("is_error", "cache_control");
        assertThat(sent.body().path("messages"))
                .isEqualTo(
                        Translated.tree(
                                """
                                [{"role":"assistant","content":null,"tool_calls":[{"id":"t1",
                                  "type":"function","function":{"name":"look",
                                  "arguments":"{\\"a\\":[1,2]}"}}]},
                                 {"role":"tool","tool_call_id":"t1","content":"see"},
                                 {"role":"user","content":[{"type":"image_url","image_url":
                                  {"url":"data:image/png;base64,AAAA"}},
                                  {"type":"text","text":"well?"}]}]
                                """));
    }

    @Test
    void keepsSignaturesBitForBit_throughACallerOfAnotherDialect() {
        String signature = "Ab+/=\\u003d\\/x";
        String answer =
                """
                {"id":"msg_1","type":"message","model":"c","content":[
                 {"type":"thinking","thinking":"hm","signature":"%s"},
                 {"type":"redacted_thinking","data":"sealed=="},
                 {"type":"tool_use","id":"toolu_1","name":"f","input":{}}],
                 "stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}}
                """
                        .formatted(signature);
        JsonNode told =
                Translated.tree(Translated.answer(OPENAI_CHAT, ANTHROPIC_MESSAGES, false, answer));
        JsonNode message = told.at("/choices/0/message");

        JsonNode again =
                Translated.request(
                        OPENAI_CHAT,
                        ANTHROPIC_MESSAGES,
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}," + message + "]}");

        JsonNode content = again.at("/messages/1/content");
        assertThat(content.get(0)).isEqualTo(Translated.tree(answer).at("/content/0"));
        assertThat(content.get(1)).isEqualTo(Translated.tree(answer).at("/content/1"));
        assertThat(content.get(2).path("id").asText()).isEqualTo("toolu_1");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "ANTHROPIC_MESSAGES",
                "OPENAI_RESPONSES",
                "OPENAI_CHAT",
            })
    void keepsTheSignatureOfACall_throughACallerOfAnotherDialect(Dialect caller) {
        String answer =
                """
                {"candidates":[{"content":{"role":"model","parts":[{"functionCall":
                 {"name":"f","args":{"a":1},"id":"x1"},"thoughtSignature":"sig=="}]},
                 "finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,
                 "candidatesTokenCount":4,"thoughtsTokenCount":5}}
                """;
        JsonNode told = Translated.tree(Translated.answer(caller, GEMINI, false, answer));
        String turns =
                switch (caller) {
                    case ANTHROPIC_MESSAGES ->
                            "{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"q\"},"
                                    + "{\"role\":\"assistant\",\"content\":"
                                    + told.path("content")
                                    + "}]}";
                    case OPENAI_RESPONSES -> "{\"input\":" + told.path("output").toString() + "}";
                    default ->
                            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},"
                                    + told.at("/choices/0/message")
                                    + "]}";
                };

        JsonNode again = Translated.request(caller, GEMINI, turns);

        JsonNode contents = again.path("contents");
        JsonNode part = contents.get(contents.size() - 1).path("parts").get(0);
        assertThat(part).isEqualTo(Translated.tree(answer).at("/candidates/0/content/parts/0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ANTHROPIC_MESSAGES|\"seed\":1|seed",
                "ANTHROPIC_MESSAGES|\"n\":2|n",
                "ANTHROPIC_MESSAGES|\"logprobs\":true|logprobs",
                "ANTHROPIC_MESSAGES|\"frequency_penalty\":0.5|frequency_penalty",
                "ANTHROPIC_MESSAGES|\"response_format\":{\"type\":\"json_object\"}|response_format",
                "ANTHROPIC_MESSAGES|\"service_tier\":\"flex\"|service_tier",
                "ANTHROPIC_MESSAGES|\"tools\":[{\"type\":\"custom\"}]|tools[].type=custom",
                "GEMINI|\"logit_bias\":{\"1\":1}|logit_bias",
                "GEMINI|\"verbosity\":\"low\"|verbosity",
            })
    void refusesByName_whatHasNoPlace_unlessItMayBeDropped(
            Dialect provider, String field, String name) {
        String body = ASKED.formatted("," + field);

        assertThatThrownBy(() -> Translated.request(OPENAI_CHAT, provider, body))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
                            assertThat(e.parameter()).isEqualTo(name);
                        });
        SendTerms dropping = SendTerms.of("m", false).dropping();
        assertThat(Translated.request(OPENAI_CHAT, provider, body, dropping).dropped())
                .containsExactly(name);
    }

    @Test
    void leavesOut_whatTheOperatorDoesNotWant() {
        SendTerms terms =
                new SendTerms(
                        "m",
                        false,
                        OutputField.MAX_COMPLETION_TOKENS,
                        10,
                        50,
                        true,
                        false,
                        Set.of("thinking"),
                        false,
                        Set.of(),
                        false);

        Translated.Request sent =
                Translated.request(
                        ANTHROPIC_MESSAGES,
                        OPENAI_CHAT,
                        ASKED.formatted(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":9}"),
                        terms);

        assertThat(sent.dropped()).containsExactly("thinking");
        assertThat(sent.body().has("reasoning_effort")).isFalse();
        assertThat(sent.body().path("max_completion_tokens").asInt()).isEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource({"low,1024", "medium,8192", "high,24576", "minimal,1024"})
    void thinksAsMuchInTokensAsInWords(String effort, long budget) {
        String body =
                """
                {"messages":[{"role":"user","content":"hi"}],"reasoning_effort":"%s"}
                """
                        .formatted(effort);

        JsonNode gemini = Translated.request(OPENAI_CHAT, GEMINI, body);
        JsonNode anthropic = Translated.request(OPENAI_CHAT, ANTHROPIC_MESSAGES, body);

        JsonNode config = gemini.at("/generationConfig/thinkingConfig");
        assertThat(config.path("thinkingBudget").asLong()).isEqualTo(budget);
        assertThat(config.path("includeThoughts").asBoolean()).isTrue();
        assertThat(anthropic.at("/thinking/budget_tokens").asLong()).isEqualTo(budget);
        assertThat(anthropic.path("max_tokens").asLong()).isEqualTo(4096 + budget);
    }

    @Test
    void doesNotThink_whereTheBoundLeavesNoRoom() {
        Translated.Request sent =
                Translated.request(
                        OPENAI_CHAT,
                        ANTHROPIC_MESSAGES,
                        ASKED.formatted(",\"reasoning_effort\":\"high\""),
                        SendTerms.of("m", false));

        assertThat(sent.body().has("thinking")).isFalse();
        assertThat(sent.body().path("max_tokens").asInt()).isEqualTo(100);
        assertThat(sent.dropped()).containsExactly("reasoning_effort");
    }

    @Test
    void signsCallsForGemini3_thatAnotherModelMade() {
        String body =
                """
                {"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[
                 {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
                 {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"b","content":"{\\"n\\":1}"}]}
                """;
        JsonNode sent =
                Translated.request(OPENAI_CHAT, GEMINI, body, SendTerms.of("gemini-3-pro", false))
                        .body();

        JsonNode parts = sent.at("/contents/1/parts");
        assertThat(parts.get(0).path("thoughtSignature").asText())
                .isEqualTo("skip_thought_signature_validator");
        assertThat(parts.get(1).has("thoughtSignature")).isFalse();
        JsonNode result = sent.at("/contents/2/parts/0/functionResponse");
        assertThat(result.path("name").asText()).isEqualTo("g");
        assertThat(result.path("response").path("n").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"BEDROCK_CONVERSE", "COHERE_CHAT", "OLLAMA_CHAT"},
            mode = EnumSource.Mode.EXCLUDE)
    void writesAnErrorInTheCallersShape_withItsStatus(Dialect caller) {
        Dialect provider = caller == ANTHROPIC_MESSAGES ? OPENAI_CHAT : ANTHROPIC_MESSAGES;
        String body =
                provider == OPENAI_CHAT
                        ? "{\"error\":{\"message\":\"slow\",\"type\":\"x\",\"code\":\"c\"}}"
                        : "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
                                + "\"message\":\"slow\"}}";

        JsonNode error = Translated.error(caller, provider, 429, body).path("error");

        assertThat(error.path("message").asText()).isEqualTo("slow");
        if (caller == GEMINI) {
            assertThat(error.path("status").asText()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(error.path("code").asInt()).isEqualTo(429);
        } else {
            assertThat(error.path("type").asText()).isEqualTo("rate_limit_error");
        }
        assertThat(Translated.error(caller, provider, 502, "<html>").path("error").path("message"))
                .hasToString("\"<html>\"");
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"BEDROCK_CONVERSE", "COHERE_CHAT", "OLLAMA_CHAT"},
            mode = EnumSource.Mode.EXCLUDE)
    void saysThatAStreamBrokeOff_inTheCallersShape(Dialect caller) {
        Dialect provider = caller == ANTHROPIC_MESSAGES ? OPENAI_CHAT : ANTHROPIC_MESSAGES;
        AnswerTerms terms = AnswerTerms.of("c", 1, "m", true);
        TranslatedAnswer answer = Translation.between(caller, provider).answer(terms, true);
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            answer.fail(new AnswerError(504, "", "too slow", null, "upstream_timeout"), out);
            int length = out.readableBytes();
            answer.fail(new AnswerError(504, "", "again", null, null), out);
            answer.finish(out);

            assertThat(out.readableBytes()).isEqualTo(length);
            String told = out.toString(StandardCharsets.UTF_8);
            assertThat(Told.of(caller, true, told).error).isEqualTo("too slow");
        } finally {
            out.release();
        }
    }

    @Test
    void breaksOff_whereTheProviderSendsNoJson() {
        String told =
                Translated.answer(
                        ANTHROPIC_MESSAGES,
                        OPENAI_CHAT,
                        true,
                        "data: {\"id\":\"1\",\"choices\":[]}\n\ndata: {oops}\n\ndata: [DONE]\n\n");

        assertThat(told).contains("event: error").doesNotContain("message_stop");
    }

    @Test
    void tellsCallsApart_thatAreWovenIntoEachOther() {
        String stream =
                """
                data: {"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\\"x\\":"}}]}}]}

                data: {"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{\\"y\\":"}}]}}]}

                data: {"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}}]}

                data: {"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"2}"}}]},"finish_reason":"tool_calls"}]}

                data: [DONE]

                """;
        for (Dialect caller : Set.of(ANTHROPIC_MESSAGES, GEMINI, OPENAI_RESPONSES)) {
            Told told = Told.of(caller, true, Translated.answer(caller, OPENAI_CHAT, true, stream));

            assertThat(told.toolCalls().toString())
                    .as(caller.wireName())
                    .isEqualTo("[[f, {\"x\":1}], [g, {\"y\":2}]]");
        }
    }

    @Test
    void writesGeminisArray_whereTheCallerDoesNotAskForEvents() {
        AnswerTerms terms =
                new AnswerTerms(
                        "c",
                        1,
                        "m",
                        true,
                        true,
                        true,
                        false,
                        CallMemory.unbounded(),
                        1 << 20,
                        1 << 20);
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            TranslatedAnswer answer = Translation.between(GEMINI, OPENAI_CHAT).answer(terms, true);
            Cuts.feed(
                    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
                            .getBytes(StandardCharsets.UTF_8),
                    new int[0],
                    (buf, i, n) -> answer.feed(buf, i, n, out));
            answer.finish(out);

            JsonNode array = Translated.tree(out.toString(StandardCharsets.UTF_8));
            assertThat(array.size()).isEqualTo(2);
            assertThat(array.at("/0/candidates/0/content/parts/0/text").asText()).isEqualTo("a");
            assertThat(answer.stopReason()).isNull();
            assertThat(answer.error()).isNull();
            assertThat(answer.usage().isKnown()).isFalse();
        } finally {
            out.release();
        }
    }

    @Test
    void rewritesThoughtTags_whereverTheyAreCut() {
        String text = "a <thought>b</thought> <though";
        AnswerTerms terms =
                new AnswerTerms(
                        "c",
                        1,
                        "m",
                        true,
                        false,
                        true,
                        true,
                        CallMemory.unbounded(),
                        1 << 20,
                        1 << 20);
        for (int cut = 0; cut < text.length(); cut++) {
            String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n";
            String stream =
                    chunk.formatted(text.substring(0, cut)) + chunk.formatted(text.substring(cut));
            ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
            try {
                TranslatedAnswer answer =
                        Translation.between(ANTHROPIC_MESSAGES, OPENAI_CHAT).answer(terms, true);
                Cuts.feed(
                        stream.getBytes(StandardCharsets.UTF_8),
                        Cuts.none(),
                        (buf, i, n) -> answer.feed(buf, i, n, out));
                answer.finish(out);
                String sent = out.toString(StandardCharsets.UTF_8);
                assertThat(Told.of(ANTHROPIC_MESSAGES, true, sent).text.toString())
                        .as("cut at %d", cut)
                        .isEqualTo("a <think>b</think> <though");
            } finally {
                out.release();
            }
        }
    }

    @Test
    void keepsWhatTheGatewayWantsToKnow() {
        AnswerTerms terms = AnswerTerms.of("c", 1, "m", false);
        TranslatedAnswer answer =
                Translation.between(ANTHROPIC_MESSAGES, OPENAI_CHAT).answer(terms, false);
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            Cuts.feed(
                    """
                    {"choices":[{"message":{"content":"a"},"finish_reason":"length"}],
                     "usage":{"prompt_tokens":7,"completion_tokens":8,
                     "prompt_tokens_details":{"cached_tokens":4}}}
                    """
                            .getBytes(StandardCharsets.UTF_8),
                    new int[0],
                    (buf, i, n) -> answer.feed(buf, i, n, out));
            answer.finish(out);

            assertThat(answer.stopReason()).isEqualTo(StopReason.LENGTH);
            assertThat(answer.usage().input()).isEqualTo(7);
            assertThat(answer.usage().cached()).isEqualTo(4);
            assertThat(answer.usage().output()).isEqualTo(8);
        } finally {
            out.release();
        }
    }

    @Test
    void refusesWhatIsNoRequest() {
        refuses("{\"messages\":[]}", ErrorCode.MISSING_PARAMETER);
        refuses("{\"messages\":[{\"role\":\"x\",\"content\":\"\"}]}", ErrorCode.INVALID_PARAMETER);
        refuses("{\"messages\":[{\"content\":\"\"}]}", ErrorCode.MISSING_PARAMETER);
        refuses("{\"messages\":17}", ErrorCode.INVALID_PARAMETER);
        refuses("{\"messages\":[", ErrorCode.INVALID_JSON);
        assertThatThrownBy(() -> Translation.between(OPENAI_CHAT, OPENAI_CHAT))
                .isInstanceOf(GatewayException.class);
        assertThat(Translation.isPossible(OPENAI_CHAT, OPENAI_CHAT)).isFalse();
    }

    private static void refuses(String body, ErrorCode code) {
        assertThatThrownBy(() -> Translated.request(OPENAI_CHAT, ANTHROPIC_MESSAGES, body))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
