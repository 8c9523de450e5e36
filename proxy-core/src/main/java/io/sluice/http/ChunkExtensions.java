package io.sluice.http;

/**
 * Checks the extensions of one chunk-size line (RFC 9112, 7.1.1): names, each with an optional
 * value that is a token or a quoted string.
 *
 * <p>Stricter than the RFC, since what is dropped in the end is not worth a second reading: the
 * white space that it calls bad and characters outside ASCII are refused.
 */
final class ChunkExtensions {

    private enum State {
        BEFORE_NAME,
        NAME,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        ESCAPED,
        BEHIND_QUOTED
    }

    private State state = State.BEFORE_NAME;

    /** Begins behind the first semicolon. */
    void begin() {
        state = State.BEFORE_NAME;
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
            case BEFORE_NAME -> check(Ascii.isToken(b), State.NAME);
            case NAME -> afterName(b);
            case BEFORE_VALUE -> b == '"' ? State.QUOTED : check(Ascii.isToken(b), State.VALUE);
            case VALUE -> Ascii.isToken(b) ? state : check(b == ';', State.BEFORE_NAME);
            case QUOTED -> inQuotes(b);
            case ESCAPED -> check(isQuotable(b), State.QUOTED);
            case BEHIND_QUOTED -> check(b == ';', State.BEFORE_NAME);
        };
    }

    private static State afterName(byte b) {
        return switch (b) {
            case '=' -> State.BEFORE_VALUE;
            case ';' -> State.BEFORE_NAME;
            default -> check(Ascii.isToken(b), State.NAME);
        };
    }

    private static State inQuotes(byte b) {
        return switch (b) {
            case '"' -> State.BEHIND_QUOTED;
            case '\\' -> State.ESCAPED;
            default -> check(isQuotable(b), State.QUOTED);
        };
    }

    private static boolean isQuotable(byte b) {
        return b > 0 && Ascii.isField(b);
    }

    private static State check(boolean allowed, State next) {
        if (!allowed) {
            throw Fault.BAD_CHUNK_EXTENSION.exception();
        }
        return next;
    }
}
