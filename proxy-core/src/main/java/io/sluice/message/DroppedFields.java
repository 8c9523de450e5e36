package io.sluice.message;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.BodyEdits;
import io.sluice.json.FieldNames;
import io.sluice.json.TopLevelScanner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The top-level fields of one body that its provider is not to see, and where they stand; the rest
 * of the body stays as it is. Immutable.
 */
public final class DroppedFields {

    /*
     * A member goes with the comma behind it. Members that follow each other go as one; where the
     * object ends with them, the comma before them goes too.
     */

    /** Nothing is dropped. */
    public static final DroppedFields NONE = new DroppedFields(List.of(), List.of());

    private static final byte[] NOTHING = new byte[0];

    private final List<String> names;
    private final List<Span> spans;

    private record Span(int start, int end, boolean isLast) {}

    private DroppedFields(List<String> names, List<Span> spans) {
        this.names = names;
        this.spans = spans;
    }

    /**
     * Looks for fields.
     *
     * @param body borrowed: a whole JSON object; its indices do not move
     * @throws GatewayException {@code duplicate_field} where one stands there twice
     */
    public static DroppedFields of(ByteBuf body, Set<String> wanted) {
        if (wanted.isEmpty()) {
            return NONE;
        }
        FieldNames names = FieldNames.of(wanted.toArray(String[]::new));
        TopLevelScanner scanner = new TopLevelScanner(names, CallFields.MAX_DEPTH);
        scanner.feed(body);
        scanner.finish();
        if (scanner.duplicate() >= 0) {
            String name = names.name(scanner.duplicate());
            throw new GatewayException(
                    ErrorCode.DUPLICATE_FIELD, "the field " + name + " stands twice", name);
        }
        List<String> found = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (scanner.has(i)) {
                found.add(names.name(i));
                spans.add(member(body, (int) scanner.valueStart(i), (int) scanner.valueEnd(i)));
            }
        }
        return found.isEmpty() ? NONE : new DroppedFields(found, joined(body, spans));
    }

    /** What is dropped, as the caller calls it. */
    public List<String> names() {
        return names;
    }

    /** Takes the fields out of the body that they were found in. */
    public void removeIn(BodyEdits edits) {
        for (Span span : spans) {
            edits.replace(span.start, span.end, NOTHING);
        }
    }

    private static Span member(ByteBuf body, int valueStart, int valueEnd) {
        int first = body.readerIndex();
        int at = first + valueStart - 1;
        while (body.getByte(at) != '"') {
            at--;
        }
        at--;
        while (body.getByte(at) != '"') {
            at--;
        }
        int end = skipBlank(body, first + valueEnd);
        boolean isLast = body.getByte(end) != ',';
        return new Span(at - first, (isLast ? first + valueEnd : end + 1) - first, isLast);
    }

    private static List<Span> joined(ByteBuf body, List<Span> spans) {
        int first = body.readerIndex();
        spans.sort(Comparator.comparingInt(Span::start));
        List<Span> joined = new ArrayList<>();
        for (Span span : spans) {
            Span before = joined.isEmpty() ? null : joined.getLast();
            if (before != null && skipBlank(body, first + before.end) == first + span.start) {
                joined.removeLast();
                joined.add(new Span(before.start, span.end, span.isLast));
            } else {
                joined.add(span);
            }
        }
        Span last = joined.getLast();
        if (last.isLast) {
            joined.removeLast();
            joined.add(new Span(withCommaBefore(body, last.start), last.end, true));
        }
        return List.copyOf(joined);
    }

    private static int withCommaBefore(ByteBuf body, int start) {
        int first = body.readerIndex();
        int at = first + start - 1;
        while (isBlank(body.getByte(at))) {
            at--;
        }
        return body.getByte(at) == ',' ? at - first : start;
    }

    private static int skipBlank(ByteBuf body, int from) {
        int at = from;
        while (isBlank(body.getByte(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
