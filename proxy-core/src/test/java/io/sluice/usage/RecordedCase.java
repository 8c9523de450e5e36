package io.sluice.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One recorded answer in a dialect that is metered, with the usage that a reference parser found.
 */
record RecordedCase(
        String id, String api, boolean isStream, String body, @Nullable JsonNode usage) {

    private static final Set<String> APIS =
            Set.of(
                    "openai.chat",
                    "openai.completions",
                    "openai.embeddings",
                    "openai.responses",
                    "anthropic.messages",
                    "vertex.anthropic.rawPredict",
                    "vertex.anthropic.streamRawPredict",
                    "gemini.generateContent",
                    "gemini.streamGenerateContent");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** All recorded answers; skips the test where the recordings are absent. */
    static List<RecordedCase> all() {
        Path cases = findCases();
        Assumptions.assumeTrue(cases != null, "no recorded cases: shared/wire is absent");
        try (Stream<Path> files = Files.list(cases)) {
            return files.sorted()
                    .map(RecordedCase::read)
                    .filter(recorded -> APIS.contains(recorded.api()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    AnswerMeter.Kind kind() {
        if (isGemini()) {
            return isStream
                    ? AnswerMeter.Kind.GEMINI_STREAM
                    : body.startsWith("[")
                            ? AnswerMeter.Kind.GEMINI_ARRAY
                            : AnswerMeter.Kind.GEMINI_BODY;
        }
        if (isAnthropic()) {
            return isStream ? AnswerMeter.Kind.MESSAGES_STREAM : AnswerMeter.Kind.MESSAGES_BODY;
        }
        if (!isStream) {
            return AnswerMeter.Kind.JSON_BODY;
        }
        return switch (api) {
            case "openai.responses" -> AnswerMeter.Kind.RESPONSES_STREAM;
            case "openai.completions" -> AnswerMeter.Kind.COMPLETION_STREAM;
            default -> AnswerMeter.Kind.CHAT_STREAM;
        };
    }

    boolean isGemini() {
        return api.startsWith("gemini.");
    }

    boolean isAnthropic() {
        return api.contains("anthropic");
    }

    private static @Nullable Path findCases() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path cases = at.resolve("shared/wire/cases");
            if (Files.isDirectory(cases)) {
                return cases;
            }
        }
        return null;
    }

    private static RecordedCase read(Path file) {
        try {
            JsonNode node = MAPPER.readTree(file.toFile());
            JsonNode usage = node.path("expected").get("usage");
            return new RecordedCase(
                    node.path("id").asText(),
                    node.path("api").asText(),
                    node.path("response").path("body_form").asText().equals("sse"),
                    node.path("response").path("body").asText(),
                    usage == null || usage.isNull() ? null : usage);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
