package io.sluice.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * Hides usage events with the whole text at hand and a JSON tree: the reference for {@link
 * UsageEventFilter}.
 */
final class NaiveFilter {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final StringBuilder out = new StringBuilder();
    private final StringBuilder event = new StringBuilder();
    private final List<String> data = new ArrayList<>();
    private int hidden;

    /** What is left of {@code text}, whose characters are bytes. */
    String filter(String text) {
        String rest = text;
        if (rest.startsWith("\u00ef\u00bb\u00bf")) {
            out.append(rest, 0, 3);
            rest = rest.substring(3);
        }
        for (String line : rest.split("(?<=\n)|(?<=\r)(?!\n)", 0)) {
            onLine(line);
        }
        endEvent();
        return out.toString();
    }

    int hidden() {
        return hidden;
    }

    private void onLine(String line) {
        String content = line.replaceFirst("[\r\n]+$", "");
        if (content.isEmpty()) {
            event.append(line);
            endEvent();
        } else if (content.startsWith(":") && event.isEmpty()) {
            out.append(line);
        } else {
            event.append(line);
            if (content.equals("data") || content.startsWith("data:")) {
                data.add(content.replaceFirst("^data(: ?)?", ""));
            }
        }
    }

    private void endEvent() {
        if (isUsageOnly(String.join("\n", data))) {
            hidden++;
        } else {
            out.append(event);
        }
        event.setLength(0);
        data.clear();
    }

    private static boolean isUsageOnly(String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            JsonNode choices = node.path("choices");
            return choices.isArray() && choices.isEmpty() && node.path("usage").isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
