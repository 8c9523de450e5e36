package io.sluice.json;

/**
 * Bytes that are not the JSON that was expected.
 *
 * <p>Carries no stack trace: callers send such bodies as often as they like.
 */
public final class MalformedJsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long byteOffset;

    /**
     * The fault at an offset.
     *
     * @param byteOffset of the first byte that cannot stand where it stands, counted from the start
     *     of the body; the body's length where it ends too early
     */
    public MalformedJsonException(long byteOffset, String message) {
        super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.byteOffset = byteOffset;
    }

    public long byteOffset() {
        return byteOffset;
    }
}
