package io.sluice.bench.load;

import io.sluice.bench.canned.CannedSpec;

/** Request bodies in OpenAI's dialect. */
public final class Bodies {

    private static final String WORDS = "a quick brown fox and a lazy dog meet in a long prompt. ";
    private static final String TOOL_START =
            "{\"type\":\"function\",\"function\":{\"name\":\"tool_";
    private static final String TOOL_END =
            "\",\"description\":\"Looks something up in the files of the project and returns what"
                    + " it finds there.\",\"parameters\":{\"type\":\"object\",\"properties\":"
                    + "{\"path\":{\"type\":\"string\"},\"depth\":{\"type\":\"integer\"}},"
                    + "\"required\":[\"path\"]}}}";
    private static final int TOOLS = 12;

    private Bodies() {}

    /** The path that bodies of a shape go to. */
    public static String path(Profile.Shape shape) {
        return shape == Profile.Shape.EMBEDDINGS ? "/v1/embeddings" : "/v1/chat/completions";
    }

    /**
     * A body that asks for the canned answer.
     *
     * @param promptBytes bytes of the prompt, the token included
     * @param wantsUsage whether a stream's caller asks for the event with the usage
     */
    public static String of(
            Profile.Shape shape,
            String model,
            CannedSpec spec,
            int promptBytes,
            boolean wantsUsage) {
        String text = spec.token();
        int room = Math.max(0, promptBytes - text.length() - 1);
        String tail = streamFields(spec, wantsUsage) + "}";
        String start = "{\"model\":\"" + model + "\",";
        return switch (shape) {
            case CHAT -> start + messages("\"" + text + " " + words(room) + "\"") + tail;
            case TOOLS -> start + messages("\"" + text + " " + words(room) + "\"") + tools() + tail;
            case IMAGE ->
                    start
                            + messages(
                                    "[{\"type\":\"text\",\"text\":\""
                                            + text
                                            + "\"},{\"type\":\"image_url\",\"image_url\":{\"url\":"
                                            + "\"data:image/png;base64,"
                                            + "iVBORw0KGgo".repeat(room / 11 + 1).substring(0, room)
                                            + "\"}}]")
                            + tail;
            case EMBEDDINGS -> start + "\"input\":\"" + text + " " + words(room) + "\"}";
        };
    }

    /** A body in Anthropic's dialect that asks for the canned stream. */
    public static String ofMessages(String model, CannedSpec spec, int promptBytes) {
        String text = spec.token();
        int room = Math.max(0, promptBytes - text.length() - 1);
        return "{\"model\":\""
                + model
                + "\",\"max_tokens\":4096,\"stream\":true,"
                + messages("\"" + text + " " + words(room) + "\"")
                + "}";
    }

    /** The text of a template with its places filled: {@code {{model}}} and {@code {{canned}}}. */
    public static String ofTemplate(String template, String model, CannedSpec spec) {
        return template.strip().replace("{{model}}", model).replace("{{canned}}", spec.token());
    }

    private static String messages(String content) {
        return "\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]";
    }

    private static String streamFields(CannedSpec spec, boolean wantsUsage) {
        if (!spec.stream()) {
            return "";
        }
        return wantsUsage
                ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
                : ",\"stream\":true";
    }

    private static String tools() {
        StringBuilder all = new StringBuilder(",\"tools\":[");
        for (int i = 0; i < TOOLS; i++) {
            all.append(i == 0 ? "" : ",").append(TOOL_START).append(i).append(TOOL_END);
        }
        return all.append(']').toString();
    }

    private static String words(int length) {
        return WORDS.repeat(length / WORDS.length() + 1).substring(0, length);
    }
}
