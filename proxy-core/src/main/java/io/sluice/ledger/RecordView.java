package io.sluice.ledger;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The bytes of a whole record, to be read. Immutable. */
final class RecordView {

    /*
     * A record is checked once, when it is found. After that its bytes are believed, apart from a
     * version that this program does not know and places in lists that have grown since.
     */

    private final byte[] bytes;

    /**
     * A view of a record.
     *
     * @param bytes the view's from now on; changed by nobody
     */
    RecordView(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The view's own: not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether a record of {@code length} bytes lies at {@code offset}. */
    static boolean isRecord(CRC32C crc, byte[] bytes, int offset, int length) {
        if (length < RecordLayout.MIN_LENGTH || length > RecordLayout.MAX_LENGTH) {
            return false;
        }
        ByteBuffer view = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
        return view.getInt(offset + RecordLayout.CHECKSUM)
                == RecordBuffer.checksum(crc, bytes, offset, length);
    }

    byte type() {
        return bytes[RecordLayout.TYPE];
    }

    AttemptId id() {
        ByteBuffer in = view();
        return new AttemptId(
                in.getLong(RecordLayout.CALL_HIGH),
                in.getLong(RecordLayout.CALL_LOW),
                in.getInt(RecordLayout.ATTEMPT));
    }

    /** Whether it makes a row. */
    boolean isSettle() {
        return type() == RecordLayout.SETTLE;
    }

    /**
     * The row that becomes of this {@code admit} record when the process ends before it is settled.
     *
     * @param progress the last that was heard of the attempt, or {@code null}
     */
    RecordView crashed(@Nullable RecordView progress) {
        byte[] copy = bytes.clone();
        ByteBuffer out = ByteBuffer.wrap(copy).order(LITTLE_ENDIAN);
        out.put(RecordLayout.TYPE, RecordLayout.SETTLE);
        out.put(RecordLayout.OUTCOME, (byte) RecordLayout.OUTCOMES.indexOf(Outcome.CRASHED));
        out.putInt(RecordLayout.STATUS, 0);
        out.put(RecordLayout.PARTY, (byte) 'G');
        if (progress == null) {
            out.put(RecordLayout.PHASE, (byte) 'F');
            out.putLong(RecordLayout.ENDED, out.getLong(RecordLayout.ADMITTED));
        } else {
            ByteBuffer last = progress.view();
            out.put(RecordLayout.PHASE, (byte) 'S');
            out.putLong(RecordLayout.ENDED, last.getLong(RecordLayout.PROGRESS_AT));
            out.putLong(RecordLayout.OUTPUT_TOKENS, last.getLong(RecordLayout.PROGRESS_TOKENS));
            out.putLong(RecordLayout.ANSWER_BYTES, last.getLong(RecordLayout.PROGRESS_BYTES));
            out.put(
                    RecordLayout.ORIGIN,
                    (byte) RecordLayout.ORIGINS.indexOf(Usage.Origin.ESTIMATED));
        }
        out.putInt(
                RecordLayout.CHECKSUM, RecordBuffer.checksum(new CRC32C(), copy, 0, copy.length));
        return new RecordView(copy);
    }

    /**
     * The row that this {@code settle} record is.
     *
     * @throws MalformedRecordException when this program does not know its layout
     */
    Settlement settlement() throws MalformedRecordException {
        byte version = bytes[RecordLayout.VERSION_AT];
        if (version < RecordLayout.OLDEST_VERSION || version > RecordLayout.VERSION) {
            throw new MalformedRecordException(
                    "its layout is version " + version + ", known is " + RecordLayout.VERSION);
        }
        try {
            return read(view());
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            throw new MalformedRecordException("its fields do not fit its length: " + e);
        }
    }

    private Settlement read(ByteBuffer in) {
        long admitted = in.getLong(RecordLayout.ADMITTED);
        in.position(RecordLayout.REST);
        Usage usage = usage(in);
        String requestId = string(in);
        Settlement.Caller caller =
                new Settlement.Caller(
                        text(in),
                        text(in),
                        text(in),
                        text(in),
                        text(in),
                        text(in),
                        text(in),
                        tags(string(in)));
        String endpoint = string(in);
        String modelAsked = text(in);
        String modelSent = text(in);
        String provider = text(in);
        String target = text(in);
        Settlement.End end =
                new Settlement.End(
                        RecordLayout.OUTCOMES.get(in.get(RecordLayout.OUTCOME)),
                        in.getInt(RecordLayout.STATUS),
                        text(in),
                        new String(bytes, RecordLayout.PARTY, 2, StandardCharsets.ISO_8859_1));
        CallCost cost =
                new CallCost(
                        RecordLayout.COST_STATES.get(in.get(RecordLayout.COST_STATE)),
                        in.getLong(RecordLayout.DOLLAR_PICOS),
                        string(in),
                        in.getLong(RecordLayout.PICOS));
        boolean hasGroup = in.get(RecordLayout.VERSION_AT) >= RecordLayout.WITH_GROUP;
        Settlement.Asked asked =
                new Settlement.Asked(
                        endpoint,
                        modelAsked,
                        hasGroup ? text(in) : null,
                        modelSent,
                        provider,
                        target,
                        in.get(RecordLayout.STREAM) != 0);
        return new Settlement(
                id(),
                requestId,
                admitted,
                in.getLong(RecordLayout.ENDED),
                (int) Math.floorDiv(admitted, TimeUnit.DAYS.toMillis(1)),
                caller,
                asked,
                end,
                usage,
                cost,
                new Settlement.Times(
                        in.getLong(RecordLayout.FIRST_BYTE),
                        in.getLong(RecordLayout.TOTAL),
                        in.getLong(RecordLayout.OVERHEAD)),
                in.getLong(RecordLayout.REQUEST_BYTES),
                in.getLong(RecordLayout.ANSWER_BYTES));
    }

    private static Usage usage(ByteBuffer in) {
        Usage usage = new Usage();
        usage.setOrigin(RecordLayout.ORIGINS.get(in.get(RecordLayout.ORIGIN)));
        usage.setServiceTier(RecordLayout.TIERS.get(in.get(RecordLayout.TIER)));
        int at = RecordLayout.COUNTS;
        usage.setInputTokens(in.getLong(at));
        usage.setOutputTokens(in.getLong(at + 8));
        usage.setCachedInputTokens(in.getLong(at + 16));
        usage.setCacheWriteTokens(in.getLong(at + 24));
        usage.setReasoningTokens(in.getLong(at + 32));
        usage.setAudioInputTokens(in.getLong(at + 40));
        usage.setAudioOutputTokens(in.getLong(at + 48));
        long present = in.getLong(RecordLayout.EXTRAS);
        for (int i = 0; present >>> i != 0 && i < Long.SIZE; i++) {
            if ((present >>> i & 1) == 1) {
                usage.setCount(RecordLayout.FURTHER.get(i), in.getLong());
            }
        }
        return usage;
    }

    private static List<String> tags(String text) {
        List<String> tags = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == RowEncoder.SEPARATOR) {
                tags.add(text.substring(start, i));
                start = i + 1;
            }
        }
        if (!text.isEmpty()) {
            tags.add(text.substring(start));
        }
        return List.copyOf(tags);
    }

    private static String string(ByteBuffer in) {
        String text = text(in);
        return text == null ? "" : text;
    }

    private static @Nullable String text(ByteBuffer in) {
        short length = in.getShort();
        if (length < 0) {
            return null;
        }
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private ByteBuffer view() {
        return ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
    }
}
