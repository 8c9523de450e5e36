package io.sluice.message;

import io.sluice.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a message. Immutable; its texts point into the body they were read from. */
public sealed interface Part {

    /** The cache breakpoint behind this piece as a JSON value, or {@code null}. */
    default @Nullable JsonText cacheControl() {
        return null;
    }

    /**
     * What is said.
     *
     * @param citations what it rests on, as its dialect says that, or {@code null}
     */
    record Text(JsonText text, @Nullable JsonText citations, @Nullable JsonText cacheControl)
            implements Part {}

    /**
     * A picture, a sound, a film or a document.
     *
     * @param source how {@code content} is to be read
     * @param type its media type in lower case, or {@code null} where not said
     * @param content a URL, an id, Base64 or text
     * @param name its file name or title, or {@code null}
     * @param detail how closely to look, or {@code null}
     */
    record Media(
            Kind kind,
            Source source,
            @Nullable String type,
            JsonText content,
            @Nullable JsonText name,
            @Nullable JsonText detail,
            @Nullable JsonText cacheControl)
            implements Part {

        /** What it is. */
        public enum Kind {
            IMAGE,
            AUDIO,
            VIDEO,
            DOCUMENT
        }

        /** Where it is. */
        public enum Source {
            URL,
            BASE64,
            /** An id that the provider gave to a file it keeps. */
            FILE_ID,
            /** The text itself. */
            TEXT
        }
    }

    /**
     * A call that the model made.
     *
     * @param arguments JSON, written as a value or as a string of it
     * @param signature what the provider wants back with it, or {@code null}
     */
    record ToolUse(
            JsonText id,
            JsonText name,
            JsonText arguments,
            @Nullable JsonText signature,
            @Nullable JsonText cacheControl)
            implements Part {}

    /**
     * What a tool answered.
     *
     * @param id of the call
     * @param name of the tool, or {@code null} where the dialect does not repeat it
     * @param failed whether it is an error
     */
    record ToolResult(
            JsonText id,
            @Nullable JsonText name,
            List<Part> content,
            boolean failed,
            @Nullable JsonText cacheControl)
            implements Part {}

    /**
     * What the model thought.
     *
     * @param signature the provider's proof that it did, kept bit for bit, or {@code null}
     */
    record Thought(JsonText text, @Nullable JsonText signature) implements Part {}

    /**
     * What the model thought and only its provider can read.
     *
     * @param content kept bit for bit
     */
    record SealedThought(JsonText content) implements Part {}

    /** What the model said instead of an answer. */
    record Refusal(JsonText text) implements Part {}

    /**
     * A piece that only its own dialect knows.
     *
     * @param type its dialect's word for it
     * @param json as it was written
     */
    record Foreign(String type, JsonText json) implements Part {}
}
