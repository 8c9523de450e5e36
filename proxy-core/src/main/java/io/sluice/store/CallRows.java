package io.sluice.store;

import io.sluice.ledger.Settlement;
import io.sluice.usage.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a settlement becomes a row of {@code calls}. */
final class CallRows {

    static final List<String> COLUMNS =
            List.of(
                    "day",
                    "call_id",
                    "attempt",
                    "request_id",
                    "admitted_at",
                    "ended_at",
                    "outcome",
                    "status",
                    "error_code",
                    "termination",
                    "key_id",
                    "key_alias",
                    "user_id",
                    "team_id",
                    "organization_id",
                    "project_id",
                    "end_user",
                    "tags",
                    "endpoint",
                    "model_asked",
                    "model_sent",
                    "provider",
                    "target",
                    "stream",
                    "cache_hit",
                    "usage_origin",
                    "service_tier",
                    "input_tokens",
                    "output_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "cache_write_hour_tokens",
                    "reasoning_tokens",
                    "audio_input_tokens",
                    "audio_output_tokens",
                    "image_input_tokens",
                    "image_output_tokens",
                    "other_units",
                    "cost_state",
                    "currency",
                    "cost_picos",
                    "dollar_picos",
                    "first_byte_millis",
                    "total_millis",
                    "overhead_micros",
                    "request_bytes",
                    "answer_bytes",
                    "model_group");

    private CallRows() {}

    static UUID callId(Settlement row) {
        return new UUID(row.id().callHigh(), row.id().callLow());
    }

    /** The values of the columns: numbers, truths, texts or ids, and nulls. */
    static List<@Nullable Object> values(Settlement row) {
        Usage usage = row.usage();
        List<@Nullable Object> values = new ArrayList<>(COLUMNS.size());
        values.add((long) row.day());
        values.add(callId(row));
        values.add((long) row.id().attempt());
        values.add(text(row.requestId()));
        values.add(row.admittedMillis());
        values.add(row.endedMillis());
        values.add(row.end().outcome().code());
        values.add((long) row.end().status());
        values.add(text(row.end().errorCode()));
        values.add(text(row.end().termination()));
        Settlement.Caller caller = row.caller();
        values.add(text(caller.keyId()));
        values.add(text(caller.keyAlias()));
        values.add(text(caller.userId()));
        values.add(text(caller.teamId()));
        values.add(text(caller.organizationId()));
        values.add(text(caller.projectId()));
        values.add(text(caller.endUser()));
        values.add(Texts.ofList(caller.tags()));
        Settlement.Asked asked = row.asked();
        values.add(text(asked.endpoint()));
        values.add(text(asked.modelAsked()));
        values.add(text(asked.modelSent()));
        values.add(text(asked.provider()));
        values.add(text(asked.target()));
        values.add(asked.stream());
        values.add(false);
        values.add(code(usage.origin()));
        values.add(code(usage.serviceTier()));
        values.add(usage.inputTokens());
        values.add(usage.outputTokens());
        values.add(usage.cachedInputTokens());
        values.add(usage.cacheWriteTokens());
        values.add(usage.count(Usage.Extra.CACHE_WRITE_HOUR_TOKENS));
        values.add(usage.reasoningTokens());
        values.add(usage.audioInputTokens());
        values.add(usage.audioOutputTokens());
        values.add(usage.count(Usage.Extra.IMAGE_INPUT_TOKENS));
        values.add(usage.count(Usage.Extra.IMAGE_OUTPUT_TOKENS));
        values.add(otherUnits(usage));
        values.add(code(row.cost().state()));
        values.add(text(row.cost().currency()));
        values.add(row.cost().picos());
        values.add(row.cost().dollarPicos());
        values.add(row.times().firstByteMillis());
        values.add(row.times().totalMillis());
        values.add(row.times().overheadMicros());
        values.add(row.requestBytes());
        values.add(row.answerBytes());
        values.add(text(asked.modelGroup()));
        return values;
    }

    private static String otherUnits(Usage usage) {
        if (usage.hasNoExtras()) {
            return Texts.ofCounts(Map.of());
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Usage.Extra extra : Usage.Extra.values()) {
            boolean hasColumn =
                    switch (extra) {
                        case CACHE_WRITE_HOUR_TOKENS, IMAGE_INPUT_TOKENS, IMAGE_OUTPUT_TOKENS ->
                                true;
                        default -> false;
                    };
            if (!hasColumn && usage.count(extra) != 0) {
                counts.put(code(extra), usage.count(extra));
            }
        }
        return Texts.ofCounts(counts);
    }

    private static String code(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String text(@Nullable String text) {
        return text == null ? null : Texts.storable(text);
    }
}
