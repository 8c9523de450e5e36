package io.sluice.message;

import io.sluice.json.JsonText;

/**
 * Receives an answer, in no dialect, piece by piece.
 *
 * <p>{@link #onStart} comes first, {@link #onEnd} or {@link #onError} last, each once. A text is
 * valid only during the call. Pieces of one kind follow each other until {@link #onBlockEnd} or a
 * piece of another kind. A choice is one of the answers that were asked for, counted from 0.
 */
public interface AnswerListener {

    /**
     * Begins the answer.
     *
     * @param id the provider's, empty where it gave none
     * @param model the one that answers, empty where the provider does not say
     * @param createdSeconds of the Unix epoch, or -1 where the provider does not say
     */
    void onStart(JsonText id, JsonText model, long createdSeconds);

    /** Goes on with the text. */
    void onText(int choice, JsonText fragment);

    /** Goes on with what the model thinks. */
    void onThought(int choice, JsonText fragment);

    /** Signs the thought before it, or the piece behind it where there is none. */
    void onSignature(int choice, JsonText signature);

    /** Passes on a thought that only its provider can read. */
    void onSealedThought(int choice, JsonText content);

    /** Goes on with saying no. */
    void onRefusal(int choice, JsonText fragment);

    /**
     * Names what the text rests on.
     *
     * @param url empty where it is no page
     * @param title empty where it has none
     * @param cited what is cited, empty where that is not said
     * @param json the whole of it in {@code dialect}
     */
    void onCitation(
            int choice,
            Dialect dialect,
            JsonText url,
            JsonText title,
            JsonText cited,
            JsonText json);

    /**
     * Begins a tool call.
     *
     * @param index counts the calls of a choice from 0
     * @param id the provider's, empty where it gave none
     */
    void onToolCall(int choice, int index, JsonText id, JsonText name);

    /** Goes on with the arguments of the call at {@code index}; the fragments make up JSON. */
    void onToolArguments(int choice, int index, JsonText fragment);

    /** Ends the piece before it. */
    void onBlockEnd(int choice);

    /**
     * Passes on probabilities.
     *
     * @param json as OpenAI writes them
     */
    void onLogprobs(int choice, JsonText json);

    /**
     * Passes on a piece that only {@code dialect} knows.
     *
     * @param json the whole of it
     */
    void onForeign(int choice, Dialect dialect, JsonText json);

    /**
     * Says why a choice ended.
     *
     * @param sequence the stop text that came up, empty where it was none
     */
    void onStop(int choice, StopReason reason, JsonText sequence);

    /**
     * Says what was used; the last word counts.
     *
     * @param counts valid only during the call
     */
    void onUsage(TokenCounts counts);

    /** Breaks the answer off. */
    void onError(AnswerError error);

    /** Ends the answer. */
    void onEnd();
}
