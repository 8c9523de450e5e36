package io.sluice.admission;

import static io.sluice.admission.AdmissionFixture.price;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.BodyEdits;
import io.sluice.json.TopLevelScanner;
import io.sluice.message.CallFields;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import io.sluice.message.OutputField;
import io.sluice.price.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyDemandTest {

    private final Demand demand = new Demand();

    @Test
    void boundsInputByBytes_andOutputByWhatIsStated() {
        String body = "{\"model\":\"m\",\"messages\":[],\"max_tokens\":7,\"n\":3}";

        describe(Endpoint.CHAT_COMPLETIONS, body);

        assertThat(worst()).isEqualTo(body.length() + Demand.TEMPLATE_TOKENS + 1_000L * 3 * 7);
        assertThat(demand.isOutputStated()).isTrue();
        assertThat(demand.likely(LimitUnit.TOKENS)).isEqualTo(body.length() / 4 + 1 + 21);
    }

    @Test
    void takesTheLargestOfSeveralBounds_andBestOf_andEachPrompt() {
        describe(
                Endpoint.CHAT_COMPLETIONS,
                "{\"model\":\"m\",\"messages\":[],\"max_tokens\":7,\"max_completion_tokens\":9}");
        assertThat(demand.mostOutput()).isEqualTo(9);

        String body =
                "{\"model\":\"m\",\"prompt\":[\"a\",\"b\",[1,2]],\"max_tokens\":2,\"n\":1,\"best_of\":5}";
        describe(Endpoint.COMPLETIONS, body);
        assertThat(worst()).isEqualTo(body.length() + Demand.TEMPLATE_TOKENS + 1_000L * 2 * 5 * 3);
    }

    @Test
    void asksNoOutput_ofEmbeddings_andNothingAtAll_ofStoredAnswers() {
        String body = "{\"model\":\"m\",\"input\":\"x\"}";
        describe(Endpoint.EMBEDDINGS, body);
        assertThat(worst()).isEqualTo(body.length() + Demand.TEMPLATE_TOKENS);

        BodyDemand.describe(demand, Endpoint.STORED_RESPONSE, null, null, true);
        demand.addPrice(price(1, 1_000, null, null));
        assertThat(worst()).isZero();
        assertThat(demand.likely(LimitUnit.TOKENS)).isZero();
        assertThat(demand.likely(LimitUnit.REQUESTS)).isOne();
    }

    @Test
    void allowsForFunctions() {
        String body =
                "{\"model\":\"m\",\"messages\":[],\"max_tokens\":1,\"tools\":["
                        + "{\"type\":\"function\",\"function\":{\"type\":\"x\"}},{\"type\":\"custom\"}]}";
        describe(Endpoint.CHAT_COMPLETIONS, body);
        assertThat(worst())
                .isEqualTo(body.length() + Demand.TEMPLATE_TOKENS + Demand.FUNCTION_TOKENS + 1_000);

        String older = "{\"model\":\"m\",\"messages\":[],\"max_tokens\":1,\"functions\":[]}";
        describe(Endpoint.CHAT_COMPLETIONS, older);
        assertThat(worst())
                .isEqualTo(
                        older.length() + Demand.TEMPLATE_TOKENS + Demand.FUNCTION_TOKENS + 1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"messages\":[{\"content\":[{\"type\":\"image_url\"}]}]",
                "\"messages\":[{\"content\":[{\"type\": \"input_audio\"}]}]",
                "\"messages\":[{\"content\":[{\"type\":\"file\",\"file\":{}}]}]",
                "\"messages\":[{\"content\":[{\"type\":\"im\\u0061ge_url\"}]}]",
                "\"messages\":[],\"tools\":[{\"type\":\"web_search\"}]",
                "\"messages\":[],\"tools\":[{\"type\":\"function\",\"type\":\"mcp\"}]",
                "\"messages\":[],\"tools\":[7]",
                "\"messages\":[],\"tools\":{}",
                "\"messages\":[],\"web_search_options\":{}",
                "\"messages\":[],\"previous_response_id\":\"resp_1\""
            })
    void takesTheContextWindow_whereBytesAreNoBound(String rest) {
        describe(Endpoint.CHAT_COMPLETIONS, "{\"model\":\"m\",\"max_tokens\":1," + rest + "}");

        assertThat(demand.unbounded()).contains("not bounded by its body");
        read(Endpoint.CHAT_COMPLETIONS, "{\"model\":\"m\",\"max_tokens\":1," + rest + "}");
        demand.addPrice(price(1, 1_000, 5_000L, null));
        assertThat(demand.unbounded()).isNull();
        assertThat(worst()).isEqualTo(5_000 + 1_000);
    }

    @Test
    void knowsTalkOfImagesFromImages() {
        describe(
                Endpoint.CHAT_COMPLETIONS,
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"content\":\"use"
                        + " {\\\"type\\\":\\\"image_url\\\"} \\\\ \\n \\u00e9\"}]}");

        assertThat(demand.unbounded()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "\"7\"", "1.5", "1e99", "[]", "true"})
    void refusesABoundThatIsNoNumber_whereItDecidesTheCost(String number) {
        String body = "{\"model\":\"m\",\"messages\":[],\"max_tokens\":" + number + "}";

        assertThatThrownBy(() -> describe(Endpoint.CHAT_COMPLETIONS, body))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
    }

    @Test
    void putsABoundIntoABody() {
        assertThat(bounded("{\"model\":\"m\",\"messages\":[]}", OutputField.MAX_TOKENS))
                .isEqualTo("{\"model\":\"m\",\"messages\":[],\"max_tokens\":42}");
        assertThat(
                        bounded(
                                "{\"model\":\"m\",\"max_completion_tokens\" : null ,\"messages\":[]}",
                                OutputField.MAX_COMPLETION_TOKENS))
                .isEqualTo("{\"model\":\"m\",\"max_completion_tokens\" : 42 ,\"messages\":[]}");
    }

    @Test
    void saysWhomACallIsFor() {
        assertThat(fields("{\"model\":\"m\",\"messages\":[],\"user\":\"u\\u0031\"}").user())
                .isEqualTo("u1");
        assertThat(fields("{\"model\":\"m\",\"messages\":[],\"user\":7}").user()).isNull();
        assertThat(fields("{\"model\":\"m\",\"messages\":[],\"user\":\"\"}").user()).isNull();
        assertThat(fields("{\"model\":\"m\",\"messages\":[]}").user()).isNull();
    }

    private static String bounded(String body, OutputField field) {
        ByteBuf bytes = Unpooled.copiedBuffer(body, UTF_8);
        BodyEdits edits = new BodyEdits();
        fields(body).boundOutput(edits, field, 42);
        ByteBuf out = Unpooled.buffer();
        edits.writeTo(out, bytes);
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"f\",\"input_schema\":{}}",
                "{\"type\":\"custom\",\"name\":\"f\"}",
                "{\"type\":\"bash_20250124\",\"name\":\"bash\"}"
            })
    void takesWhatTheCallerRuns_forFunctions_ofMessages(String tool) {
        String body = messages("\"tools\":[" + tool + "]");

        describe(Endpoint.MESSAGES, body);

        long allowance = Demand.TEMPLATE_TOKENS + Demand.FUNCTION_TOKENS;
        assertThat(worst()).isEqualTo(body.length() + allowance + 1_000L * 7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
                "\"tools\":[7]",
                "\"tools\":{}",
                "\"mcp_servers\":[]",
                "\"container\":\"c\"",
                "\"system\":[{\"type\":\"document\"}]"
            })
    void findsNoBound_ofMessagesThatTheirProviderAddsTo(String member) {
        read(Endpoint.MESSAGES, messages(member));
        demand.addPrice(price(1, 1_000, null, null));

        assertThat(demand.unbounded()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tools\":[{\"googleSearch\":{}}]",
                "\"tools\":[7]",
                "\"cachedContent\":\"cachedContents/1\"",
                "\"x\":{\"inlineData\":{}}",
                "\"x\":{\"file_data\":{}}"
            })
    void findsNoBound_ofContentsThatTheirProviderAddsTo(String member) {
        read(Endpoint.GENERATE_CONTENT, "{\"contents\":[]," + member + "}");
        demand.addPrice(price(1, 1_000, null, null));

        assertThat(demand.unbounded()).isNotNull();
    }

    @Test
    void boundsContents_byTheirConfiguration_andTheirFunctions() {
        String body =
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":5,\"candidateCount\":2},"
                        + "\"tools\":[{\"functionDeclarations\":[]}]}";

        describe(Endpoint.GENERATE_CONTENT, body);

        long allowance = Demand.TEMPLATE_TOKENS + Demand.FUNCTION_TOKENS;
        assertThat(worst()).isEqualTo(body.length() + allowance + 1_000L * 5 * 2);
    }

    @Test
    void asksNothing_ofCounting_andNoOutput_ofEmbeddingContents() {
        describe(Endpoint.MESSAGE_TOKENS, messages("\"x\":1"));
        assertThat(worst()).isZero();

        String body = "{\"content\":{}}";
        describe(Endpoint.EMBED_CONTENT, body);
        assertThat(worst()).isEqualTo(body.length() + Demand.TEMPLATE_TOKENS);
    }

    private static String messages(String member) {
        return "{\"model\":\"m\",\"messages\":[],\"max_tokens\":7," + member + "}";
    }

    private long worst() {
        return demand.worstPicos(Currency.USD, demand.mostOutput());
    }

    private void describe(Endpoint endpoint, String body) {
        read(endpoint, body);
        demand.addPrice(price(1, 1_000, null, null));
    }

    private void read(Endpoint endpoint, String body) {
        ByteBuf bytes = Unpooled.copiedBuffer(body, UTF_8);
        BodyDemand.describe(demand, endpoint, fields(body, endpoint), bytes, true);
    }

    private static CallFields fields(String body) {
        return fields(body, Endpoint.CHAT_COMPLETIONS);
    }

    private static CallFields fields(String body, Endpoint endpoint) {
        ByteBuf bytes = Unpooled.copiedBuffer(body, UTF_8);
        TopLevelScanner scanner =
                new TopLevelScanner(CallFields.names(endpoint), CallFields.MAX_DEPTH);
        scanner.feed(bytes);
        scanner.finish();
        return CallFields.of(scanner, bytes, endpoint, endpoint.dialect() == Dialect.GEMINI);
    }
}
