package io.sluice.bench.canned;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The payload of one kind of answer, with places for what differs from call to call. Immutable.
 *
 * <p>Each event names the call it belongs to and its own number, and says when it was sent: 16
 * hexadecimal digits of the system's monotonic clock in nanoseconds, which processes of one machine
 * share.
 */
public final class CannedAnswer {

    /** The model that every canned answer names. */
    public static final String MODEL = "canned";

    private static final int INPUT_TOKENS = 17;
    private static final String FILLING = "the quick brown fox jumps over it ";
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

    private final byte[] bytes;
    private final int[] ids;
    private final int[] times;
    private final int[] ends;

    private CannedAnswer(byte[] bytes, int[] ids, int[] times, int[] ends) {
        this.bytes = bytes;
        this.ids = ids;
        this.times = times;
        this.ends = ends;
    }

    /**
     * The payload of such an answer.
     *
     * @param withUsage whether a stream has the event that says what was used
     */
    public static CannedAnswer of(CannedSpec spec, boolean withUsage) {
        Builder builder = new Builder();
        if (!spec.stream()) {
            builder.plain(spec.answerBytes());
            return builder.build();
        }
        for (int i = 0; i < spec.chunks(); i++) {
            builder.chunk(i, spec.chunkBytes());
        }
        builder.tail("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", "");
        if (withUsage) {
            builder.tail("", usage(spec.chunks()));
        }
        builder.done();
        return builder.build();
    }

    /** The payload of a stream in Anthropic's dialect; its events are of about the same size. */
    public static CannedAnswer messages(CannedSpec spec) {
        Builder builder = new Builder();
        builder.add(
                Builder.event("message_start")
                        + "\"message\":{\"id\":\"msg_canned\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"model\":\""
                        + MODEL
                        + "\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":"
                        + INPUT_TOKENS
                        + ",\"output_tokens\":1}}}\n\n",
                -1,
                -1);
        builder.add(
                Builder.event("content_block_start")
                        + "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
                -1,
                -1);
        for (int i = 0; i < spec.chunks(); i++) {
            builder.delta(i, spec.chunkBytes());
        }
        builder.add(Builder.event("content_block_stop") + "\"index\":0}\n\n", -1, -1);
        builder.add(
                Builder.event("message_delta")
                        + "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                        + "\"usage\":{\"output_tokens\":"
                        + spec.chunks()
                        + "}}\n\n",
                -1,
                -1);
        builder.add("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", -1, -1);
        return builder.build();
    }

    /** Length of the whole payload. */
    public int length() {
        return bytes.length;
    }

    /** How many events, or 1 for a plain answer. */
    public int events() {
        return ends.length;
    }

    /** Offset behind an event. */
    public int end(int event) {
        return ends[event];
    }

    int start(int event) {
        return event == 0 ? 0 : ends[event - 1];
    }

    /** Offset of the id in an event, or -1 if it has none. */
    int id(int event) {
        return ids[event];
    }

    /** Offset of the time in an event, or -1 if it has none. */
    int time(int event) {
        return times[event];
    }

    /** The payload, with zeros for ids and times. Borrowed. */
    byte[] bytes() {
        return bytes;
    }

    private static String usage(int tokens) {
        return ",\"usage\":{\"prompt_tokens\":"
                + INPUT_TOKENS
                + ",\"completion_tokens\":"
                + tokens
                + ",\"total_tokens\":"
                + (tokens + INPUT_TOKENS)
                + "}";
    }

    /** Writes a number as 16 hexadecimal digits. */
    public static void putHex(byte[] out, int at, long value) {
        for (int i = 0; i < CannedSpec.ID_BYTES; i++) {
            out[at + i] = HEX[(int) (value >>> (60 - 4 * i)) & 15];
        }
    }

    private static final class Builder {

        private static final String PREFIX = "data: {\"id\":\"chatcmpl-";
        private static final String ZEROS = "0".repeat(CannedSpec.ID_BYTES);
        private static final String OBJECT =
                "\",\"object\":\"chat.completion.chunk\",\"model\":\"" + MODEL + "\",\"choices\":[";
        private static final String CHUNK_END = "\"},\"finish_reason\":null}]}\n\n";

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<Integer> ids = new ArrayList<>();
        private final List<Integer> times = new ArrayList<>();
        private final List<Integer> ends = new ArrayList<>();

        private void add(String event, int id, int time) {
            int start = out.size();
            out.writeBytes(event.getBytes(US_ASCII));
            ids.add(id < 0 ? -1 : start + id);
            times.add(time < 0 ? -1 : start + time);
            ends.add(out.size());
        }

        void chunk(int index, int wanted) {
            String start =
                    PREFIX
                            + ZEROS
                            + OBJECT
                            + "{\"index\":0,\"delta\":{\"content\":\""
                            + String.format(Locale.ROOT, "%06d ", index);
            int room = wanted - start.length() - ZEROS.length() - 1 - CHUNK_END.length();
            add(start + ZEROS + " " + filling(room) + CHUNK_END, PREFIX.length(), start.length());
        }

        private static String event(String type) {
            return "event: " + type + "\ndata: {\"type\":\"" + type + "\",";
        }

        void delta(int index, int wanted) {
            String start =
                    event("content_block_delta")
                            + "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
                            + String.format(Locale.ROOT, "%06d ", index);
            String end = "\"}}\n\n";
            int room = wanted - start.length() - ZEROS.length() - 1 - end.length();
            add(start + ZEROS + " " + filling(room) + end, -1, start.length());
        }

        void tail(String choice, String usage) {
            add(PREFIX + ZEROS + OBJECT + choice + "]" + usage + "}\n\n", PREFIX.length(), -1);
        }

        void done() {
            add("data: [DONE]\n\n", -1, -1);
        }

        void plain(int wanted) {
            String start = "{\"id\":\"chatcmpl-";
            String middle =
                    "\",\"object\":\"chat.completion\",\"model\":\""
                            + MODEL
                            + "\",\"choices\":[{\"index\":0,\"message\":"
                            + "{\"role\":\"assistant\",\"content\":\"";
            String end = "\"},\"finish_reason\":\"stop\"}]" + usage(25) + "}";
            int room = wanted - start.length() - ZEROS.length() - middle.length() - end.length();
            add(start + ZEROS + middle + filling(room) + end, start.length(), -1);
        }

        private static String filling(int length) {
            return length <= 0
                    ? ""
                    : FILLING.repeat(length / FILLING.length() + 1).substring(0, length);
        }

        CannedAnswer build() {
            return new CannedAnswer(out.toByteArray(), ints(ids), ints(times), ints(ends));
        }

        private static int[] ints(List<Integer> list) {
            int[] all = new int[list.size()];
            Arrays.setAll(all, list::get);
            return all;
        }
    }
}
