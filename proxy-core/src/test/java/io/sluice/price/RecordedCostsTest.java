package io.sluice.price;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.config.PriceSettings;
import io.sluice.usage.AnswerMeter;
import io.sluice.usage.Usage;
import io.sluice.usage.Usage.Extra;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What recorded answers of every provider cost, against decimals reckoned here from the source of
 * the built-in table.
 */
class RecordedCostsTest {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final List<String> SIZES = List.of("512", "272", "256", "200", "128");
    private static final Map<String, String> PREFIXES =
            Map.of(
                    "together", "together_ai/",
                    "alibaba", "dashscope/",
                    "vertex", "vertex_ai/",
                    "fireworks", "fireworks_ai/");

    private final AnswerMeter meter = new AnswerMeter();

    @Test
    void costIsExact_forRecordedAnswers() throws IOException {
        JsonNode source = JSON.readTree(SharedPrices.file().toFile());
        PriceTable table = PriceTable.load(PriceSettings.DEFAULT);
        Map<String, Integer> checked = new HashMap<>();
        try (Stream<Path> files = Files.list(SharedPrices.cases())) {
            for (Path file : files.sorted().toList()) {
                JsonNode recorded = JSON.readTree(file.toFile());
                Usage usage = usage(recorded);
                String name = name(source, recorded);
                Price price = name == null ? null : table.find(name);
                if (usage == null || usage.origin() == Usage.Origin.NONE || price == null) {
                    continue;
                }
                assertThat(price.name()).as(file.toString()).isEqualTo(name);
                assertThat(Cost.of(price, usage))
                        .as("%s at %s", file, name)
                        .isEqualTo(expected(source.get(name), usage));
                checked.merge(recorded.path("provider").asText(), 1, Integer::sum);
            }
        }

        assertThat(checked)
                .containsKeys(
                        "openai",
                        "azure",
                        "anthropic",
                        "gemini",
                        "deepseek",
                        "groq",
                        "mistral",
                        "xai",
                        "perplexity",
                        "openrouter");
        assertThat(checked.values().stream().mapToInt(Integer::intValue).sum())
                .as(checked.toString())
                .isGreaterThan(300);
    }

    /** The entry of the source that is meant, or {@code null}. */
    private static @Nullable String name(JsonNode source, JsonNode recorded) {
        String model = recorded.path("model").asText();
        String provider = recorded.path("provider").asText();
        String prefixed = PREFIXES.getOrDefault(provider, provider + '/') + model;
        for (String name : List.of(prefixed, model)) {
            JsonNode entry = source.get(name);
            if (entry != null
                    && (entry.has("input_cost_per_token") || entry.has("tiered_pricing"))) {
                return BuiltInPrices.instance().find(name) == null ? null : name;
            }
        }
        return null;
    }

    private @Nullable Usage usage(JsonNode recorded) {
        JsonNode said = recorded.path("expected").path("usage");
        return switch (recorded.path("api").asText()) {
            case "openai.chat", "openai.completions", "openai.embeddings", "openai.responses" ->
                    metered(recorded);
            case "anthropic.messages" -> said.isObject() ? anthropic(said) : null;
            case "gemini.generateContent", "gemini.streamGenerateContent" ->
                    said.isObject() ? gemini(said) : null;
            default -> null;
        };
    }

    private Usage metered(JsonNode recorded) {
        boolean isStream = recorded.path("response").path("body_form").asText().equals("sse");
        meter.start(
                !isStream
                        ? AnswerMeter.Kind.JSON_BODY
                        : switch (recorded.path("api").asText()) {
                            case "openai.responses" -> AnswerMeter.Kind.RESPONSES_STREAM;
                            case "openai.completions" -> AnswerMeter.Kind.COMPLETION_STREAM;
                            default -> AnswerMeter.Kind.CHAT_STREAM;
                        });
        byte[] body = recorded.path("response").path("body").asText().getBytes(UTF_8);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(body.length).writeBytes(body);
        meter.scan(bytes, 0, body.length);
        meter.finish();
        bytes.release();
        return meter.usage().copy();
    }

    /** Anthropic counts cached tokens beside the input, and tells writes for an hour apart. */
    private static Usage anthropic(JsonNode said) {
        long read = said.path("cache_read_input_tokens").asLong();
        long written = said.path("cache_creation_input_tokens").asLong();
        Usage usage =
                usage(
                        said.path("input_tokens").asLong() + read + written,
                        said.path("output_tokens").asLong());
        usage.setCachedInputTokens(read);
        usage.setCacheWriteTokens(written);
        usage.setCount(
                Extra.CACHE_WRITE_HOUR_TOKENS,
                said.path("cache_creation").path("ephemeral_1h_input_tokens").asLong());
        return usage;
    }

