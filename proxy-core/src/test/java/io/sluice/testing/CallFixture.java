package io.sluice.testing;

import io.sluice.error.ErrorCode;
import io.sluice.error.ErrorSource;
import io.sluice.ledger.Outcome;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.telemetry.CallRecord;
import io.sluice.telemetry.Termination;
import io.sluice.usage.Usage;
import org.jspecify.annotations.Nullable;

/** A finished call in the making: at first one that was served, changed field by field. */
public final class CallFixture {

    private final Usage usage = new Usage();
    private String id = "call-1";
    private @Nullable String key = "ci";
    private @Nullable Endpoint endpoint = Endpoint.CHAT_COMPLETIONS;
    private @Nullable String modelAsked = "fast";
    private @Nullable String modelSent = "gpt-4o-mini";
    private @Nullable String provider = "openai";
    private @Nullable String target = "openai/gpt-4o-mini";
    private int status = 200;
    private @Nullable ErrorCode error;
    private @Nullable ErrorSource source;
    private Termination end = Termination.COMPLETE;
    private long firstByteNanos = 120_000_000;
    private long totalNanos = 1_500_000_000;
    private long overheadNanos = 80_000;
    private boolean stream = true;
    private CallCost cost = CallCost.UNMEASURED;

    public CallFixture id(String id) {
        this.id = id;
        return this;
    }

    public CallFixture endpoint(@Nullable Endpoint endpoint) {
        this.endpoint = endpoint;
        return this;
    }

    public CallFixture model(@Nullable String asked) {
        this.modelAsked = asked;
        return this;
    }

    public CallFixture provider(@Nullable String provider) {
        this.provider = provider;
        return this;
    }

    public CallFixture status(int status) {
        this.status = status;
        return this;
    }

    public CallFixture failed(int status, @Nullable ErrorCode error, ErrorSource source) {
        this.status = status;
        this.error = error;
        this.source = source;
        return this;
    }

    public CallFixture end(char party, char phase) {
        this.end = new Termination(party, phase);
        return this;
    }

    public CallFixture tokens(long input, long output, long cached) {
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(input);
        usage.setOutputTokens(output);
        usage.setCachedInputTokens(cached);
        return this;
    }

    public CallFixture nanos(long firstByte, long total, long overhead) {
        this.firstByteNanos = firstByte;
        this.totalNanos = total;
        this.overheadNanos = overhead;
        return this;
    }

    public CallFixture cost(CallCost cost) {
        this.cost = cost;
        return this;
    }

    /** A call that was refused before a target was chosen. */
    public CallFixture refused(ErrorCode code) {
        this.key = null;
        this.modelSent = null;
        this.provider = null;
        this.target = null;
        this.stream = false;
        nanos(-1, 1_000_000, -1);
        return failed(code.status(), code, ErrorSource.GATEWAY);
    }

    public CallRecord toRecord() {
        return new CallRecord(
                id,
                "correlation-1",
                key,
                endpoint,
                modelAsked,
                modelSent,
                provider,
                target,
                status,
                error,
                source,
                end,
                1_767_225_600_000L,
                firstByteNanos,
                totalNanos,
                overheadNanos,
                target == null ? 0 : 1,
                stream,
                usage,
                300,
                4_000,
                cost,
                target == null ? null : Outcome.COMPLETED);
    }
}
