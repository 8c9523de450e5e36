package io.sluice.framing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.json.MalformedJsonException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Decodes {@code application/vnd.amazon.eventstream}, whose frames are
 *
 * <pre>
 * total length (4) | headers length (4) | CRC-32 of those eight bytes (4)
 * | headers | payload | CRC-32 of everything before it (4)
 * </pre>
 *
 * with big-endian numbers. A header is the length of its name (1), the name, a type (1) and a
 * value. Both checksums are verified; a frame that fails one, is too large or is cut by the end
 * ends the stream with an error event, and nothing behind it is read.
 *
 * <p>A frame is copied once, into room that is used again.
 *
 * @see <a href="https://smithy.io/2.0/aws/amazon-eventstream.html">Amazon event stream</a>
 */
public final class EventStreamDecoder implements StreamDecoder {

    /** The largest frame that is accepted: what AWS allows at most. */
    public static final int MAX_FRAME_BYTES = 16 << 20;

    private static final int PRELUDE = 12;
    private static final int CHECKSUM = 4;
    private static final int FIRST_ROOM = 2048;
    private static final int STRING_TYPE = 7;
    private static final byte[] DATA = "data: ".getBytes(US_ASCII);
    private static final byte[] EVENT = "event: ".getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);
    private static final JsonNames CHUNK = JsonNames.of("bytes", "type", "message");

    /*
     * Of the headers three say what a frame is; the values of all others are stepped over by the
     * length that their type has. Kept as places in the frame, so that no string is made of them.
     */

    private final FrameForm form;
    private final CRC32 crc = new CRC32();
    private final JsonCursor json = new JsonCursor();
    private final JsonText value = new JsonText();
    private final JsonText payload = new JsonText();
    private final JsonText kind = new JsonText();
    private final JsonText name = new JsonText();
    private final JsonText complaint = new JsonText();

    private byte[] frame = new byte[FIRST_ROOM];
    private int length;
    private int total;
    private boolean isEnded;

    /** A decoder of one stream, whose frames hold {@code form}. */
    public EventStreamDecoder(FrameForm form) {
        this.form = form;
    }

    @Override
    public void decode(ByteBuf in, int index, int count, ByteBuf out) {
        int at = index;
        int end = index + count;
        while (at < end && !isEnded) {
            int wanted = (total == 0 ? PRELUDE : total) - length;
            int taken = Math.min(wanted, end - at);
            in.getBytes(at, frame, length, taken);
            length += taken;
            at += taken;
            if (taken == wanted) {
                advance(out);
            }
        }
    }

    @Override
    public void finish(ByteBuf out) {
        if (length > 0 && !isEnded) {
            fail("it ended in the middle of a frame", out);
        }
    }

    /** Goes on behind a prelude or a frame that is whole. */
    private void advance(ByteBuf out) {
        if (total > 0) {
            readFrame(out);
            total = 0;
            length = 0;
            return;
        }
        int size = number(0);
        int headers = number(4);
        if (checksum(PRELUDE - CHECKSUM) != number(PRELUDE - CHECKSUM)) {
            fail("the checksum of a prelude is wrong", out);
        } else if (size < PRELUDE + CHECKSUM
                || size > MAX_FRAME_BYTES
                || headers < 0
                || headers > size - PRELUDE - CHECKSUM) {
            fail("a frame has a length that it cannot have", out);
        } else {
            total = size;
            if (size > frame.length) {
                frame = Arrays.copyOf(frame, Math.max(size, frame.length * 2));
            }
        }
    }

    private void readFrame(ByteBuf out) {
        int headersEnd = PRELUDE + number(4);
        int end = total - CHECKSUM;
        if (checksum(end) != number(end)) {
            fail("the checksum of a frame is wrong", out);
            return;
        }
        clear(kind);
        clear(name);
        clear(complaint);
        if (!readHeaders(headersEnd)) {
            fail("the headers of a frame are malformed", out);
            return;
        }
        payload.set(frame, headersEnd, end, JsonText.Form.JSON);
        if (kind.is("exception")) {
            writeException(name.string(), message(), out);
        } else if (kind.is("error")) {
            writeException(name.string(), complaint.string(), out);
        } else {
            writeEvent(out);
        }
    }

    private boolean readHeaders(int end) {
        int at = PRELUDE;
        while (at < end) {
            int nameEnd = at + 1 + (frame[at] & 0xff);
            if (nameEnd >= end) {
                return false;
            }
            int type = frame[nameEnd];
            int start = nameEnd + 1;
            boolean isSized = type == STRING_TYPE || type == STRING_TYPE - 1;
            if (isSized && start + 2 > end) {
                return false;
            }
            int size =
                    isSized ? ((frame[start] & 0xff) << 8) | (frame[start + 1] & 0xff) : size(type);
            int from = isSized ? start + 2 : start;
            if (size < 0 || size > end - from) {
                return false;
            }
            if (type == STRING_TYPE) {
                keep(at + 1, nameEnd, from, from + size);
            }
            at = from + size;
        }
        return at == end;
    }

    /** The length of a value whose type says it, else -1. */
    private static int size(int type) {
        return switch (type) {
            case 0, 1 -> 0;
            case 2 -> 1;
            case 3 -> 2;
            case 4 -> 4;
            case 5, 8 -> 8;
            case 9 -> 16;
            default -> -1;
        };
    }

    private void keep(int from, int to, int valueFrom, int valueTo) {
        value.set(frame, from, to, JsonText.Form.PLAIN);
        if (value.is(":message-type")) {
            kind.set(frame, valueFrom, valueTo, JsonText.Form.PLAIN);
        } else if (value.is(":event-type")
                || value.is(":exception-type")
                || value.is(":error-code")) {
            name.set(frame, valueFrom, valueTo, JsonText.Form.PLAIN);
        } else if (value.is(":error-message")) {
            complaint.set(frame, valueFrom, valueTo, JsonText.Form.PLAIN);
        }
    }

    private void writeEvent(ByteBuf out) {
        switch (form) {
            case PARTS -> out.writeBytes(payload.bytes(), payload.from(), payload.length());
            case UNION -> {
                if (isObject()) {
                    out.writeBytes(DATA);
                    JsonWriter union = new JsonWriter(out).beginObject();
                    union.anyName(name.string()).json(payload).endObject();
                    out.writeBytes(END);
                } else {
                    fail("a frame holds no JSON object", out);
                }
            }
            case CHUNKS -> writeChunk(out);
        }
    }

    private boolean isObject() {
        try {
            json.on(payload.bytes(), payload.from(), payload.to());
            boolean isObject = json.is(JsonType.OBJECT);
            json.skip();
            return isObject && json.isDone();
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    private void writeChunk(ByteBuf out) {
        try {
            JsonText encoded = field(payload, "bytes");
            byte[] wrapped = Arrays.copyOfRange(encoded.bytes(), encoded.from(), encoded.to());
            byte[] chunk = Base64.getDecoder().decode(wrapped);
            JsonText whole = new JsonText().set(chunk, 0, chunk.length, JsonText.Form.JSON);
            String type = field(whole, "type").string();
            if (!type.isEmpty() && type.indexOf('\n') < 0 && type.indexOf('\r') < 0) {
                out.writeBytes(EVENT);
                out.writeBytes(type.getBytes(UTF_8));
                out.writeByte('\n');
            }
            out.writeBytes(DATA);
            new JsonWriter(out).json(whole);
            out.writeBytes(END);
        } catch (MalformedJsonException | IllegalArgumentException e) {
            fail("a frame holds no part of a stream", out);
        }
    }

    /** What an exception says for people. */
    private String message() {
        try {
            return field(payload, "message").string();
        } catch (MalformedJsonException e) {
            return "";
        }
    }

    /** The string of that name in an object, or an empty one. */
    private JsonText field(JsonText object, String wanted) {
        JsonText found = JsonText.EMPTY;
        json.on(object.bytes(), object.from(), object.to());
        if (!json.tryObject()) {
            return found;
        }
        while (json.nextField()) {
            boolean isWanted = json.name(CHUNK).equals(wanted);
            if (isWanted && json.is(JsonType.STRING)) {
                found = json.string();
            } else {
                json.skip();
            }
        }
        return found;
    }

    private void fail(String problem, ByteBuf out) {
        writeException(
                "modelStreamErrorException",
                "the provider's event stream is damaged: " + problem,
                out);
    }

    /** Writes an error event as the form's reader knows it; nothing follows it. */
    private void writeException(String type, String message, ByteBuf out) {
        isEnded = true;
        JsonWriter error = new JsonWriter(out);
        switch (form) {
            case UNION -> {
                out.writeBytes(DATA);
                error.beginObject().anyName(type.isEmpty() ? "internalServerException" : type);
                error.beginObject().name("message").string(message).endObject().endObject();
            }
            case CHUNKS -> {
                out.writeBytes("event: error\ndata: ".getBytes(US_ASCII));
                error.beginObject().word("type", "error").name("error").beginObject();
                error.word("type", AwsErrors.anthropicType(type));
                error.name("message").string(message).endObject().endObject();
            }
            case PARTS -> {
                out.writeBytes(DATA);
                error.beginObject().name("error").beginObject();
                error.name("message").string(message).name("type").string(type);
                error.endObject().endObject();
            }
        }
        out.writeBytes(END);
    }

    private int checksum(int end) {
        crc.reset();
        crc.update(frame, 0, end);
        return (int) crc.getValue();
    }

    private int number(int at) {
        return ((frame[at] & 0xff) << 24)
                | ((frame[at + 1] & 0xff) << 16)
                | ((frame[at + 2] & 0xff) << 8)
                | (frame[at + 3] & 0xff);
    }

    private static void clear(JsonText text) {
        text.set(text.bytes(), 0, 0, JsonText.Form.PLAIN);
    }
}
