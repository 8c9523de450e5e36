package io.sluice.transport.logging;

import ch.qos.logback.core.Appender;
import io.netty.util.internal.PlatformDependent;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A bounded queue before an appender, and the thread that empties it.
 *
 * <p>{@link #offer} may be called by any thread and never waits: what finds the queue full is
 * dropped and counted. Lines come out in the order of each thread that wrote them.
 *
 * @param <E> what the appender writes
 */
final class LogQueue<E> implements AutoCloseable {

    /*
     * A sink may stand still for as long as its reader likes, so nothing between an event loop and
     * the queue may wait for the sink's thread, not even for a lock it holds: hence a lock-free
     * queue instead of an ArrayBlockingQueue, whose consumer can be descheduled inside the lock.
     *
     * The thread says that it is about to park, looks at the queue once more, and parks. A producer
     * adds, then looks whether the thread said so, with a full fence between: the queue's own write
     * is ordered but not volatile, and could pass the look. Whichever comes second sees the other.
     *
     * Where there were lines, more will follow: the thread waits a little before it looks again,
     * and nobody wakes it meanwhile. Woken for each line it would cost the event loop a system call
     * for each call, and itself another for each flush.
     */

    private static final long GATHERING_NANOS = 25_000_000;

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Queue<E> queue;
    private final LongAdder dropped = new LongAdder();
    private final Appender<E> appender;
    private final Runnable flush;
    private final Thread thread;

    private volatile boolean parked;
    private volatile boolean closed;

    private LogQueue(String name, int capacity, Appender<E> appender, Runnable flush) {
        this.queue = PlatformDependent.newFixedMpscQueue(capacity);
        this.appender = appender;
        this.flush = flush;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param capacity lines that may wait, rounded up to a power of two
     * @param flush called by the thread whenever it has written all there was
     */
    static <E> LogQueue<E> start(String name, int capacity, Appender<E> appender, Runnable flush) {
        LogQueue<E> queue = new LogQueue<>(name, capacity, appender, flush);
        queue.thread.start();
        return queue;
    }

    /** Whether there was room. */
    boolean offer(E line) {
        if (closed || !queue.offer(line)) {
            dropped.increment();
            return false;
        }
        VarHandle.fullFence();
        if (parked) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    /** Lines that were dropped since the start. */
    long dropped() {
        return dropped.sum();
    }

    /** Writes what is waiting, within five seconds, and stops the thread. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            if (drain()) {
                LockSupport.parkNanos(this, GATHERING_NANOS);
                continue;
            }
            parked = true;
            if (queue.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            parked = false;
        }
        drain();
        appender.stop();
    }

    /** Whether there was anything to write. */
    private boolean drain() {
        boolean wrote = false;
        for (E line = queue.poll(); line != null; line = queue.poll()) {
            write(line);
            wrote = true;
        }
        if (wrote) {
            flush.run();
        }
        return wrote;
    }

    private void write(E line) {
        if (appender.isStarted()) {
            appender.doAppend(line);
        } else {
            dropped.increment();
        }
    }
}
