package io.sluice.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.GatewayException;
import io.sluice.message.Dialect;
import io.sluice.message.SendTerms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The tables in {@code docs/translation.md} are what happens. With {@code
 * -Dtranslation.tables=write} they are written anew.
 */
class TranslationTableTest {

    private static final String BEGIN = "<!-- tables: made by TranslationTableTest -->\n";
    private static final String END = "<!-- end of tables -->\n";

    private static final Map<Dialect, String> BODIES =
            Map.of(
                    Dialect.OPENAI_CHAT,
                    "{\"max_tokens\":9000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}",
                    Dialect.ANTHROPIC_MESSAGES,
                    "{\"max_tokens\":9000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}",
                    Dialect.GEMINI,
                    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]%s}",
                    Dialect.OPENAI_RESPONSES,
                    "{\"input\":\"hi\"%s}");

    private static final String FUNCTION =
            "{\"name\":\"f\",\"description\":\"d\",\"%s\":{\"type\":\"object\"}}";

    private static final Map<Dialect, List<String>> FIELDS = fields();

    @Test
    void saysWhatHappens() throws IOException {
        Path file = WireCase.find("docs/translation.md");
        assertThat(file).isNotNull();
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String made = tables();
        if ("write".equals(System.getProperty("translation.tables"))) {
            Files.writeString(file, text.substring(0, begin) + made + text.substring(end));
            return;
        }

        assertThat(text.substring(begin, end)).isEqualTo(made);
    }

    private static String tables() {
        StringBuilder tables = new StringBuilder();
        for (Map.Entry<Dialect, List<String>> one : FIELDS.entrySet()) {
            Dialect caller = one.getKey();
            List<Dialect> providers = new ArrayList<>();
            for (Dialect provider : Dialect.values()) {
                if (Translation.isPossible(caller, provider)) {
                    providers.add(provider);
                }
            }
            tables.append("\nCaller: `").append(caller.wireName()).append("`\n\n| field |");
            providers.forEach(to -> tables.append(" `").append(to.wireName()).append("` |"));
            tables.append("\n|---|").append("---|".repeat(providers.size())).append('\n');
            for (String field : one.getValue()) {
                tables.append("| `").append(field).append("` |");
                for (Dialect provider : providers) {
                    tables.append(' ').append(outcome(caller, provider, field)).append(" |");
                }
                tables.append('\n');
            }
        }
        return tables.append('\n').toString();
    }

    private static String outcome(Dialect caller, Dialect provider, String field) {
        String body = String.valueOf(BODIES.get(caller)).formatted("," + field);
        try {
            Translated.Request sent =
                    Translated.request(caller, provider, body, SendTerms.of("m", false));
            return sent.dropped().isEmpty() ? "carried" : "left out, named";
        } catch (GatewayException e) {
            return "refused";
        }
    }

    private static Map<Dialect, List<String>> fields() {
        Map<Dialect, List<String>> fields = new LinkedHashMap<>();
        String parameters = FUNCTION.formatted("parameters");
        fields.put(
                Dialect.OPENAI_CHAT,
                List.of(
                        "\"temperature\":0.5",
                        "\"top_p\":0.5",
                        "\"top_k\":5",
                        "\"stop\":[\"x\"]",
                        "\"seed\":1",
                        "\"n\":2",
                        "\"frequency_penalty\":0.5",
                        "\"presence_penalty\":0.5",
                        "\"logit_bias\":{\"1\":1}",
                        "\"logprobs\":true",
                        "\"tools\":[{\"type\":\"function\",\"function\":" + parameters + "}]",
                        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"x\"}}]",
                        "\"response_format\":{\"type\":\"json_object\"}",
                        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                                + "{\"name\":\"x\",\"schema\":{}}}",
                        "\"reasoning_effort\":\"low\"",
                        "\"user\":\"u\"",
                        "\"metadata\":{\"a\":\"b\"}",
                        "\"service_tier\":\"flex\"",
                        "\"store\":true",
                        "\"verbosity\":\"low\"",
                        "\"prompt_cache_key\":\"k\"",
                        "\"modalities\":[\"text\",\"audio\"]",
                        "\"audio\":{\"voice\":\"v\"}",
                        "\"prediction\":{\"type\":\"content\",\"content\":\"x\"}",
                        "\"web_search_options\":{}"));
        fields.put(
                Dialect.ANTHROPIC_MESSAGES,
                List.of(
                        "\"system\":[{\"type\":\"text\",\"text\":\"s\"}]",
                        "\"temperature\":0.5",
                        "\"top_p\":0.5",
                        "\"top_k\":5",
                        "\"stop_sequences\":[\"x\"]",
                        "\"tools\":[" + FUNCTION.formatted("input_schema") + "]",
                        "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
                        "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}",
                        "\"output_config\":{\"effort\":\"low\"}",
                        "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{}}}",
                        "\"metadata\":{\"user_id\":\"u\"}",
                        "\"cache_control\":{\"type\":\"ephemeral\"}",
                        "\"service_tier\":\"standard_only\"",
                        "\"container\":\"c\"",
                        "\"context_management\":{}",
                        "\"mcp_servers\":[]",
                        "\"inference_geo\":\"us\""));
        fields.put(
                Dialect.GEMINI,
                List.of(
                        "\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]}",
                        "\"generationConfig\":{\"temperature\":0.5}",
                        "\"generationConfig\":{\"topK\":5}",
                        "\"generationConfig\":{\"seed\":1}",
                        "\"generationConfig\":{\"candidateCount\":2}",
                        "\"generationConfig\":{\"presencePenalty\":0.5}",
                        "\"generationConfig\":{\"responseLogprobs\":true}",
                        "\"generationConfig\":{\"responseMimeType\":\"application/json\"}",
                        "\"generationConfig\":{\"responseMimeType\":\"application/json\","
                                + "\"responseSchema\":{\"type\":\"OBJECT\"}}",
                        "\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":2000}}",
                        "\"generationConfig\":{\"mediaResolution\":\"MEDIA_RESOLUTION_LOW\"}",
                        "\"tools\":[{\"functionDeclarations\":[" + parameters + "]}]",
                        "\"tools\":[{\"googleSearch\":{}}]",
                        "\"safetySettings\":[]",
                        "\"cachedContent\":\"c\""));
        fields.put(
                Dialect.OPENAI_RESPONSES,
                List.of(
                        "\"instructions\":\"s\"",
                        "\"temperature\":0.5",
                        "\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]",
                        "\"tools\":[{\"type\":\"web_search\"}]",
                        "\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}",
                        "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"x\","
                                + "\"schema\":{}}}",
                        "\"top_logprobs\":2",
                        "\"include\":[\"reasoning.encrypted_content\"]",
                        "\"truncation\":\"auto\"",
                        "\"background\":true",
                        "\"store\":true",
                        "\"metadata\":{\"a\":\"b\"}",
                        "\"previous_response_id\":\"resp_1\""));
        return fields;
    }
}
