package io.sluice.transport.logging;

import ch.qos.logback.core.encoder.EncoderBase;
import io.sluice.error.ErrorSource;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.telemetry.CallRecord;
import io.sluice.usage.Usage;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A finished call as one line of JSON.
 *
 * <p>For one thread. Every line has every field, {@code null} where there is nothing to say. {@code
 * docs/metrics.md} explains them.
 */
final class AccessLogEncoder extends EncoderBase<CallRecord> {

    private static final byte[] NOTHING = new byte[0];

    private final JsonLine line = new JsonLine();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(CallRecord call) {
        return line.next(out -> write(call, out));
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static void write(CallRecord call, JsonLine line) throws IOException {
        line.text("timestamp", Instant.ofEpochMilli(call.startedMillis()).toString());
        line.text("id", call.id());
        line.text("correlation_id", call.correlationId());
        line.text("key", call.key());
        line.text("endpoint", endpoint(call.endpoint()));
        line.text("model_asked", call.modelAsked());
        line.text("model_sent", call.modelSent());
        line.text("target", call.target());
        line.number("status", call.status());
        line.text("error_source", source(call.errorSource()));
        line.text("end", call.end().toString());
        line.millis("ttft_ms", call.firstByteNanos());
        line.millis("total_ms", call.totalNanos());
        line.millis("overhead_ms", call.overheadNanos());
        line.number("attempts", call.attempts());
        writeTokens(call.usage(), line);
        writeCost(call.cost(), line);
        line.flag("stream", call.stream());
    }

    private static void writeTokens(Usage usage, JsonLine line) throws IOException {
        if (usage.origin() == Usage.Origin.NONE) {
            line.nothing("input_tokens");
            line.nothing("output_tokens");
            line.nothing("cached_tokens");
            return;
        }
        line.number("input_tokens", usage.inputTokens());
        line.number("output_tokens", usage.outputTokens());
        line.number("cached_tokens", usage.cachedInputTokens());
    }

    private static void writeCost(CallCost cost, JsonLine line) throws IOException {
        if (cost.isInDollars()) {
            line.number("cost_picos", cost.dollarPicos());
        } else {
            line.nothing("cost_picos");
        }
    }

    private static @Nullable String endpoint(@Nullable Endpoint endpoint) {
        return endpoint == null ? null : endpoint.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String source(@Nullable ErrorSource source) {
        return source == null ? null : source.name().toLowerCase(Locale.ROOT);
    }
}
