package io.sluice.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes to a body that are made by splicing, so that all other bytes stay as they were.
 *
 * <p>Offsets count bytes from the body's reader index and speak of the body as it was. Changes may
 * be told in any order; insertions at one place come out in the order in which they were told. Not
 * safe for threads.
 */
public final class BodyEdits {

    private final List<Edit> edits = new ArrayList<>();

    /** Receives the parts of a body in order. */
    @FunctionalInterface
    public interface Sink {

        /**
         * Takes the next part.
         *
         * @param part owned
         */
        void onPart(ByteBuf part);
    }

    /**
     * Puts {@code with} in the place of the bytes from {@code start} to before {@code end}.
     *
     * @throws IllegalArgumentException if the range is not one or another change overlaps it
     */
    public void replace(long start, long end, byte[] with) {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("not a range: " + start + " to " + end);
        }
        Edit edit = new Edit(start, end, with);
        int at = edits.size();
        while (at > 0 && edits.get(at - 1).start() > start) {
            at--;
        }
        while (at > 0 && edits.get(at - 1).start() == start && !edits.get(at - 1).isInsertion()) {
            at--;
        }
        boolean overlaps =
                (at > 0 && edits.get(at - 1).end() > start)
                        || (at < edits.size() && edits.get(at).start() < end);
        if (overlaps) {
            throw new IllegalArgumentException("overlapping changes at " + start);
        }
        edits.add(at, edit);
    }

    /** Puts {@code bytes} before the byte at {@code at}. */
    public void insert(long at, byte[] bytes) {
        replace(at, at, bytes);
    }

    public boolean isEmpty() {
        return edits.isEmpty();
    }

    public void clear() {
        edits.clear();
    }

    /** The length of a body of {@code bodyLength} bytes once it is changed. */
    public long lengthAfter(long bodyLength) {
        long length = bodyLength;
        for (Edit edit : edits) {
            length += edit.with().length - (edit.end() - edit.start());
        }
        return length;
    }

    /**
     * Writes the changed body.
     *
     * @param out borrowed
     * @param body borrowed; its indices do not move
     */
    public void writeTo(ByteBuf out, ByteBuf body) {
        int first = body.readerIndex();
        int at = first;
        for (Edit edit : edits) {
            int start = first + Math.toIntExact(edit.start());
            out.writeBytes(body, at, start - at);
            out.writeBytes(edit.with());
            at = first + Math.toIntExact(edit.end());
        }
        out.writeBytes(body, at, body.writerIndex() - at);
    }

    /**
     * Shows the changed body in parts: retained slices of {@code body} and the new bytes, wrapped.
     *
     * @param body borrowed; its indices do not move
     */
    public void forEachPart(ByteBuf body, Sink sink) {
        int first = body.readerIndex();
        int at = first;
        for (Edit edit : edits) {
            int start = first + Math.toIntExact(edit.start());
            slice(body, at, start, sink);
            if (edit.with().length > 0) {
                sink.onPart(Unpooled.wrappedBuffer(edit.with()));
            }
            at = first + Math.toIntExact(edit.end());
        }
        slice(body, at, body.writerIndex(), sink);
    }

    private static void slice(ByteBuf body, int from, int to, Sink sink) {
        if (from < to) {
            sink.onPart(body.retainedSlice(from, to - from));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by no one
    private record Edit(long start, long end, byte[] with) {

        boolean isInsertion() {
            return start == end;
        }
    }
}
