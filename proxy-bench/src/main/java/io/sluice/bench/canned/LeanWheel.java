package io.sluice.bench.canned;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers that wait for their time, in ticks of one millisecond. Confined to its event loop. */
final class LeanWheel {

    private static final int SLOTS = 4096;
    private static final long TICK_NANOS = 1_000_000;

    private static final FastThreadLocal<LeanWheel> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected LeanWheel initialValue() {
                    return new LeanWheel();
                }
            };

    private final List<List<Waiting>> slots = new ArrayList<>(SLOTS);
    private final long originNanos = System.nanoTime();
    private long tick;
    private int waiting;
    private @Nullable ScheduledFuture<?> timer;

    private LeanWheel() {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
    }

    /** The wheel of the event loop that calls this. */
    static LeanWheel ofThisLoop(EventExecutor loop) {
        LeanWheel wheel = OF_LOOP.get();
        if (wheel.timer == null) {
            wheel.tick = (System.nanoTime() - wheel.originNanos) / TICK_NANOS;
            wheel.timer =
                    loop.scheduleAtFixedRate(
                            wheel::turn, TICK_NANOS, TICK_NANOS, TimeUnit.NANOSECONDS);
        }
        return wheel;
    }

    void add(LeanAnswer answer, long dueNanos) {
        long due = Math.max(tick + 1, (dueNanos - originNanos + TICK_NANOS - 1) / TICK_NANOS);
        slots.get((int) (due % SLOTS)).add(new Waiting(answer, due));
        waiting++;
    }

    private void turn() {
        long now = (System.nanoTime() - originNanos) / TICK_NANOS;
        while (tick < now) {
            tick++;
            play(slots.get((int) (tick % SLOTS)));
        }
        if (waiting == 0 && timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Those of a later turn of the wheel stay; those added meanwhile are of a later tick. */
    private void play(List<Waiting> slot) {
        if (slot.isEmpty()) {
            return;
        }
        List<Waiting> all = List.copyOf(slot);
        slot.clear();
        for (Waiting one : all) {
            if (one.tick > tick) {
                slot.add(one);
            } else {
                waiting--;
                one.answer.onDue();
            }
        }
    }

    private record Waiting(LeanAnswer answer, long tick) {}
}
