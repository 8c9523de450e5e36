package io.sluice.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One load being made, by one event loop of its own. Its public methods are safe for any thread;
 * all else is confined to that loop.
 */
public final class LoadRun implements AutoCloseable {

    private static final long SWEEP_MILLIS = 50;
    private static final long RETRY_MILLIS = 20;
    private static final int SCRATCH_BYTES = 128 << 10;

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final LoadPlan plan;
    private final Bootstrap bootstrap;
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Deque<Long> backlog = new ArrayDeque<>();

    private Measurements measured = new Measurements();
    private @Nullable OpenLoop schedule;
    private @Nullable CompletableFuture<Measurements> finishing;
    private boolean stopped;
    private int opening;
    private int inFlight;
    private long started;
    private long lastId = System.nanoTime() << 20;
    private long measuredFromNanos = System.nanoTime();
    private long finishByNanos;

    private volatile Progress progress = new Progress(0, 0, 0, 0, 0);
    private volatile String firstFailure = "";

    /** How far a run is. */
    public record Progress(long started, long served, long failed, int inFlight, int connections) {}

    private LoadRun(LoadPlan plan) {
        boolean epoll = Epoll.isAvailable();
        this.plan = plan;
        group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("bench-load", true),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        loop = group.next();
        bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
                        .remoteAddress(plan.address())
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        init(channel);
                                    }
                                });
    }

    /** Starts to make the load. */
    public static LoadRun start(LoadPlan plan) {
        LoadRun run = new LoadRun(plan);
        run.loop.execute(run::begin);
        return run;
    }

    /** Forgets what was measured: what came before was the warm-up. */
    public void beginMeasuring() {
        CompletableFuture.runAsync(this::reset, loop).join();
    }

    /** Ends the measuring at once and hands out what it gave; the load goes on. */
    public Measurements takeMeasurements() {
        return CompletableFuture.supplyAsync(this::take, loop).join();
    }

    /**
     * Starts no further call, and completes when those in flight have ended, at the latest after
     * the time-out of a call. Calls of an open loop whose time had come are still made.
     */
    public CompletableFuture<Measurements> finish() {
        CompletableFuture<Measurements> result = new CompletableFuture<>();
        loop.execute(() -> finishWith(result));
        return result;
    }

    /** How far it is. */
    public Progress progress() {
        return progress;
    }

    /** What was wrong with the first call that failed; empty if none has. */
    public String firstFailure() {
        return firstFailure;
    }

    @Override
    public void close() {
        CompletableFuture.runAsync(this::abandon, loop).join();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void init(Channel channel) {
        if (plan.tls() != null) {
            channel.pipeline().addLast("tls", plan.tls().newHandler(channel.alloc()));
        }
        channel.pipeline().addLast("load", new LoadConnection(this));
    }

    private void begin() {
        loop.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        if (plan.isOpenLoop()) {
            schedule = new OpenLoop(plan.perSecond(), System.nanoTime());
            startWhatIsDue();
        } else if (plan.connectsPerSecond() > 0) {
            schedule = new OpenLoop(plan.connectsPerSecond(), System.nanoTime());
            openWhatIsDue();
        } else {
            for (int i = 0; i < plan.connections(); i++) {
                open();
            }
        }
    }

    private void startWhatIsDue() {
        OpenLoop calls = schedule;
        if (calls == null || stopped) {
            return;
        }
        while (calls.isDue(System.nanoTime()) && mayStart()) {
            backlog.add(calls.take());
            started++;
            startWaiting();
        }
        measured.onBacklog(backlog.size());
        if (mayStart()) {
            long wait = Math.max(0, calls.nextNanos() - System.nanoTime());
            loop.schedule(this::startWhatIsDue, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void openWhatIsDue() {
        OpenLoop opens = schedule;
        if (opens == null || stopped) {
            return;
        }
        while (opens.isDue(System.nanoTime()) && hasRoom()) {
            opens.take();
            open();
        }
        if (hasRoom()) {
            long wait = Math.max(0, opens.nextNanos() - System.nanoTime());
            loop.schedule(this::openWhatIsDue, wait, TimeUnit.NANOSECONDS);
        }
    }

    private boolean mayStart() {
        return plan.maxCalls() == 0 || started < plan.maxCalls();
    }

    private boolean hasRoom() {
        return connections.size() + opening < plan.connections();
    }

    /** Gives waiting calls to free connections, and opens one where there is none. */
    private void startWaiting() {
        while (!backlog.isEmpty() && !idle.isEmpty()) {
            startOn(idle.pollLast(), backlog.poll());
        }
        if (opening < backlog.size() && hasRoom()) {
            open();
        }
    }

    private void startOn(LoadConnection connection, long intendedNanos) {
        inFlight++;
        measured.onStart();
        lastId++;
        int turn = (int) Long.remainderUnsigned(lastId, plan.calls().size());
        connection.startCall(plan.calls().get(turn), lastId, intendedNanos);
    }

    private void open() {
        opening++;
        bootstrap.connect().addListener(done -> onOpened((ChannelFuture) done));
    }

    private void onOpened(ChannelFuture opened) {
        opening--;
        if (opened.isSuccess()) {
            LoadConnection connection = opened.channel().pipeline().get(LoadConnection.class);
            connections.add(connection);
            measured.onConnect();
            onIdle(connection);
            return;
        }
        noteFailure("cannot connect to " + plan.address() + ": " + opened.cause());
        if (!stopped) {
            measured.onEnd(Outcome.CUT, false);
            loop.schedule(this::reopen, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void reopen() {
        boolean needed = plan.isOpenLoop() ? !backlog.isEmpty() : mayStart();
        if (!stopped && needed && hasRoom()) {
            open();
        }
    }

    /** A connection may take another call. */
    void onIdle(LoadConnection connection) {
        if (plan.isOpenLoop()) {
            idle.add(connection);
            startWaiting();
        } else if (!stopped && mayStart()) {
            started++;
            startOn(connection, System.nanoTime());
        }
        completeIfDone();
    }

    /** A connection was closed. */
    void onClosed(LoadConnection connection) {
        if (connections.remove(connection)) {
            idle.remove(connection);
            loop.schedule(this::reopen, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
        completeIfDone();
    }

    /** A call has ended. */
    void onEnd(LoadConnection.Ended call) {
        inFlight--;
        Outcome outcome = call.outcome();
        boolean served = outcome == Outcome.SERVED;
        if (call.intendedNanos() - measuredFromNanos >= 0) {
            if (served) {
                measured.record(Measure.TTFT, call.ttftNanos());
                if (call.tpotNanos() >= 0) {
                    measured.record(Measure.TPOT, call.tpotNanos());
                }
            }
            if (served || outcome == Outcome.TIMED_OUT) {
                measured.record(Measure.END_TO_END, call.endToEndNanos());
            }
        }
        measured.onEnd(
                outcome,
                plan.limits().isMetBy(call.ttftNanos(), call.tpotNanos(), call.endToEndNanos()));
        if (!served) {
            noteFailure(call.failure());
        }
    }

    Measurements measured() {
        return measured;
    }

    byte[] scratch() {
        return scratch;
    }

    private void noteFailure(String what) {
        if (firstFailure.isEmpty()) {
            firstFailure = what;
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        for (LoadConnection connection : List.copyOf(connections)) {
            connection.endIfOlderThan(plan.timeoutNanos(), now);
        }
        progress =
                new Progress(
                        started,
                        measured.count(Outcome.SERVED),
                        measured.failed(),
                        inFlight,
                        connections.size());
        if (finishing != null && now - finishByNanos > 0) {
            abandonBacklog(now);
        }
        completeIfDone();
    }

    private void reset() {
        measured = new Measurements();
        measuredFromNanos = System.nanoTime();
    }

    private Measurements take() {
        Measurements taken = measured;
        taken.tookNanos(System.nanoTime() - measuredFromNanos);
        reset();
        return taken;
    }

    private void finishWith(CompletableFuture<Measurements> result) {
        stopped = true;
        finishing = result;
        finishByNanos = System.nanoTime() + plan.timeoutNanos();
        completeIfDone();
    }

    private void abandonBacklog(long now) {
        while (!backlog.isEmpty()) {
            measured.record(Measure.END_TO_END, now - backlog.poll());
            measured.onEnd(Outcome.NOT_STARTED, false);
        }
    }

    private void completeIfDone() {
        CompletableFuture<Measurements> result = finishing;
        if (result != null && inFlight == 0 && backlog.isEmpty() && !result.isDone()) {
            result.complete(take());
        }
    }

    private void abandon() {
        stopped = true;
        List.copyOf(connections).forEach(LoadConnection::abandon);
    }

    /** Whether a run that has a bound of calls has made them all. */
    public boolean isExhausted() {
        Progress now = progress;
        return plan.maxCalls() > 0 && now.started() >= plan.maxCalls() && now.inFlight() == 0;
    }
}
