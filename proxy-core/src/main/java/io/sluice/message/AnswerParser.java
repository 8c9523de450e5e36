package io.sluice.message;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;

/**
 * What the readers of all dialects' answers have in common: an answer begins once and ends once,
 * well or with an error.
 *
 * <p>Confined to the event loop of its call.
 */
public abstract class AnswerParser implements AnswerFeed.Parser {

    private final AnswerListener listener;
    private boolean started;
    private boolean ended;

    /** A reader that tells {@code listener}. */
    protected AnswerParser(AnswerListener listener) {
        this.listener = listener;
    }

    /** Who is told of the answer. */
    protected final AnswerListener to() {
        return listener;
    }

    /** Begins the answer with what is known of it, unless it has begun. */
    protected abstract void start();

    /** Begins the answer, unless it has begun; see {@link AnswerListener#onStart}. */
    protected final void start(JsonText id, JsonText model, long createdSeconds) {
        if (!started) {
            started = true;
            listener.onStart(id, model, createdSeconds);
        }
    }

    @Override
    public final void end() {
        if (!ended) {
            start();
            ended = true;
            listener.onEnd();
        }
    }

    @Override
    public final void fail(AnswerError error) {
        if (!ended) {
            ended = true;
            listener.onError(error);
        }
    }

    @Override
    public final boolean isEnded() {
        return ended;
    }

    /** Makes a text empty. */
    protected static void clear(JsonText text) {
        text.set(text.bytes(), 0, 0, JsonText.Form.STRING);
    }

    /** Points {@code into} at the string that comes next; leaves it where it is anything else. */
    protected static void readString(JsonCursor json, JsonText into) {
        if (json.is(JsonType.STRING)) {
            json.string(into);
        } else {
            json.skip();
        }
    }
}
