package io.sluice.bench.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.bench.upstream.Options;
import io.sluice.bench.upstream.ReceivedRequest;
import io.sluice.bench.upstream.RecordedCases;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A gateway before a provider that replays recorded cases, and some callers that keep their
 * connections. Collects what differs from the recording.
 */
public final class WireReplay implements AutoCloseable {

    private static final int CALLERS = 12;
    private static final int MAX_FAULTS = 20;
    private static final int KEPT_REQUESTS = 4096;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final GatewayFixture fixture;
    private final Path accessLog;
    private final AtomicLong calls = new AtomicLong();
    private final Map<String, WireTrial> sent = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /** Starts gateway and provider; the folder is for their files. */
    public WireReplay(Path folder, RecordedCases cases, Collection<String> providers)
            throws IOException {
        Options plain = Options.DEFAULT;
        Options options =
                new Options(
                        plain.host(),
                        plain.port(),
                        plain.loops(),
                        plain.seed(),
                        plain.knobs(),
                        plain.models(),
                        cases.folder(),
                        "sk-up",
                        null,
                        null,
                        KEPT_REQUESTS);
        String entries =
                providers.stream().map(WireTrial::modelEntry).collect(Collectors.joining());
        fixture = GatewayFixture.start(folder, options, entries);
        accessLog = folder.resolve("access.log");
    }

    /** Plays all trials, several at a time, and compares every answer. */
    public void play(Iterator<WireTrial> trials) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofPlatform().start(() -> call(trials)));
        }
        for (Thread caller : callers) {
            try {
                caller.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Compares what the provider received of the latest trials. */
    public void compareRequests() throws IOException {
        for (ReceivedRequest request : fixture.provider().received()) {
            String id = Objects.requireNonNull(request.header("x-request-id"));
            WireTrial trial = Objects.requireNonNull(sent.get(id));
            JsonNode body = JSON.readTree(request.bodyText());
            expect(trial, "path", trial.upstreamUri(), request.uri());
            expect(trial, "request body", trial.upstreamBody(), body);
        }
    }

    /** Compares the access log: one line for each call, with the recorded usage. */
    public void compareLog() throws IOException {
        try (BufferedReader log = Files.newBufferedReader(accessLog)) {
            StringBuilder line = new StringBuilder();
            await(() -> compareLines(log, line) && sent.isEmpty());
        }
        sent.values().forEach(trial -> fault(trial, "has no line in the access log"));
    }

    /** What differed, the first of it. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** How many calls were made. */
    public long calls() {
        return calls.get();
    }

    @Override
    public void close() {
        fixture.close();
    }

    private void call(Iterator<WireTrial> trials) {
        RawCaller caller = null;
        try {
            for (WireTrial trial = next(trials); trial != null; trial = next(trials)) {
                if (caller == null) {
                    caller = new RawCaller(fixture.port());
                }
                String id = "wire-" + calls.incrementAndGet();
                sent.put(id, trial);
                try {
                    compare(trial, id, caller.send(trial.request(id)).read());
                } catch (IOException e) {
                    fault(trial, e.toString());
                    caller.close();
                    caller = null;
                }
            }
            if (caller != null) {
                caller.close();
            }
        } catch (IOException | RuntimeException e) {
            faults.add("a caller stopped: " + e);
        }
    }

    private void compare(WireTrial trial, String id, RawCaller.Answer answer) {
        expect(trial, "status", trial.recorded().status(), answer.status());
        expect(trial, "content type", trial.contentType(), answer.header("content-type"));
        expect(trial, "request id", id, answer.header("x-request-id"));
        byte[] expected = trial.expectedBody();
        int at = Arrays.mismatch(expected, answer.body());
        if (at >= 0) {
            fault(
                    trial,
                    "%d bytes expected, %d came, which differ at %d: %s"
                            .formatted(expected.length, answer.body().length, at, answer.text()));
        }
    }

    private @Nullable WireTrial next(Iterator<WireTrial> trials) {
        synchronized (trials) {
            return faults.size() < MAX_FAULTS && trials.hasNext() ? trials.next() : null;
        }
    }

    private void expect(WireTrial trial, String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            fault(trial, what + " is " + found + ", not " + expected);
        }
    }

    private void fault(WireTrial trial, String text) {
        if (faults.size() < MAX_FAULTS) {
            faults.add(trial + ": " + text);
        }
    }

    /** Compares the lines that are there; one whose end is not there yet waits in {@code line}. */
    private boolean compareLines(BufferedReader log, StringBuilder line) {
        try {
            for (int c = log.read(); c >= 0; c = log.read()) {
                if (c == '\n') {
                    compareLine(JSON.readTree(line.toString()));
                    line.setLength(0);
                } else {
                    line.append((char) c);
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compareLine(JsonNode line) {
        WireTrial trial = sent.remove(line.path("id").asText());
        if (trial == null) {
            faults.add("a line too many in the access log: " + line);
        } else {
            compare(trial, line);
        }
    }

    private void compare(WireTrial trial, JsonNode line) {
        Tokens logged = Tokens.logged(line);
        if (trial.isFree()) {
            expect(trial, "cost", 0L, line.path("cost_picos").asLong());
        } else if (trial.saysUsage() || trial.recorded().status() >= 400) {
            expect(trial, "usage", trial.expectedTokens(), logged);
        } else {
            expect(trial, "whether its usage can be an estimate", true, logged.isEstimate());
        }
        expect(trial, "status", trial.recorded().status(), line.path("status").asInt());
        expect(trial, "end", "--", line.path("end").asText());
        expect(trial, "attempts", 1, line.path("attempts").asInt());
    }

    private static void await(BooleanSupplier isSo) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isSo.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(20_000_000);
        }
    }
}
