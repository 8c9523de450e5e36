package io.sluice.transport.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyMemoryTest {

    private final BodyMemory memory = new BodyMemory(100);

    @Test
    void isTaken_upToItsBound() {
        assertThat(memory.take(60)).isTrue();
        assertThat(memory.take(41)).isFalse();
        assertThat(memory.take(40)).isTrue();
        assertThat(memory.take(1)).isFalse();
        assertThat(memory.heldBytes()).isEqualTo(100);
    }

    @Test
    void isGivenBack() {
        memory.take(100);
        memory.giveBack(30);

        assertThat(memory.take(31)).isFalse();
        assertThat(memory.take(30)).isTrue();
        memory.giveBack(100);
        assertThat(memory.heldBytes()).isZero();
    }
}
