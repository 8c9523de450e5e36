package io.sluice.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.BodyEdits;
import io.sluice.json.TopLevelScanner;
import io.sluice.testing.Cuts;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallFieldsTest {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Bodies of a chat call in which the model stands in every kind of place. */
    static List<String> bodies() {
        return List.of(
                "{\"model\":\"gpt\",\"messages\":[]}",
                "{\"messages\":[],\"model\":\"gpt\"}",
                "{\"messages\":[{\"model\":\"no\"}],\"model\":\"gpt\",\"metadata\":{\"model\":1}}",
                " \r\n\t{ \"model\" : \"gpt\" ,\n\"messages\" : [ ] } \n",
                "{\"mod\\u0065l\":\"g\\u0070t\",\"messages\":[\"\\\"model\\\":\\\"x\\\"\"]}",
                "{\"\\u006d\\u006f\\u0064\\u0065\\u006c\":\"gpt\",\"messages\":[]}",
                "{\"x\":\"größer €\",\"model\":\"gpt\",\"messages\":[\"\\\\\"]}",
                "{\"messages\":[],\"stream\":true,\"model\":\"gpt\",\"n\":1e3}");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void changeTheModelAlone(String body) throws JsonProcessingException {
        for (String to : List.of("other", "a\"b\\c", "größer/€ 😀", "", "line\nbreak", "gpt")) {
            CallFields fields = fields(body, Endpoint.CHAT_COMPLETIONS, false);
            BodyEdits edits = new BodyEdits();
            fields.renameModel(edits, to);

            assertThat(fields.model()).isEqualTo("gpt");
            ObjectNode expected = object(body);
            expected.put("model", to);
            String after = apply(edits, body);
            assertThat((JsonNode) object(after)).as(after).isEqualTo(expected);
            assertThat(edits.isEmpty()).isEqualTo(to.equals("gpt"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{ }", " {\n} ", "{\"messages\":[]}", " { \"messages\" : [] } "})
    void addAModel_whereOnlyThePathNamesOne(String body) throws JsonProcessingException {
        Endpoint endpoint =
                body.contains("messages") ? Endpoint.CHAT_COMPLETIONS : Endpoint.COMPLETIONS;
        CallFields fields = fields(body, endpoint, true);
        BodyEdits edits = new BodyEdits();
        fields.renameModel(edits, "a\"b");

        ObjectNode expected = object(body);
        expected.put("model", "a\"b");
        assertThat(fields.model()).isNull();
        assertThat((JsonNode) object(apply(edits, body))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    -                                                | UNSAID
                    null                                             | UNSAID
                    {}                                               | UNSAID
                    { }                                              | UNSAID
                    {"other":1}                                      | UNSAID
                    { "other" : {"include_usage":true} }             | UNSAID
                    {"include_usage":null}                           | UNSAID
                    {"include_usage":false}                          | NO
                    {"a":[1],"include_usage" : false ,"b":"}"}       | NO
                    {"include_us\\u0061ge":false}                    | NO
                    {"include_usage":true}                           | YES
                    {"x":"include_usage", "include_usage": true }    | YES
                    """)
    void askForUsage_andChangeNothingElse(String options, CallFields.StreamUsage said)
            throws JsonProcessingException {
        String option = options.equals("-") ? "" : "\"stream_options\":" + options;
        Stream<String> bodies =
                Stream.of(
                        "{%s\"model\":\"m\",\"messages\":[]}".formatted(comma(option, false)),
                        "{\"model\":\"m\",\"messages\":[]%s}".formatted(comma(option, true)),
                        " {\"model\":\"m\"%s , \"messages\":[] \n} "
                                .formatted(comma(option, true)));
        for (String body : bodies.toList()) {
            CallFields fields = fields(body, Endpoint.CHAT_COMPLETIONS, false);
            BodyEdits edits = new BodyEdits();
            fields.askForUsage(edits);

            assertThat(fields.streamUsage()).isEqualTo(said);
            assertThat(edits.isEmpty()).isEqualTo(said == CallFields.StreamUsage.YES);
            ObjectNode expected = object(body);
            JsonNode before = expected.get("stream_options");
            ObjectNode after =
                    before instanceof ObjectNode given
                            ? given
                            : expected.putObject("stream_options");
            after.put("include_usage", true);
            assertThat((JsonNode) object(apply(edits, body))).as(body).isEqualTo(expected);
        }
    }

    @Test
    void renameAndAsk_together_whateverStandsAround() throws JsonProcessingException {
        long seed = 99;
        Random random = new Random(seed);
        List<String> parts =
                List.of(
                        "\"model\":\"m\"",
                        "\"messages\":[{\"role\":\"user\",\"content\":\"{\\\"model\\\":1}\"}]",
                        "\"stream\":true",
                        "\"stream_options\":{\"x\":1}",
                        "\"metadata\":{\"stream_options\":{}}",
                        "\"user\":\"ü\"");
        for (int i = 0; i < 300; i++) {
            List<String> order = new java.util.ArrayList<>(parts);
            java.util.Collections.shuffle(order, random);
            String separator = random.nextBoolean() ? "," : " ,\n ";
            String body = "{" + String.join(separator, order) + "}";
            BodyEdits edits = new BodyEdits();
            CallFields fields = fields(body, Endpoint.CHAT_COMPLETIONS, false);
            fields.renameModel(edits, "target-model");
            fields.askForUsage(edits);

            ObjectNode expected = object(body);
            expected.put("model", "target-model");
            expected.withObjectProperty("stream_options").put("include_usage", true);
            assertThat((JsonNode) object(apply(edits, body)))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "stream":true            | true
                    "stream":false           | false
                    "stream":null            | false
                    "x":true                 | false
                    """)
    void sayWhetherAStreamIsAskedFor(String field, boolean stream) {
        CallFields fields =
                fields(
                        "{\"model\":\"m\",\"messages\":[]," + field + "}",
                        Endpoint.CHAT_COMPLETIONS,
                        false);

        assertThat(fields.isStream()).isEqualTo(stream);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "previous_response_id":"resp_1"  | resp_1
                    "previous_response_id":null      |
                    "x":1                            |
                    """)
    void sayWhichResponseTheyFollow(String field, @Nullable String id) {
        CallFields fields =
                fields("{\"model\":\"m\",\"input\":\"\"," + field + "}", Endpoint.RESPONSES, false);

        assertThat(fields.previousResponseId()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    CHAT_COMPLETIONS | "messages":[]
                    CHAT_COMPLETIONS | "messages":[{}]
                    COMPLETIONS      | "prompt":""
                    COMPLETIONS      | "prompt":[1]
                    COMPLETIONS      | "x":1
                    EMBEDDINGS       | "input":"a"
                    EMBEDDINGS       | "input":[]
                    MODERATIONS      | "input":[{}]
                    RESPONSES        | "input":"a"
                    RESPONSES        | "input":[]
                    RESPONSES        | "prompt":{"id":"pmpt_1"}
                    STORED_RESPONSE  | "x":1
                    """)
    void takeWhatTheEndpointTakes(Endpoint endpoint, String field) {
        assertThat(fields("{\"model\":\"m\"," + field + "}", endpoint, false).model())
                .isEqualTo("m");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    CHAT_COMPLETIONS | {"messages":[]}                        | MISSING_PARAMETER | model
                    CHAT_COMPLETIONS | {}                                     | MISSING_PARAMETER | model
                    CHAT_COMPLETIONS | {"model":"m"}                          | MISSING_PARAMETER | messages
                    CHAT_COMPLETIONS | {"model":"m","messages":null}          | INVALID_PARAMETER | messages
                    CHAT_COMPLETIONS | {"model":"m","messages":"hi"}          | INVALID_PARAMETER | messages
                    CHAT_COMPLETIONS | {"model":"m","messages":{}}            | INVALID_PARAMETER | messages
                    COMPLETIONS      | {"model":"m","prompt":1}               | INVALID_PARAMETER | prompt
                    EMBEDDINGS       | {"model":"m"}                          | MISSING_PARAMETER | input
                    EMBEDDINGS       | {"model":"m","input":null}             | INVALID_PARAMETER | input
                    EMBEDDINGS       | {"model":"m","input":5}                | INVALID_PARAMETER | input
                    MODERATIONS      | {"model":"m","input":{}}               | INVALID_PARAMETER | input
                    RESPONSES        | {"model":"m"}                          | MISSING_PARAMETER | input
                    RESPONSES        | {"model":"m","prompt":{},"input":true} | INVALID_PARAMETER | input
                    EMBEDDINGS       | {"model":null,"input":""}              | INVALID_PARAMETER | model
                    EMBEDDINGS       | {"model":1,"input":""}                 | INVALID_PARAMETER | model
                    EMBEDDINGS       | {"model":"","input":""}                | INVALID_PARAMETER | model
                    EMBEDDINGS       | {"model":["m"],"input":""}             | INVALID_PARAMETER | model
                    EMBEDDINGS       | {"model":"a","input":"","model":"b"}   | DUPLICATE_FIELD   | model
                    EMBEDDINGS       | {"model":"a","input":"","inp\\u0075t":""} | DUPLICATE_FIELD | input
                    EMBEDDINGS       | {"model":"m","input":"","stream":1}    | INVALID_PARAMETER | stream
                    EMBEDDINGS       | {"model":"m","input":"","stream":"true"} | INVALID_PARAMETER | stream
                    EMBEDDINGS       | {"model":"m","input":"","stream_options":[]} | INVALID_PARAMETER | stream_options
                    EMBEDDINGS       | {"model":"m","input":"","stream_options":true} | INVALID_PARAMETER | stream_options
                    EMBEDDINGS       | {"model":"m","input":"","stream_options":{"include_usage":1}} | INVALID_PARAMETER | stream_options.include_usage
                    EMBEDDINGS       | {"model":"m","input":"","stream_options":{"include_usage":"true"}} | INVALID_PARAMETER | stream_options.include_usage
                    RESPONSES        | {"model":"m","input":"","previous_response_id":7} | INVALID_PARAMETER | previous_response_id
                    RESPONSES        | {"model":"m","input":"","previous_response_id":""} | INVALID_PARAMETER | previous_response_id
                    """)
    void refuse(Endpoint endpoint, String body, ErrorCode code, String parameter) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> fields(body, endpoint, false))
                .satisfies(
                        e -> assertThat(e.code()).isEqualTo(code),
                        e -> assertThat(e.parameter()).isEqualTo(parameter),
                        e -> assertThat(e.text()).isNotBlank());
    }

    @Test
    void refuseUsageThatIsSaidTwice() {
        String body =
                "{\"model\":\"m\",\"messages\":[],\"stream_options\":"
                        + "{\"include_usage\":false,\"include_usage\":true}}";

        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> fields(body, Endpoint.CHAT_COMPLETIONS, false))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_FIELD));
    }

    @Test
    void refuseAModelOfMoreThanAThousandBytes() {
        String longest = "m".repeat(1022);

        assertThat(
                        fields(
                                        "{\"input\":\"\",\"model\":\"" + longest + "\"}",
                                        Endpoint.EMBEDDINGS,
                                        false)
                                .model())
                .isEqualTo(longest);
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() ->
                        fields(
                                "{\"input\":\"\",\"model\":\"" + longest + "m\"}",
                                Endpoint.EMBEDDINGS,
                                false))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
    }

    @Test
    void nameTheModelInTheBody_beforeThatInThePath() {
        String body = "{\"model\":\"m\",\"messages\":[]}";

        assertThat(fields(body, Endpoint.CHAT_COMPLETIONS, true).model()).isEqualTo("m");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            textBlock =
                    """
                    "user":"ann"                              | ann
                    "safety_identifier":"s-1"                 | s-1
                    "safety_identifier":"s-1","user":"ann"    | ann
                    "safety_identifier":"s-1","user":""       | s-1
                    "user":null                               | none
                    "user":7                                  | none
                    "user":{"id":"ann"}                       | none
                    "stream":false                            | none
                    """)
    void nameWhomTheCallerActsFor(String field, @Nullable String user) {
        String body = "{\"model\":\"m\",\"messages\":[]," + field + "}";

        assertThat(fields(body, Endpoint.CHAT_COMPLETIONS, false).user()).isEqualTo(user);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"tags":["a","b"]}                            | a,b
                    {"x":{"tags":["no"]},"tags":["a", "b","a"]}   | a,b
                    { "tags" : [ "gr\\u00fcn", 1, null, ["x"] ] } | grün
                    {"tags":"a"}                                  | ''
                    {"tags":[]}                                   | ''
                    {}                                            | ''
                    null                                          | ''
                    "tags"                                        | ''
                    """)
    void haveTheTagsOfTheirMetadata(String metadata, String tags) {
        String body = "{\"model\":\"m\",\"metadata\":" + metadata + ",\"messages\":[]}";

        assertThat(fields(body, Endpoint.CHAT_COMPLETIONS, false).tags())
                .isEqualTo(tags.isEmpty() ? List.of() : List.of(tags.split(",", -1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"contents":[]}                                            | {"contents":[],"generationConfig":{"maxOutputTokens":9}}
                    {"contents":[],"generationConfig":{}}                      | {"contents":[],"generationConfig":{"maxOutputTokens":9}}
                    {"contents":[],"generationConfig":{"topK":1}}              | {"contents":[],"generationConfig":{"maxOutputTokens":9,"topK":1}}
                    {"generation_config":{"max_output_tokens":70},"contents":[]} | {"generation_config":{"max_output_tokens":9},"contents":[]}
                    {"contents":[],"generationConfig":null}                    | {"contents":[],"generationConfig":{"maxOutputTokens":9}}
                    """)
    void boundTheOutputOfContents(String body, String after) {
        CallFields fields = fields(body, Endpoint.GENERATE_CONTENT, true);
        BodyEdits edits = new BodyEdits();

        fields.boundOutput(edits, OutputField.MAX_TOKENS, 9);

        assertThat(apply(edits, body)).isEqualTo(after);
    }

    @Test
    void readWhatContentsSayOfTheirOutput() {
        CallFields fields =
                fields(
                        "{\"contents\":{},\"stream\":5,\"model\":7,\"generationConfig\":"
                                + "{\"maxOutputTokens\":12,\"candidateCount\":3}}",
                        Endpoint.STREAM_GENERATE_CONTENT,
                        true);

        assertThat(fields.outputBound()).isEqualTo(12);
        assertThat(fields.choices()).isEqualTo(3);
        assertThat(fields.isStream()).isTrue();
        assertThat(fields.model()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"contents\":[],\"generationConfig\":{},\"generation_config\":{}}",
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":1,\"maxOutputTokens\":2}}",
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":1,\"max_output_tokens\":2}}",
                "{\"contents\":[],\"contents\":[]}"
            })
    void refuseContentsThatSayTheirOutputTwice(String body) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> fields(body, Endpoint.GENERATE_CONTENT, true))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_FIELD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    GENERATE_CONTENT     | {}                                   | MISSING_PARAMETER
                    GENERATE_CONTENT     | {"contents":"x"}                     | INVALID_PARAMETER
                    GENERATE_CONTENT     | {"contents":[],"generationConfig":1} | INVALID_PARAMETER
                    EMBED_CONTENT        | {"content":[]}                       | INVALID_PARAMETER
                    BATCH_EMBED_CONTENTS | {"requests":{}}                      | INVALID_PARAMETER
                    MESSAGES             | {"model":"m"}                        | MISSING_PARAMETER
                    MESSAGES             | {"messages":[]}                      | MISSING_PARAMETER
                    MESSAGE_TOKENS       | {"model":"m","messages":"x"}         | INVALID_PARAMETER
                    MESSAGES             | {"model":"m","messages":[],"stream":1} | INVALID_PARAMETER
                    """)
    void refuseWhatTheirDialectDoesNotTake(Endpoint endpoint, String body, ErrorCode code) {
        boolean isInPath = endpoint.dialect() == Dialect.GEMINI;
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> fields(body, endpoint, isInPath))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void letOtherDialectsFieldsStandTwice() {
        CallFields fields =
                fields(
                        "{\"model\":\"m\",\"messages\":[],\"contents\":1,\"contents\":2,\"n\":1,\"n\":2}",
                        Endpoint.MESSAGES,
                        false);

        assertThat(fields.model()).isEqualTo("m");
        assertThat(fields.choices()).isEqualTo(CallFields.UNSTATED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"user_id":"u-1"}         | u-1
                    {"a":{"user_id":"no"}}    | ``
                    {"user_id":7}             | ``
                    {"user_id":""}            | ``
                    "u-1"                     | ``
                    """)
    void haveTheUserOfAMessagesMetadata(String metadata, String user) {
        CallFields fields =
                fields(
                        "{\"model\":\"m\",\"messages\":[],\"user\":\"x\",\"metadata\":"
                                + metadata
                                + "}",
                        Endpoint.MESSAGES,
                        false);

        assertThat(fields.user()).isEqualTo(user.isEmpty() ? null : user);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    GENERATE_CONTENT     | {"contents":[{"model":"models/a"}]} | {"contents":[{"model":"models/a"}]}
                    GENERATE_CONTENT     | { "model" : "models/a","contents":[]} | { "model" : "models/b","contents":[]}
                    EMBED_CONTENT        | {"model":"a","content":{"model":1}}  | {"model":"models/b","content":{"model":1}}
                    BATCH_EMBED_CONTENTS | {"requests":[{"model":"ä"},{"x":[],"model":"a"}]} | {"requests":[{"model":"models/b"},{"x":[],"model":"models/b"}]}
                    CONTENT_TOKENS       | {"generateContentRequest":{"model":"a","contents":[]}} | {"generateContentRequest":{"model":"models/b","contents":[]}}
                    """)
    void renameTheModelThatContentsRepeat(Endpoint endpoint, String body, String after) {
        CallFields fields = fields(body, endpoint, true);
        ByteBuf in = Cuts.bedded(body.getBytes(UTF_8));
        try {
            BodyEdits edits = new BodyEdits();
            fields.renameModel(edits, in, "a", "b");
            assertThat(apply(edits, body)).isEqualTo(after);

            BodyEdits none = new BodyEdits();
            fields.renameModel(none, in, "b", "b");
            assertThat(none.isEmpty()).isTrue();
        } finally {
            in.release();
        }
    }

    private static String comma(String option, boolean before) {
        if (option.isEmpty()) {
            return "";
        }
        return before ? "," + option : option + ",";
    }

    private static CallFields fields(String body, Endpoint endpoint, boolean namesModel) {
        ByteBuf in = Cuts.bedded(body.getBytes(UTF_8));
        try {
            TopLevelScanner scanner =
                    new TopLevelScanner(CallFields.names(endpoint), CallFields.MAX_DEPTH);
            scanner.feed(in);
            scanner.finish();
            return CallFields.of(scanner, in, endpoint, namesModel);
        } finally {
            in.release();
        }
    }

    private static String apply(BodyEdits edits, String body) {
        ByteBuf in = Cuts.bedded(body.getBytes(UTF_8));
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            edits.writeTo(out, in);
            assertThat(edits.lengthAfter(in.readableBytes())).isEqualTo(out.readableBytes());
            return out.toString(UTF_8);
        } finally {
            in.release();
            out.release();
        }
    }

    private static ObjectNode object(String text) throws JsonProcessingException {
        return (ObjectNode) JSON.readTree(text);
    }
}
