package io.sluice.bench.upstream;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing about an answer that a caller, a model or the operator may turn. The constant in lower
 * case is the knob's name.
 */
public enum Knob {
    /** Wait before the first bytes of the answer. */
    TTFT(Forms.DURATION),
    /** Wait between two writes of a stream. */
    GAP(Forms.DURATION),
    /** How many pieces of text the answer has. */
    CHUNKS(Forms.COUNT),
    /** Characters in each piece of text. */
    SIZE(Forms.COUNT),
    /** The word that every piece of text is, in place of many. */
    WORD("[a-z]{1,16}"),
    /** Exact size of a plain answer's body; of a stream, the least amount of text. */
    BYTES(Forms.SIZE),
    /**
     * Status of a failing call, with its rate ({@code @0.2}) or the attempts it hits ({@code #1}).
     */
    FAIL("[45]\\d\\d(@(0(\\.\\d+)?|1(\\.0+)?)|#\\d{1,9})?"),
    /** Status of the answer, whatever was asked. */
    STATUS("[1-5]\\d\\d"),
    /**
     * Body that goes with {@code status} or {@code fail}, instead of an error of OpenAI's shape.
     */
    BODY(".*"),
    /** Seconds in {@code retry-after}; a fraction also sends {@code retry-after-ms}. */
    RETRY_AFTER("\\d{1,6}(\\.\\d{1,3})?"),
    /** Further heads of the answer: {@code name:value|name:value}. */
    HEADERS(Forms.FIELDS),
    /** Trailers of a chunked answer: {@code name:value|name:value}. */
    TRAILERS(Forms.FIELDS),
    /** How many events of the stream are sent before the connection is cut. */
    CUT("(after:)?\\d{1,9}"),
    /**
     * Where the connection is cut: before the head, inside it, before the head if the connection
     * was used before ({@code reused}), after an event, inside an event, inside an HTTP chunk, or
     * not at all: the body ends early and its framing ends well ({@code clean}).
     */
    CLOSE("head|mid-head|reused|event|mid|chunk|clean"),
    /** Cuts with RST instead of FIN. */
    RESET(Forms.SWITCH),
    /** Silence in the middle of a stream, after one event or as many as said: {@code 30s@5}. */
    STALL("(\\d{1,9}(us|ms|s|m|h)|forever)(@\\d{1,9})?"),
    /** An error event after so many events, in place of the rest. */
    ERROR("(after:)?\\d{1,9}"),
    /** Reasoning tokens before the answer. */
    THINK(Forms.COUNT),
    /** Functions that the answer calls, in place of text: {@code a} or {@code a,b}. */
    TOOL("[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64})*"),
    /** Prompt tokens that are reported as read from the cache. */
    CACHED(Forms.COUNT),
    /** Prompt tokens, instead of those counted. */
    INPUT(Forms.COUNT),
    /** Completion tokens, instead of those counted. */
    OUTPUT(Forms.COUNT),
    /** Where usage is reported; without it, as OpenAI does. */
    USAGE("absent|null|zero|last|every|extra"),
    /** Why the answer ended. */
    FINISH("[a-z_]{1,32}"),
    /** Events in one write. */
    COALESCE(Forms.COUNT),
    /** Bytes in one HTTP chunk, whatever the events are. */
    SPLIT(Forms.COUNT),
    /** How the body is delimited. */
    FRAMING("chunked|length|close"),
    /** Whether a stream's head waits for the first event or goes ahead of it. */
    HEAD("early|late"),
    /** Whether the connection stays open after the answer. */
    KEEPALIVE(Forms.SWITCH),
    /** Line ends of a stream's events. */
    EOL("lf|crlf"),
    /** Whether a stream of chat events ends with {@code [DONE]}. */
    DONE(Forms.SWITCH),
    /** A comment line before each event. */
    COMMENTS(Forms.SWITCH);

    private final Pattern form;

    Knob(String form) {
        this.form = Pattern.compile(form, Pattern.DOTALL);
    }

    /** The knob's name in a prompt, a file or an option. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean takes(String value) {
        return form.matcher(value).matches();
    }

    String form() {
        return form.pattern();
    }

    static @Nullable Knob find(String word) {
        for (Knob knob : values()) {
            if (knob.word().equals(word)) {
                return knob;
            }
        }
        return null;
    }

    private static final class Forms {
        static final String DURATION = "0|\\d{1,9}(us|ms|s|m|h)";
        static final String COUNT = "\\d{1,9}";
        static final String SIZE = "\\d{1,12}(B|KiB|MiB|GiB)?";
        static final String SWITCH = "yes|no";
        static final String FIELDS = "[A-Za-z0-9-]+:[^|]*(\\|[A-Za-z0-9-]+:[^|]*)*";

        private Forms() {}
    }
}
