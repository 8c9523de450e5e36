package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Reading.Message;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Compares a reading of ours with Netty's of the same bytes. Ours may refuse more and never less,
 * and what both accept is the same.
 */
final class Oracle {

    /*
     * Where ours is stricter it stops, and what Netty reads on does not count. Netty may also refuse
     * at a byte where ours still waits for the end of the head: that is no acceptance. So for each
     * message that ours accepted Netty must have one that is equal, and only if ours would read on
     * must the numbers be the same.
     *
     * Netty takes transfer-encoding out of a 304, where RFC 9112 (6.1) allows it; ours shows it. The
     * reason phrase may hold bytes that end a line in Unicode (0x85), so only the status is matched.
     */

    private static final Pattern NOT_MODIFIED = Pattern.compile("HTTP/1\\.\\d 304");

    private Oracle() {}

    static void check(Reading ours, Reading netty) {
        for (int i = 0; i < ours.messages().size(); i++) {
            assertThat(netty.messages().size())
                    .as("messages that Netty accepts (%s)", netty.refusal())
                    .isGreaterThan(i);
            checkMessage(ours, netty, i);
        }
        if (!ours.isRefused()) {
            assertThat(netty.messages()).hasSameSizeAs(ours.messages());
        }
    }

    private static void checkMessage(Reading ours, Reading netty, int i) {
        Message our = ours.messages().get(i);
        Message their = netty.messages().get(i);
        assertThat(our.startLine()).isEqualTo(their.startLine());
        assertThat(comparableHeaders(our)).isEqualTo(comparableHeaders(their));
        if (our.keepAlive()) {
            assertThat(their.keepAlive()).as("keeps alive").isTrue();
        }
        boolean last = i == ours.messages().size() - 1;
        if (last && ours.isRefused() && !our.complete()) {
            assertThat(their.body()).startsWith(our.body());
            return;
        }
        boolean theirLast = i == netty.messages().size() - 1;
        if (theirLast && netty.isRefused() && !their.complete()) {
            assertThat(our.complete())
                    .as("accepted though Netty says %s", netty.refusal())
                    .isFalse();
            return;
        }
        assertThat(our.body()).isEqualTo(their.body());
        assertThat(our.complete()).isEqualTo(their.complete());
    }

    private static List<String> comparableHeaders(Message message) {
        if (!NOT_MODIFIED.matcher(message.startLine()).lookingAt()) {
            return message.headers();
        }
        return message.headers().stream()
                .filter(header -> !header.toLowerCase(Locale.ROOT).startsWith("transfer-encoding:"))
                .toList();
    }
}
