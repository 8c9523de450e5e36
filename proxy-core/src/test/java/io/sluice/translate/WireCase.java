package io.sluice.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.framing.EventStreamDecoder;
import io.sluice.framing.FrameForm;
import io.sluice.framing.LineDecoder;
import io.sluice.framing.StreamDecoder;
import io.sluice.message.Dialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One recorded conversation with a provider: what was asked, answered, and is to be found there.
 */
record WireCase(
        String id,
        Dialect dialect,
        boolean isEventStream,
        boolean isStream,
        int status,
        String body,
        @Nullable JsonNode request,
        JsonNode expected,
        Set<String> tags) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Every recorded answer of a conversational kind; skips the test where there are none. */
    static List<WireCase> all() {
        Path cases = find("shared/wire/cases");
        Assumptions.assumeTrue(cases != null, "no recorded cases: shared/wire is absent");
        try (Stream<Path> files = Files.list(cases)) {
            return files.sorted().map(WireCase::read).flatMap(Stream::ofNullable).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static @Nullable Path find(String below) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve(below);
            if (Files.exists(found)) {
                return found;
            }
        }
        return null;
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return id;
    }

    private static @Nullable WireCase read(Path file) {
        try {
            JsonNode node = MAPPER.readTree(file.toFile());
            Dialect dialect = dialect(node.path("api").asText());
            JsonNode response = node.path("response");
            String form = response.path("body_form").asText();
            StreamDecoder decoder = decoder(node.path("api").asText(), form);
            if (dialect == null || (!response.has("body") && decoder == null)) {
                return null;
            }
            JsonNode body = node.path("request").path("body");
            Set<String> tags = new java.util.TreeSet<>();
            node.path("tags").forEach(tag -> tags.add(tag.asText()));
            return new WireCase(
                    node.path("id").asText(),
                    dialect,
                    form.equals("sse") || decoder != null,
                    node.path("stream").asBoolean(),
                    response.path("status").asInt(),
                    decoder == null ? response.path("body").asText() : decoded(decoder, response),
                    body.isObject() ? body : null,
                    node.path("expected"),
                    tags);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What turns a body in other frames into the events that it is read as. */
    private static @Nullable StreamDecoder decoder(String api, String form) {
        boolean isConverse = api.equals("bedrock.converse-stream");
        return switch (form) {
            case "eventstream" ->
                    new EventStreamDecoder(isConverse ? FrameForm.UNION : FrameForm.CHUNKS);
            case "ndjson" -> new LineDecoder();
            default -> null;
        };
    }

    private static String decoded(StreamDecoder decoder, JsonNode response) {
        byte[] bytes =
                response.has("body_base64")
                        ? Base64.getDecoder().decode(response.get("body_base64").asText())
                        : response.path("body").asText().getBytes(StandardCharsets.UTF_8);
        ByteBuf events = Unpooled.buffer();
        decoder.decode(Unpooled.wrappedBuffer(bytes), 0, bytes.length, events);
        decoder.finish(events);
        return events.toString(StandardCharsets.UTF_8);
    }

    private static @Nullable Dialect dialect(String api) {
        return switch (api) {
            case "openai.chat" -> Dialect.OPENAI_CHAT;
            case "openai.responses" -> Dialect.OPENAI_RESPONSES;
            case "anthropic.messages",
                    "vertex.anthropic.rawPredict",
                    "vertex.anthropic.streamRawPredict" ->
                    Dialect.ANTHROPIC_MESSAGES;
            case "bedrock.converse", "bedrock.converse-stream" -> Dialect.BEDROCK_CONVERSE;
            case "cohere.v2.chat" -> Dialect.COHERE_CHAT;
            case "ollama.chat" -> Dialect.OLLAMA_CHAT;
            case "gemini.generateContent", "gemini.streamGenerateContent" -> Dialect.GEMINI;
            default -> null;
        };
    }
}
