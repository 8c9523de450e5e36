package io.sluice.provider.anthropic;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.Dialect;

/** What Messages say about what a text rests on. */
final class MessagesCitations {

    private MessagesCitations() {}

    /** Writes one; a page of another dialect becomes the result of a search. */
    static void write(
            Dialect dialect,
            JsonText url,
            JsonText title,
            JsonText cited,
            JsonText whole,
            JsonWriter json) {
        if (dialect == Dialect.ANTHROPIC_MESSAGES) {
            json.json(whole);
            return;
        }
        json.beginObject().word("type", "web_search_result_location");
        json.name("cited_text").string(cited);
        json.word("encrypted_index", "");
        json.name("title").string(title);
        json.name("url").string(url).endObject();
    }
}
