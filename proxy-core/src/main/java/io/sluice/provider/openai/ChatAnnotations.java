package io.sluice.provider.openai;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;

/** What chat completions say beside their text: the pages it rests on, a call's signature. */
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

    /** Writes the signature of a tool call where Google's own OpenAI dialect has it. */
    static void writeSignature(JsonText signature, JsonWriter json) {
        json.name("extra_content").beginObject().name("google").beginObject();
        json.name("thought_signature").string(signature).endObject().endObject();
    }
}