    /** Gemini counts thoughts beside the answer, and cached tokens within the prompt. */
    private static Usage gemini(JsonNode said) {
        long thoughts = said.path("thoughtsTokenCount").asLong();
        Usage usage =
                usage(
                        said.path("promptTokenCount").asLong(),
                        said.path("candidatesTokenCount").asLong() + thoughts);
        usage.setReasoningTokens(thoughts);
        usage.setCachedInputTokens(said.path("cachedContentTokenCount").asLong());
        return usage;
    }

    private static Usage usage(long input, long output) {
        Usage usage = new Usage();
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(input);
        usage.setOutputTokens(output);
        return usage;
    }

    private static long expected(JsonNode entry, Usage usage) {
        BigDecimal input = rate(entry, "input_cost_per_token", usage, BigDecimal.ONE.negate());
        BigDecimal output = rate(entry, "output_cost_per_token", usage, BigDecimal.ONE.negate());
        BigDecimal hit = rate(entry, "input_cost_per_token_cache_hit", usage, input);
        BigDecimal write = rate(entry, "cache_creation_input_token_cost", usage, input);
        BigDecimal hour = rate(entry, "cache_creation_input_token_cost_above_1hr", usage, write);
        long hourTokens = usage.count(Extra.CACHE_WRITE_HOUR_TOKENS);
        long inputLeft = usage.inputTokens();
        long outputLeft = usage.outputTokens();
        BigDecimal sum = BigDecimal.ZERO;
        Object[][] inputs = {
            {usage.cachedInputTokens(), rate(entry, "cache_read_input_token_cost", usage, hit)},
            {hourTokens, hour},
            {usage.cacheWriteTokens() - hourTokens, write},
            {usage.audioInputTokens(), rate(entry, "input_cost_per_audio_token", usage, input)},
            {
                usage.count(Extra.IMAGE_INPUT_TOKENS),
                rate(entry, "input_cost_per_image_token", usage, input)
            },
            {Long.MAX_VALUE, input}
        };
        for (Object[] part : inputs) {
            long count = Math.min(inputLeft, (Long) part[0]);
            inputLeft -= count;
            sum = sum.add(BigDecimal.valueOf(count).multiply((BigDecimal) part[1]));
        }
        Object[][] outputs = {
            {usage.audioOutputTokens(), rate(entry, "output_cost_per_audio_token", usage, output)},
            {
                usage.count(Extra.IMAGE_OUTPUT_TOKENS),
                rate(entry, "output_cost_per_image_token", usage, output)
            },
            {
                usage.reasoningTokens(),
                rate(entry, "output_cost_per_reasoning_token", usage, output)
            },
            {Long.MAX_VALUE, output}
        };
        for (Object[] part : outputs) {
            long count = Math.min(outputLeft, (Long) part[0]);
            outputLeft -= count;
            sum = sum.add(BigDecimal.valueOf(count).multiply((BigDecimal) part[1]));
        }
        BigDecimal once = rate(entry, "input_cost_per_request", usage, BigDecimal.ZERO);
        BigDecimal cited = rate(entry, "citation_cost_per_token", usage, BigDecimal.ZERO);
        return sum.add(once.multiply(BigDecimal.valueOf(usage.count(Extra.REQUESTS))))
                .add(cited.multiply(BigDecimal.valueOf(usage.count(Extra.CITATION_TOKENS))))
                .movePointRight(12)
                .setScale(0, RoundingMode.HALF_EVEN)
                .longValueExact();
    }

    private static BigDecimal rate(JsonNode entry, String field, Usage usage, BigDecimal fallback) {
        String tier =
                switch (usage.serviceTier()) {
                    case PRIORITY -> "_priority";
                    case FLEX -> "_flex";
                    case STANDARD, BATCH -> "";
                };
        for (String size : SIZES) {
            if (usage.inputTokens() > Long.parseLong(size) * 1000) {
                String sized = field + "_above_" + size + "k_tokens";
                for (String name : List.of(sized + tier, sized)) {
                    if (entry.hasNonNull(name)) {
                        return entry.get(name).decimalValue();
                    }
                }
            }
        }
        JsonNode step = step(entry, field, usage);
        for (JsonNode place : step == null ? List.of(entry) : List.of(step, entry)) {
            for (String name : List.of(field + tier, field)) {
                if (place.hasNonNull(name)) {
                    return place.get(name).decimalValue();
                }
            }
        }
        return fallback;
    }

    private static @Nullable JsonNode step(JsonNode entry, String field, Usage usage) {
        JsonNode found = null;
        for (JsonNode step : entry.path("tiered_pricing")) {
            boolean isReached =
                    found == null || usage.inputTokens() > step.path("range").path(0).asLong();
            if (isReached && step.has(field)) {
                found = step;
            }
        }
        return found;
    }
}
