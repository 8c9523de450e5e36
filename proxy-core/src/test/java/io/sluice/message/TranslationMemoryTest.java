package io.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TranslationMemoryTest {

    private static final int MAX_BYTES = 64 << 10;

    private final TranslationMemory memory = new TranslationMemory(MAX_BYTES);

    @Test
    void refuses_whatWouldPassItsBound_andTakesNothingOfIt() {
        memory.take(MAX_BYTES - 10);

        assertThatThrownBy(() -> memory.take(11))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));

        assertThat(memory.heldBytes()).isEqualTo(MAX_BYTES - 10);
        assertThat(memory.refusals()).isEqualTo(1);
        memory.take(10);
        memory.giveBack(MAX_BYTES);
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void countsABuffer_whileItGrowsAndUntilNobodyHoldsIt() {
        ByteBuf buffer = memory.buffer(UnpooledByteBufAllocator.DEFAULT);

        buffer.writeZero(1000);
        assertThat(memory.heldBytes()).isEqualTo(buffer.capacity());
        buffer.writeZero(5000);
        assertThat(memory.heldBytes()).isEqualTo(buffer.capacity());
        ByteBuf part = buffer.readRetainedSlice(100);
        buffer.release();
        assertThat(memory.heldBytes()).isEqualTo(buffer.capacity());

        part.release();
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void leavesABufferAsItWas_whereItMayNotGrow() {
        ByteBuf buffer = memory.buffer(UnpooledByteBufAllocator.DEFAULT);
        buffer.writeZero(40_000);

        assertThatThrownBy(() -> buffer.writeZero(40_000)).isInstanceOf(GatewayException.class);

        assertThat(buffer.readableBytes()).isEqualTo(40_000);
        buffer.release();
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void givesBackAllThatACallKept() {
        CallMemory call = new CallMemory(memory);
        TextRoom room = new TextRoom(call);
        for (int i = 0; i < 100; i++) {
            room.append(JsonText.of("some words"));
        }
        assertThat(call.keep(JsonText.of("kept")).string()).isEqualTo("kept");
        call.buffer().writeZero(3000);
        assertThat(memory.heldBytes()).isEqualTo(call.takenBytes()).isGreaterThan(4000);

        call.close();
        call.close();

        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void neverHoldsMoreThanItsBound_whoeverAsks() throws InterruptedException {
        AtomicLong most = new AtomicLong();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            threads.add(Thread.ofPlatform().start(() -> takeAndGiveBack(start, random, most)));
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(1L, (long) MAX_BYTES);
        assertThat(memory.refusals()).isPositive();
        assertThat(memory.heldBytes()).isZero();
    }

    private void takeAndGiveBack(CountDownLatch start, Random random, AtomicLong most) {
        try {
            start.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < 2000; i++) {
            try (CallMemory call = new CallMemory(memory)) {
                for (int j = 0; j < 8; j++) {
                    call.take(random.nextInt(20_000));
                    most.accumulateAndGet(memory.heldBytes(), Math::max);
                }
            } catch (GatewayException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
            }
        }
    }
}
