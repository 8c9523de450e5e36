package io.sluice.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader made of the bytes of one connection.
 *
 * @param messages those whose heads were accepted; the last may lack its end
 * @param refusal why the reader gave up, or {@code null} if it would read on
 */
record Reading(List<Message> messages, @Nullable String refusal) {

    Reading {
        messages = List.copyOf(messages);
    }

    boolean isRefused() {
        return refusal != null;
    }

    /**
     * One message.
     *
     * @param startLine method, target and version, or version and status
     * @param headers in order, as {@code name: value}
     * @param body one character for each byte
     * @param complete whether its end was reached; never, for a body that ends with the connection
     */
    record Message(
            String startLine,
            List<String> headers,
            boolean keepAlive,
            String body,
            boolean complete) {

        Message {
            headers = List.copyOf(headers);
        }
    }

    /** A reading in the making. */
    static final class Draft {

        private final List<Message> messages = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();
        private @Nullable Message open;
        private @Nullable String refusal;

        void begin(String startLine, List<String> headers, boolean keepAlive) {
            body.setLength(0);
            open = new Message(startLine, headers, keepAlive, "", false);
        }

        void append(String piece) {
            body.append(piece);
        }

        void end() {
            add(true);
        }

        void refuse(String why) {
            if (refusal == null) {
                refusal = why;
            }
        }

        boolean isRefused() {
            return refusal != null;
        }

        Reading finish() {
            add(false);
            return new Reading(messages, refusal);
        }

        private void add(boolean complete) {
            Message message = open;
            if (message != null) {
                messages.add(
                        new Message(
                                message.startLine(),
                                message.headers(),
                                message.keepAlive(),
                                body.toString(),
                                complete));
                open = null;
            }
        }
    }
}
