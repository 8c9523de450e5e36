package io.sluice.bench.compare;

import io.sluice.bench.canned.CannedSpec;
import io.sluice.bench.load.Bodies;
import io.sluice.bench.load.LoadPlan;
import io.sluice.bench.load.LoadTls;
import io.sluice.bench.load.Measurements;
import io.sluice.bench.load.PreparedCall;
import io.sluice.bench.load.Profile;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The loads under which contenders are compared. */
public enum Workload {
    /** Plain calls of 1 KiB with answers of 2 KiB, as many as 64 connections carry. */
    W1(Unit.CALL, CannedSpec.plain(2048), 1024, 64, 0, 0, true),
    /**
     * The same at a fixed rate, {@code --rate}, so that books are written as fast as calls come.
     */
    W1R(Unit.CALL, CannedSpec.plain(2048), 1024, 256, 5000, 0, true),
    /** The same, 4,000 a second: what a call costs a machine that is not busy. */
    W1O(Unit.CALL, CannedSpec.plain(2048), 1024, 256, 4000, 0, true),
    /** 32 streams of 200 events, back to back. */
    W2(Unit.CHUNK, CannedSpec.stream(200, 184, 0), 1024, 32, 0, 0, true),
    /** The same, but the caller does not ask for usage: a gateway that meters asks and hides. */
    W2F(Unit.CHUNK, CannedSpec.stream(200, 184, 0), 1024, 32, 0, 0, false),
    /** 1,000 streams with an event every 10 ms. */
    W3(Unit.CHUNK, CannedSpec.stream(200, 184, 10_000), 1024, 1000, 0, 2000, true),
    /** 200 such streams, which a machine of two cores carries with room to spare. */
    W3B(Unit.CHUNK, CannedSpec.stream(200, 184, 10_000), 1024, 200, 0, 400, true),
    /** 5,000 open streams with an event a second: memory. */
    W4(Unit.STREAM, CannedSpec.stream(600, 184, 1_000_000), 1024, 5000, 0, 2500, true),
    /** Bodies of 1 MiB with answers of 2 KiB. */
    W5(Unit.CALL, CannedSpec.plain(2048), 1 << 20, 8, 0, 0, true),
    /** W1 with TLS on the client's side. */
    W6(Unit.CALL, CannedSpec.plain(2048), 1024, 64, 0, 0, true),
    /** W1 with TLS on both sides. */
    W7(Unit.CALL, CannedSpec.plain(2048), 1024, 64, 0, 0, true),
    /** W2 from callers of Anthropic's dialect, before a provider of OpenAI's. */
    W8(Unit.CHUNK, CannedSpec.stream(200, 184, 0), 1024, 32, 0, 0, true),
    /** The reverse: W2 from callers of OpenAI's dialect, before a provider of Anthropic's. */
    W8R(Unit.CHUNK, CannedSpec.stream(200, 184, 0), 1024, 32, 0, 0, true);

    /** What costs are divided by. */
    public enum Unit {
        CALL,
        CHUNK,
        STREAM;

        /** Its name in reports. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Behind the name of a contender's model: the same before a provider of Anthropic's dialect.
     */
    static final String MESSAGES_MODEL = "-messages";

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long STREAM_TIMEOUT_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Unit unit;

    // A record of numbers is immutable; the annotation that would say so is not on the class path.
    @SuppressWarnings("ImmutableEnumChecker")
    private final CannedSpec answer;

    private final int promptBytes;
    private final int connections;
    private final double perSecond;
    private final double ramp;
    private final boolean asksForUsage;

    Workload(
            Unit unit,
            CannedSpec answer,
            int promptBytes,
            int connections,
            double perSecond,
            double ramp,
            boolean asksForUsage) {
        this.unit = unit;
        this.answer = answer;
        this.promptBytes = promptBytes;
        this.connections = connections;
        this.perSecond = perSecond;
        this.ramp = ramp;
        this.asksForUsage = asksForUsage;
    }

    public Unit unit() {
        return unit;
    }

    public int connections() {
        return connections;
    }

    /** Calls a second, or 0 where they follow on answers. */
    double perSecond() {
        return perSecond;
    }

    /** What is encrypted. */
    Wire wire() {
        return switch (this) {
            case W6 -> Wire.TLS_CLIENT;
            case W7 -> Wire.TLS_BOTH;
            default -> Wire.PLAIN;
        };
    }

    /** Whether caller and provider speak different dialects, so that only a gateway can serve. */
    boolean isTranslated() {
        return this == W8 || this == W8R;
    }

    /**
     * What costs are divided by. The bytes of a translated answer are not compared and so its
     * events not counted; they are as many as the provider's with text.
     */
    long units(Measurements measured) {
        if (unit == Unit.CHUNK && !isTranslated()) {
            return measured.events();
        }
        long served = measured.ended() - measured.failed();
        return isTranslated() ? served * answer.chunks() : served;
    }

    /** How long it takes until the load is as it is meant to be. */
    public double settleSeconds() {
        return ramp > 0 ? connections / ramp + 0.5 : 0.5;
    }

    /** The load on one contender. */
    public LoadPlan plan(URI base, String key, String model) {
        PreparedCall call =
                switch (this) {
                    case W8 ->
                            PreparedCall.of(
                                    base,
                                    key,
                                    "/v1/messages",
                                    Bodies.ofMessages(model, answer, promptBytes),
                                    null);
                    case W8R -> chat(base, key, model + MESSAGES_MODEL, null);
                    default -> chat(base, key, model, answer);
                };
        long timeout = unit == Unit.CALL ? TIMEOUT_NANOS : STREAM_TIMEOUT_NANOS;
        return LoadPlan.closed(
                        new InetSocketAddress(base.getHost(), base.getPort()),
                        call,
                        connections,
                        timeout)
                .withTls(base.getScheme().equals("https") ? LoadTls.anyCertificate() : null)
                .withRate(perSecond)
                .withRamp(ramp);
    }

    private PreparedCall chat(URI base, String key, String model, @Nullable CannedSpec expected) {
        String body = Bodies.of(Profile.Shape.CHAT, model, answer, promptBytes, asksForUsage);
        return PreparedCall.of(base, key, Bodies.path(Profile.Shape.CHAT), body, expected);
    }
}
