package io.sluice.transport.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {

    private final InetAddress here = address(1);
    private final InetAddress there = address(2);

    @Test
    void boundAllTogether() {
        ConnectionLimits limits = new ConnectionLimits(2, null);

        assertThat(limits.enter(here)).isTrue();
        assertThat(limits.enter(here)).isTrue();
        assertThat(limits.enter(there)).isFalse();
        assertThat(limits.open()).isEqualTo(2);

        limits.leave(here);
        assertThat(limits.enter(there)).isTrue();
    }

    @Test
    void boundEachAddress() {
        ConnectionLimits limits = new ConnectionLimits(10, 2);

        assertThat(limits.enter(here)).isTrue();
        assertThat(limits.enter(here)).isTrue();
        assertThat(limits.enter(here)).isFalse();
        assertThat(limits.enter(there)).isTrue();
        assertThat(limits.open()).isEqualTo(3);

        limits.leave(here);
        assertThat(limits.enter(here)).isTrue();
        assertThat(limits.enter(here)).isFalse();
    }

    @Test
    void forgetAnAddress_onceItHasLeft() {
        ConnectionLimits limits = new ConnectionLimits(10, 1);
        for (int i = 0; i < 5; i++) {
            assertThat(limits.enter(here)).isTrue();
            assertThat(limits.enter(here)).isFalse();
            limits.leave(here);
        }
        assertThat(limits.open()).isZero();
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
