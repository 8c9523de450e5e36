package io.sluice.bench.load;

import java.util.Locale;

/**
 * Reads an HTTP/1.1 answer: its status, its framing and its payload, cut anywhere.
 *
 * <p>Reused through {@link #begin}. Shares no code with the gateway, which it checks. Not safe for
 * threads.
 */
final class AnswerReader {

    /** Hears of an answer. */
    interface Listener {

        void onPayload(byte[] bytes, int from, int to);
    }

    /** How far the answer has come. */
    enum State {
        HEAD,
        LENGTH,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        COMPLETE,
        MALFORMED
    }

    private static final int MAX_HEAD_BYTES = 32 << 10;
    private static final int MAX_DIGITS = 8;

    private final Listener listener;
    private final byte[] head = new byte[MAX_HEAD_BYTES];

    private State state = State.HEAD;
    private int headBytes;
    private int status;
    private boolean closes;
    private long left;
    private int digits;
    private int lineBytes;
    private boolean extension;

    AnswerReader(Listener listener) {
        this.listener = listener;
    }

    void begin() {
        state = State.HEAD;
        headBytes = 0;
        status = 0;
        closes = false;
    }

    State state() {
        return state;
    }

    int status() {
        return status;
    }

    /** Whether the connection is of no further use. */
    boolean closes() {
        return closes;
    }

    /** Reads bytes and returns how many; less than all only at the end of the answer. */
    int read(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && state != State.COMPLETE && state != State.MALFORMED) {
            i =
                    switch (state) {
                        case HEAD -> readHead(bytes[i], i);
                        case LENGTH -> readPayload(bytes, i, to, State.COMPLETE);
                        case CHUNK -> readPayload(bytes, i, to, State.CHUNK_END);
                        case CHUNK_SIZE -> readSize(bytes[i], i);
                        case CHUNK_END -> readChunkEnd(bytes[i], i);
                        case TRAILER -> readTrailer(bytes[i], i);
                        case COMPLETE, MALFORMED -> i;
                    };
        }
        return i - from;
    }

    private int readHead(byte b, int i) {
        if (headBytes == MAX_HEAD_BYTES) {
            state = State.MALFORMED;
            return i;
        }
        head[headBytes] = b;
        headBytes++;
        if (b == '\n' && endsWithBlankLine()) {
            endHead();
        }
        return i + 1;
    }

    private boolean endsWithBlankLine() {
        return headBytes >= 4
                && head[headBytes - 2] == '\r'
                && head[headBytes - 3] == '\n'
                && head[headBytes - 4] == '\r';
    }

    private void endHead() {
        status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
        left = -1;
        boolean chunked = false;
        int line = nextLine(0);
        while (line < headBytes - 2) {
            int end = nextLine(line);
            if (isNamed(line, "content-length:")) {
                left = number(line + "content-length:".length(), end);
            } else if (isNamed(line, "transfer-encoding:")) {
                chunked = true;
            } else if (isNamed(line, "connection:")) {
                closes = value(line + "connection:".length(), end).equals("close");
            }
            line = end;
        }
        if (chunked) {
            beginSize();
        } else if (left >= 0) {
            state = left == 0 ? State.COMPLETE : State.LENGTH;
        } else {
            state = State.MALFORMED;
        }
    }

    private int nextLine(int from) {
        int i = from;
        while (head[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    private boolean isNamed(int line, String name) {
        for (int i = 0; i < name.length(); i++) {
            int b = head[line + i];
            int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
            if (lower != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private long number(int from, int end) {
        long value = 0;
        for (int i = from; i < end; i++) {
            if (head[i] >= '0' && head[i] <= '9') {
                value = value * 10 + head[i] - '0';
            }
        }
        return value;
    }

    private String value(int from, int end) {
        return new String(head, from, end - from, java.nio.charset.StandardCharsets.ISO_8859_1)
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private int readPayload(byte[] bytes, int from, int to, State next) {
        int count = (int) Math.min(left, to - from);
        left -= count;
        if (left == 0) {
            state = next;
            lineBytes = 0;
        }
        listener.onPayload(bytes, from, from + count);
        return from + count;
    }

    private void beginSize() {
        state = State.CHUNK_SIZE;
        left = 0;
        digits = 0;
        extension = false;
    }

    private int readSize(byte b, int i) {
        if (b == '\n') {
            state = digits == 0 ? State.MALFORMED : left == 0 ? State.TRAILER : State.CHUNK;
            lineBytes = 0;
            return i + 1;
        }
        int digit = Character.digit(b, 16);
        if (digit >= 0 && !extension) {
            left = left << 4 | digit;
            digits++;
            if (digits > MAX_DIGITS) {
                state = State.MALFORMED;
            }
        } else {
            extension = true;
        }
        return i + 1;
    }

    private int readChunkEnd(byte b, int i) {
        if (b != (lineBytes == 0 ? '\r' : '\n')) {
            state = State.MALFORMED;
            return i;
        }
        lineBytes++;
        if (lineBytes == 2) {
            beginSize();
        }
        return i + 1;
    }

    private int readTrailer(byte b, int i) {
        if (b == '\n') {
            if (lineBytes == 0) {
                state = State.COMPLETE;
            }
            lineBytes = 0;
        } else if (b != '\r') {
            lineBytes++;
        }
        return i + 1;
    }
}
