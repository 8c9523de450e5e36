package io.sluice.provider.openai;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;

/** What chat completions say about the pages that a text rests on. */
final class ChatAnnotations {

    private ChatAnnotations() {}

    /**
     * Writes one.
     *
     * @param start the first character of the text that rests on the page
     * @param end behind the last one
     */
    static void write(JsonText url, JsonText title, int start, int end, JsonWriter json) {
        json.beginObject().word("type", "url_citation").name("url_citation").beginObject();
        json.name("url").string(url);
        json.name("title").string(title);
        json.number("start_index", start);
        json.number("end_index", end);
        json.endObject().endObject();
    }
}
