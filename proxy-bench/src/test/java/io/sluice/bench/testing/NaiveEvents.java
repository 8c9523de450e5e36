package io.sluice.bench.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller that did not ask for usage is to receive, found the plain way: the whole body at
 * once, line by line, each event parsed into a tree. An event begins with its first line that is no
 * comment.
 */
public final class NaiveEvents {

    private static final Pattern LINE = Pattern.compile("([^\r\n]*)(\r\n|\r|\n|\\z)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private NaiveEvents() {}

    /** The stream without the events that have no choice and a usage object. */
    public static byte[] withoutUsage(byte[] stream) {
        String bytes = new String(stream, ISO_8859_1);
        StringBuilder kept = new StringBuilder();
        StringBuilder event = new StringBuilder();
        StringBuilder data = new StringBuilder();
        Matcher lines = LINE.matcher(bytes);
        while (lines.find() && !lines.group().isEmpty()) {
            String line = lines.group(1);
            if (event.isEmpty() && line.startsWith(":")) {
                kept.append(lines.group());
                continue;
            }
            event.append(lines.group());
            if (line.startsWith("data:")) {
                data.append(line.substring(5).replaceFirst("^ ", "")).append('\n');
            }
            if (line.isEmpty()) {
                kept.append(isUsageOnly(data.toString()) ? "" : event);
                event.setLength(0);
                data.setLength(0);
            }
        }
        return kept.append(isUsageOnly(data.toString()) ? "" : event)
                .toString()
                .getBytes(ISO_8859_1);
    }

    private static boolean isUsageOnly(String data) {
        try {
            JsonNode json = JSON.readTree(new String(data.getBytes(ISO_8859_1), UTF_8));
            return json != null
                    && json.path("choices").isArray()
                    && json.path("choices").isEmpty()
                    && json.path("usage").isObject();
        } catch (IOException e) {
            return false;
        }
    }
}
