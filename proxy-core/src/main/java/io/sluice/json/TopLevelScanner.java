package io.sluice.json;

import io.netty.buffer.ByteBuf;

/**
 * Finds top-level fields of one JSON object wherever they stand, checking that the whole is
 * well-formed JSON (RFC 8259).
 *
 * <p>A push parser: it is fed pieces, cut anywhere, and keeps its state between them. Names are
 * compared after their escapes are decoded. Offsets count bytes from the start of the body. Reused
 * through {@link #reset}; allocates nothing while it scans. Not safe for threads.
 */
public final class TopLevelScanner {

    private final PathScanner scanner;

    /**
     * A scanner for bodies that may hold those names.
     *
     * @param maxDepth how many containers may stand within each other
     */
    public TopLevelScanner(FieldNames names, int maxDepth) {
        scanner = new PathScanner(names.paths(), maxDepth);
    }

    /** Forgets the body; another may follow. */
    public void reset() {
        scanner.reset();
    }

    /**
     * Reads the readable bytes of {@code piece}.
     *
     * @param piece borrowed; its indices do not move
     * @throws MalformedJsonException where the body stops being a JSON object
     */
    public void feed(ByteBuf piece) {
        feed(piece, piece.readerIndex(), piece.readableBytes());
    }

    /**
     * Reads {@code length} bytes of {@code piece} from {@code index} on.
     *
     * @param piece borrowed; its indices do not move
     * @throws MalformedJsonException where the body stops being a JSON object
     */
    public void feed(ByteBuf piece, int index, int length) {
        scanner.read(piece, index, length);
        check();
    }

    /**
     * Ends the body.
     *
     * @throws MalformedJsonException if it is not one whole JSON object
     */
    public void finish() {
        scanner.finish();
        check();
    }

    /** Whether the field is there. */
    public boolean has(int field) {
        return scanner.has(place(field));
    }

    /** The type of the value of a field that is there. */
    public JsonType type(int field) {
        return scanner.type(place(field));
    }

    /** Offset of the first byte of the value of a field that is there. */
    public long valueStart(int field) {
        return scanner.valueStart(place(field));
    }

    /** Offset behind the last byte of the value of a field that is there. */
    public long valueEnd(int field) {
        return scanner.valueEnd(place(field));
    }

    /** The first field that was met a second time, or -1. */
    public int duplicate() {
        return scanner.duplicate() - 1 < 0 ? -1 : scanner.duplicate() - 1;
    }

    /** Offset of the name of the second one, or -1. */
    public long duplicateOffset() {
        return scanner.duplicateOffset();
    }

    /** Offset of the object's opening brace. */
    public long objectStart() {
        return scanner.valueStart(JsonPaths.ROOT);
    }

    /** Offset behind the object's closing brace, once it was read. */
    public long objectEnd() {
        return scanner.valueEnd(JsonPaths.ROOT);
    }

    /** Whether the object has no field at all. */
    public boolean isEmptyObject() {
        return !scanner.isFilled(JsonPaths.ROOT);
    }

    private void check() {
        if (scanner.has(JsonPaths.ROOT) && scanner.type(JsonPaths.ROOT) != JsonType.OBJECT) {
            throw new MalformedJsonException(objectStart(), "not a JSON object");
        }
        if (scanner.isMalformed()) {
            throw new MalformedJsonException(scanner.errorOffset(), "malformed JSON");
        }
    }

    private static int place(int field) {
        return field + 1;
    }
}
