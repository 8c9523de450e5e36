package io.sluice.bench.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recorded answers, given again byte for byte. Safe for any thread.
 *
 * <p>A selection is a case's id and what else is wanted, {@code
 * id;cut=every:7;framing=close;gap=1ms}. It comes in the header {@code x-replay-case}, or in the
 * model name behind {@code replay/}. The headers {@code x-replay-cut}, {@code x-replay-framing} and
 * {@code x-replay-gap} say the same.
 */
final class Replays {

    private static final String PREFIX = "replay/";
    private static final Pattern PARTS = Pattern.compile(";");

    private final RecordedCases cases;

    Replays(RecordedCases cases) {
        this.cases = cases;
    }

    static boolean isReplay(String model) {
        return model.startsWith(PREFIX);
    }

    static String selection(String model) {
        return model.substring(PREFIX.length());
    }

    Script answer(String selection, ReceivedRequest request) {
        List<String> parts = PARTS.splitAsStream(selection).toList();
        RecordedCase found = parts.isEmpty() ? null : cases.find(parts.getFirst());
        if (found == null) {
            return Scripts.error(404, "No such case: " + selection, "model", "no_such_case");
        }
        try {
            Cutting cutting = Cutting.parse(wish("cut", "recorded", parts, request));
            String framing = wish("framing", "chunked", parts, request);
            long gapNanos = Knobs.nanos(wish("gap", "0", parts, request));
            return script(found, cutting, framing, gapNanos);
        } catch (IllegalArgumentException e) {
            return Scripts.error(400, String.valueOf(e.getMessage()), null, "invalid_replay");
        }
    }

    private static Script script(
            RecordedCase recorded, Cutting cutting, String framing, long gapNanos) {
        HttpHeaders headers = new DefaultHttpHeaders();
        recorded.headers().forEach((name, value) -> headers.set(name, value));
        JsonNode usage = recorded.expected().path("usage");
        boolean isContent = usage.has("promptTokenCount");
        long input =
                isContent
                        ? usage.path("promptTokenCount").asLong(0)
                        : tokens(usage, "prompt_tokens", "input_tokens");
        long output =
                isContent
                        ? usage.path("candidatesTokenCount").asLong(0)
                        : tokens(usage, "completion_tokens", "output_tokens");
        Script script =
                new Script(
                        recorded.status(),
                        headers,
                        new DefaultHttpHeaders(),
                        new Script.Framing.Chunked(),
                        steps(recorded, cutting, gapNanos, output),
                        recorded.isStream() ? Script.Kind.STREAM : Script.Kind.PLAIN,
                        input,
                        true);
        return Scripts.framed(script, framing, recorded.bodyBytes());
    }

    private static Iterator<Step> steps(
            RecordedCase recorded, Cutting cutting, long gapNanos, long tokens) {
        List<Step> steps = new ArrayList<>();
        int at = 0;
        for (int size : cutting.sizes(recorded.bodyBytes(), recorded.recordedSizes())) {
            if (at > 0 && gapNanos > 0) {
                steps.add(new Step.Wait(gapNanos));
            }
            int end = at + size;
            long billed = end == recorded.bodyBytes() ? tokens : 0;
            steps.add(new Step.Send(recorded.part(at, size), billed));
            at = end;
        }
        return steps.iterator();
    }

    private static long tokens(JsonNode usage, String chat, String responses) {
        return usage.path(usage.has(chat) ? chat : responses).asLong(0);
    }

    private static String wish(
            String name, String otherwise, List<String> parts, ReceivedRequest request) {
        for (String part : parts) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        @Nullable String header = request.header("x-replay-" + name);
        return header == null ? otherwise : header;
    }
}
