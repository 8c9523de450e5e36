package io.sluice.bench.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Callers that call without a pause while gateways come and go: plain calls, streams, and streams
 * that are left in the middle. Each call has an {@code x-request-id} of its own and is made once.
 *
 * <p>Safe for any thread.
 */
public final class CrashLoad {

    /** What the caller saw of a call. */
    public enum Seen {
        /** The whole answer. */
        ANSWERED,
        /** A refusal by the gateway itself. */
        REFUSED,
        /** A part, by the caller's own will. */
        LEFT,
        /** A part or nothing: the gateway died, or the connection was not taken. */
        BROKEN
    }

    private final Map<String, Seen> calls = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final AtomicLong numbers = new AtomicLong();
    private final List<Thread> callers = new ArrayList<>();
    private final String key;
    private final String prefix;
    private int port = -1;

    /**
     * Load that begins with the first {@link #aim}.
     *
     * @param prefix of the calls' ids
     */
    public CrashLoad(String key, String prefix, int callers, long seed) {
        this.key = key;
        this.prefix = prefix;
        for (int i = 0; i < callers; i++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
            this.callers.add(Thread.ofPlatform().start(() -> call(random)));
        }
    }

    /** From now on calls go to the gateway at that port; -1 lets the callers wait. */
    public synchronized void aim(int gatewayPort) {
        port = gatewayPort;
        notifyAll();
    }

    /** What was seen of each call, by id. */
    public Map<String, Seen> calls() {
        return Map.copyOf(calls);
    }

    /** How many calls were seen so. */
    public long count(Seen seen) {
        return calls.values().stream().filter(seen::equals).count();
    }

    /** What no caller may see: answers that are malformed, or refusals that say nothing. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Lets the callers end their calls, and waits for them. */
    public void stop() throws InterruptedException {
        isStopped.set(true);
        aim(-1);
        for (Thread caller : callers) {
            caller.join();
        }
    }

    /** Where calls go at this moment, -1 once they end; waits where they go nowhere. */
    private synchronized int awaitAim() throws InterruptedException {
        while (port < 0 && !isStopped.get()) {
            wait();
        }
        return port;
    }

    private void call(RandomGenerator random) {
        RawCaller caller = null;
        int connectedTo = -1;
        while (!isStopped.get()) {
            try {
                int aimed = awaitAim();
                if (aimed < 0) {
                    break;
                }
                if (caller == null || connectedTo != aimed) {
                    close(caller);
                    caller = new RawCaller(aimed);
                    connectedTo = aimed;
                }
            } catch (IOException e) {
                caller = null;
                continue;
            } catch (InterruptedException e) {
                return;
            }
            if (!call(caller, random)) {
                close(caller);
                caller = null;
            }
        }
        close(caller);
    }

    /** Makes one call; whether the connection can be used for another. */
    private boolean call(RawCaller caller, RandomGenerator random) {
        String id = prefix + numbers.incrementAndGet();
        int kind = random.nextInt(8);
        boolean isStream = kind >= 3;
        int chunks = 1 + random.nextInt(12);
        String knobs = "[[chunks=%d gap=%dms]]".formatted(chunks, kind == 7 ? 2 : 0);
        String body =
                "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s %s\"}]}"
                        .formatted(isStream, knobs, "x".repeat(random.nextInt(200)));
        String[] lines = {"authorization: Bearer " + key, "x-request-id: " + id};
        calls.put(id, Seen.BROKEN);
        try {
            caller.post("/v1/chat/completions", body, lines);
            if (kind >= 6) {
                if (!caller.readTo("\r\n\r\n").startsWith("HTTP/1.1 200")) {
                    calls.put(id, Seen.REFUSED);
                    return false;
                }
                caller.readTo("data: ");
                calls.put(id, Seen.LEFT);
                return false;
            }
            RawCaller.Answer answer = caller.read();
            if (answer.status() == 200) {
                boolean isWhole =
                        isStream
                                ? answer.text().endsWith("data: [DONE]\n\n")
                                : answer.text().endsWith("}");
                calls.put(id, isWhole ? Seen.ANSWERED : Seen.BROKEN);
            } else {
                calls.put(id, Seen.REFUSED);
                if (!answer.text().contains("\"code\":\"")) {
                    faults.add(id + " was refused without a code: " + answer.text());
                }
            }
            return !answer.header("connection").equals("close");
        } catch (IOException _) {
            return false;
        }
    }

    private static void close(@Nullable RawCaller caller) {
        try {
            if (caller != null) {
                caller.close();
            }
        } catch (IOException _) {
            // It was of no use any more.
        }
    }
}
