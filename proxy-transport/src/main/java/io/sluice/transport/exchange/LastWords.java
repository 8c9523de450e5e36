package io.sluice.transport.exchange;

import io.sluice.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What the client is sent at the very end of its call, decided before the books are closed and said
 * once they are.
 *
 * <p>Confined to the event loop of its call.
 */
final class LastWords {

    private enum Kind {
        NOTHING,
        END,
        END_CUT,
        CUT,
        ERROR,
        ABORT
    }

    private final GatewayRequest request;
    private final Answer answer;

    private Kind kind = Kind.NOTHING;
    private @Nullable ErrorCode code;
    private String message = "";
    private @Nullable String parameter;
    private int attempts;

    LastWords(GatewayRequest request, Answer answer) {
        this.request = request;
        this.answer = answer;
    }

    /** Nobody is there to hear anything. */
    void nothing() {
        kind = Kind.NOTHING;
    }

    /** The answer is whole. */
    void end() {
        kind = Kind.END;
    }

    /** The answer was cut behind its terminal event. */
    void endCut() {
        kind = Kind.END_CUT;
    }

    /** The answer was cut in the middle, here. */
    void cut(ErrorCode why, String text) {
        kind = Kind.CUT;
        code = why;
        message = text;
        answer.noteCut(why);
    }

    /**
     * There is no answer: an error is one.
     *
     * @param named the field at fault, or {@code null}
     */
    void error(ErrorCode why, String text, @Nullable String named, int made) {
        parameter = named;
        kind = Kind.ERROR;
        code = why;
        message = text;
        attempts = made;
    }

    /** The client does not take its answer. */
    void abort() {
        kind = Kind.ABORT;
    }

    /** Says it. */
    void say() {
        ErrorCode why = code == null ? ErrorCode.INTERNAL_ERROR : code;
        switch (kind) {
            case NOTHING -> {}
            case END -> answer.end();
            case END_CUT -> answer.endCut();
            case CUT -> answer.cut(why, message);
            case ERROR ->
                    ErrorAnswers.answer(
                            request.sink(),
                            request.dialect(),
                            request.newResponse(why.status()).withAttempts(attempts),
                            why,
                            message,
                            parameter);
            case ABORT -> request.sink().abort();
        }
    }
}
