package io.sluice.http;

/**
 * Checks the extensions of one chunk-size line (RFC 9112, 7.1.1): names, each with an optional
 * value that is a token or a quoted string, and white space only where the grammar has it. All of it
 * ASCII, which is less than the RFC allows: an extension is dropped, and other readers balk.
 */
final class ChunkExtensions {

    private enum State {
        BEFORE_SEMICOLON,
        BEFORE_NAME,
        NAME,
        BEFORE_EQUALS,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        ESCAPED,
        BEHIND_QUOTED
    }

    private State state = State.BEFORE_SEMICOLON;

    /** Begins behind the size. */
    void begin() {
        state = State.BEFORE_SEMICOLON;
    }

    /** Takes the next byte, and returns whether it is the CR that ends the line. */
    boolean endsAt(byte b) {
        if (b == Ascii.CR && mayEnd()) {
            return true;
        }
        state = after(b);
        return false;
    }

    private boolean mayEnd() {
        return state == State.NAME || state == State.VALUE || state == State.BEHIND_QUOTED;
    }

    private State after(byte b) {
        return switch (state) {
            case BEFORE_SEMICOLON -> blankOrSemicolon(b);
            case BEFORE_NAME -> Ascii.isBlank(b) ? state : token(b, State.NAME);
            case NAME -> Ascii.isToken(b) ? state : afterName(b);
            case BEFORE_EQUALS -> afterName(b);
            case BEFORE_VALUE -> beforeValue(b);
            case VALUE -> Ascii.isToken(b) ? state : blankOrSemicolon(b);
            case QUOTED -> inQuotes(b);
            case ESCAPED -> quoted(b);
            case BEHIND_QUOTED -> blankOrSemicolon(b);
        };
    }

    private static State afterName(byte b) {
        return switch (b) {
            case Ascii.SP, Ascii.HTAB -> State.BEFORE_EQUALS;
            case '=' -> State.BEFORE_VALUE;
            case ';' -> State.BEFORE_NAME;
            default -> throw Fault.BAD_CHUNK_EXTENSION.exception();
        };
    }

    private static State beforeValue(byte b) {
        if (Ascii.isBlank(b)) {
            return State.BEFORE_VALUE;
        }
        return b == '"' ? State.QUOTED : token(b, State.VALUE);
    }

    private static State inQuotes(byte b) {
        return switch (b) {
            case '"' -> State.BEHIND_QUOTED;
            case '\\' -> State.ESCAPED;
            default -> quoted(b);
        };
    }

    private static State blankOrSemicolon(byte b) {
        if (b == ';') {
            return State.BEFORE_NAME;
        }
        if (Ascii.isBlank(b)) {
            return State.BEFORE_SEMICOLON;
        }
        throw Fault.BAD_CHUNK_EXTENSION.exception();
    }

    private static State token(byte b, State next) {
        if (!Ascii.isToken(b)) {
            throw Fault.BAD_CHUNK_EXTENSION.exception();
        }
        return next;
    }

    private static State quoted(byte b) {
        if (!Ascii.isField(b) || b < 0) {
            throw Fault.BAD_CHUNK_EXTENSION.exception();
        }
        return State.QUOTED;
    }
}
