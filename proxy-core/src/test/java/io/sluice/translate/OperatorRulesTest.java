package io.sluice.translate;

import static io.sluice.message.Dialect.ANTHROPIC_MESSAGES;
import static io.sluice.message.Dialect.GEMINI;
import static io.sluice.message.Dialect.OPENAI_CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.message.AnswerTerms;
import io.sluice.message.CallMemory;
import io.sluice.message.OutputField;
import io.sluice.message.SendTerms;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may say about calls that are translated, beside {@code drop_params}. */
class OperatorRulesTest {

    private static final String CALLED =
            """
            {"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c1",
              "type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"1"}],"reasoning_effort":"low"}
            """;

    @Test
    void putsAConversationRight_thatAnthropicWouldRefuse() {
        JsonNode sent = request(ANTHROPIC_MESSAGES, CALLED, terms(true, Set.of()));

        assertThat(sent.at("/messages/0/role").asText()).isEqualTo("user");
        assertThat(sent.at("/messages/0/content/0/text").asText()).isEqualTo("Please continue.");
        assertThat(sent.at("/messages/1/content/0/type").asText()).isEqualTo("tool_use");
        assertThat(sent.at("/tools/0/name").asText()).isEqualTo("dummy_tool");
        assertThat(sent.has("thinking")).isFalse();
        assertThat(sent.path("max_tokens").asLong()).isPositive();
    }

    @Test
    void leavesAConversationAsItIs_unlessAskedToPutItRight() {
        JsonNode sent = request(ANTHROPIC_MESSAGES, CALLED, terms(false, Set.of()));

        assertThat(sent.at("/messages/0/role").asText()).isEqualTo("assistant");
        assertThat(sent.has("tools")).isFalse();
        assertThat(sent.has("thinking")).isTrue();
    }

    @Test
    void leavesAConversationAsItIs_thatGeminiTakes() {
        JsonNode sent = request(GEMINI, CALLED, terms(true, Set.of()));

        assertThat(sent.has("tools")).isFalse();
    }

    @Test
    void sendsOnWhatIsAllowed_underItsOwnName() {
        String body =
                """
                {"messages":[{"role":"user","content":"hi"}],"logit_bias":{"1":-1},"seed":3,
                 "metadata":{"a":"b"}}
                """;

        JsonNode sent =
                request(
                        ANTHROPIC_MESSAGES,
                        body,
                        terms(false, Set.of("logit_bias", "seed", "metadata")));

        assertThat(sent.at("/logit_bias/1").asInt()).isEqualTo(-1);
        assertThat(sent.path("seed").asInt()).isEqualTo(3);
        assertThat(sent.at("/metadata/a").asText()).isEqualTo("b");
        assertThat(sent.at("/messages/0/content/0/text").asText()).isEqualTo("hi");
    }

    @ParameterizedTest
    @CsvSource({"low,1024", "medium,8192", "high,24576", "auto,-1"})
    void asksGeminiForThoughts_asItsOpenAiEndpointWantsIt(String effort, long budget) {
        String body =
                """
                {"model":"g","messages":[{"role":"user","content":"hi"}],"reasoning_effort":"%s"}
                """
                        .formatted(effort);
        SendTerms terms =
                new SendTerms(
                        "gemini-2.5-flash",
                        false,
                        OutputField.MAX_TOKENS,
                        10,
                        Long.MAX_VALUE,
                        true,
                        false,
                        Set.of(),
                        false,
                        Set.of(),
                        true);

        JsonNode sent = tree(Translation.within(OPENAI_CHAT), body, terms);

        JsonNode config = sent.at("/extra_body/google/thinking_config");
        assertThat(config.path("include_thoughts").asBoolean()).isTrue();
        assertThat(config.path("thinking_budget").asLong()).isEqualTo(budget);
        assertThat(sent.has("reasoning_effort")).isFalse();
        assertThat(sent.path("model").asText()).isEqualTo("gemini-2.5-flash");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rewritesThoughtTags_withinOneDialect(boolean stream) {
        String text = "<thought>b</thought>c <";
        for (int cut = 0; cut <= text.length(); cut++) {
            String told =
                    stream
                            ? event(text.substring(0, cut)) + event(text.substring(cut))
                            : "{\"choices\":[{\"message\":{\"content\":\"" + text + "\"}}]}";

            assertThat(said(told, stream)).as("cut at " + cut).isEqualTo("<think>b</think>c <");
        }
    }

    private static String event(String text) {
        return "data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
    }

    private static String said(String told, boolean stream) {
        AnswerTerms terms =
                new AnswerTerms(
                        "c",
                        1,
                        "m",
                        stream,
                        false,
                        true,
                        true,
                        CallMemory.unbounded(),
                        1 << 20,
                        1 << 20);
        TranslatedAnswer answer = Translation.within(OPENAI_CHAT).answer(terms, stream);
        ByteBuf in = Unpooled.copiedBuffer(told, StandardCharsets.UTF_8);
        ByteBuf out = Unpooled.buffer();
        answer.feed(in, 0, in.readableBytes(), out);
        answer.finish(out);
        StringBuilder text = new StringBuilder();
        out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("^data: ", ""))
                .filter(line -> line.startsWith("{"))
                .map(Translated::tree)
                .forEach(one ->
                        text.append(
                                one.at(
                                                stream
                                                        ? "/choices/0/delta/content"
                                                        : "/choices/0/message/content")
                                        .asText()));
        return text.toString();
    }

    private static SendTerms terms(boolean modifies, Set<String> allowed) {
        return new SendTerms(
                "m",
                false,
                OutputField.MAX_TOKENS,
                SendTerms.DEFAULT_OUTPUT_TOKENS,
                Long.MAX_VALUE,
                true,
                false,
                Set.of(),
                modifies,
                allowed,
                false);
    }

    private static JsonNode request(
            io.sluice.message.Dialect provider, String body, SendTerms terms) {
        return tree(Translation.between(OPENAI_CHAT, provider), body, terms);
    }

    private static JsonNode tree(Translation translation, String body, SendTerms terms) {
        ByteBuf asked = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
        ByteBuf sent = translation.request(asked, terms, ByteBufAllocator.DEFAULT).body();
        try {
            return Translated.tree(sent.toString(StandardCharsets.UTF_8));
        } finally {
            sent.release();
        }
    }
}
