package io.sluice.transport.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.telemetry.Metrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops of the data path, each with its ticker. */
public final class EventLoops {

    private final TransportType transport;
    private final EventLoopGroup group;
    private final IdentityHashMap<EventLoop, Integer> indexes = new IdentityHashMap<>();
    private final List<Ticker> tickers = new ArrayList<>();

    /**
     * Starts the loops.
     *
     * @param count threads, one loop each
     * @param metrics has a place for each loop
     */
    public EventLoops(TransportType transport, int count, Metrics metrics) {
        this.transport = transport;
        this.group =
                new MultiThreadIoEventLoopGroup(
                        count, new DefaultThreadFactory("data"), transport.newIoHandlerFactory());
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            int index = tickers.size();
            indexes.put(loop, index);
            Ticker ticker = new Ticker(loop, metrics.loop(index));
            tickers.add(ticker);
            ticker.start();
        }
    }

    public TransportType transport() {
        return transport;
    }

    /** The group to register channels with. */
    public EventLoopGroup group() {
        return group;
    }

    public int count() {
        return tickers.size();
    }

    /** The place of a loop, from 0. */
    public int indexOf(EventLoop loop) {
        Integer index = indexes.get(loop);
        assert index != null;
        return index;
    }

    /** The loops, by their place. */
    public List<EventLoop> loops() {
        List<EventLoop> loops = new ArrayList<>(Collections.nCopies(count(), null));
        indexes.forEach((loop, index) -> loops.set(index, loop));
        return loops;
    }

    public Ticker ticker(int index) {
        return tickers.get(index);
    }

    /** Ends all loops and waits for them, at most five seconds. */
    public void close() {
        tickers.forEach(Ticker::stop);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(6, TimeUnit.SECONDS);
    }
}
