package io.sluice.json;

/**
 * Tells whether the fragments of a JSON object make up the whole of it yet. What they hold is not
 * checked. Not safe for threads.
 */
public final class JsonBalance {

    private int depth;
    private boolean begun;
    private boolean inString;
    private boolean escaped;

    /** Reads on in a fragment: the inside of a JSON string, or JSON itself. */
    public void add(JsonText fragment) {
        byte[] bytes = fragment.bytes();
        boolean isString = fragment.form() == JsonText.Form.STRING;
        for (int i = fragment.from(); i < fragment.to(); i++) {
            byte b = bytes[i];
            if (isString && b == '\\' && i + 1 < fragment.to()) {
                b = bytes[++i];
                b = b == '"' || b == '\\' ? b : (byte) ' ';
            }
            add(b);
        }
    }

    /** Whether every container that was opened is closed, and there was one. */
    public boolean isComplete() {
        return begun && depth == 0;
    }

    private void add(byte b) {
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (b == '\\') {
                escaped = true;
            } else if (b == '"') {
                inString = false;
            }
            return;
        }
        switch (b) {
            case '"' -> inString = true;
            case '{', '[' -> {
                depth++;
                begun = true;
            }
            case '}', ']' -> depth--;
            default -> {}
        }
    }
}
