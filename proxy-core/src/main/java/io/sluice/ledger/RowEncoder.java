package io.sluice.ledger;

import io.sluice.usage.Usage;
import java.util.List;

/** Writes what is published as records. Reusable, allocates nothing; confined to one thread. */
final class RowEncoder {

    /** No text has it: it is replaced in all of them. */
    static final byte SEPARATOR = 0;

    private final RecordBuffer record = new RecordBuffer();

    /** What was written last. */
    RecordBuffer record() {
        return record;
    }

    void encode(byte type, long sequence, AttemptRow row) {
        record.start(type, RecordLayout.REST);
        putId(sequence, row.callHigh(), row.callLow(), row.attempt());
        putFixed(row);
        putUsage(row.usage());
        record.appendText(row.requestId(), RowLimits.REQUEST_ID);
        record.appendText(row.keyId(), RowLimits.KEY_ID);
        record.appendText(row.keyAlias(), RowLimits.KEY_ALIAS);
        record.appendText(row.userId(), RowLimits.USER_ID);
        record.appendText(row.teamId(), RowLimits.TEAM_ID);
        record.appendText(row.organizationId(), RowLimits.ORGANIZATION_ID);
        record.appendText(row.projectId(), RowLimits.PROJECT_ID);
        record.appendText(row.endUser(), RowLimits.END_USER);
        appendTags(row.tags());
        record.appendText(row.endpoint(), RowLimits.ENDPOINT);
        record.appendText(row.modelAsked(), RowLimits.MODEL);
        record.appendText(row.modelSent(), RowLimits.MODEL);
        record.appendText(row.provider(), RowLimits.PROVIDER);
        record.appendText(row.target(), RowLimits.TARGET);
        record.appendText(row.errorCode(), RowLimits.ERROR_CODE);
        record.appendText(row.cost().currency(), RowLimits.CURRENCY);
        record.appendText(row.modelGroup(), RowLimits.MODEL);
        record.finish();
    }

    void encodeProgress(long sequence, AttemptRow row, long atMillis, long tokens, long bytes) {
        record.start(RecordLayout.PROGRESS, RecordLayout.PROGRESS_LENGTH);
        putId(sequence, row.callHigh(), row.callLow(), row.attempt());
        record.putLong(RecordLayout.PROGRESS_AT, atMillis);
        record.putLong(RecordLayout.PROGRESS_TOKENS, tokens);
        record.putLong(RecordLayout.PROGRESS_BYTES, bytes);
        record.finish();
    }

    void encodeSeal() {
        record.start(RecordLayout.SEAL, RecordLayout.SEAL_LENGTH);
        record.finish();
    }

    private void putId(long sequence, long callHigh, long callLow, int attempt) {
        record.putLong(RecordLayout.SEQUENCE, sequence);
        record.putLong(RecordLayout.CALL_HIGH, callHigh);
        record.putLong(RecordLayout.CALL_LOW, callLow);
        record.putInt(RecordLayout.ATTEMPT, attempt);
    }

    private void putFixed(AttemptRow row) {
        record.putByte(RecordLayout.OUTCOME, RecordLayout.OUTCOMES.indexOf(row.outcome()));
        record.putByte(RecordLayout.STREAM, row.stream() ? 1 : 0);
        record.putByte(RecordLayout.ORIGIN, RecordLayout.ORIGINS.indexOf(row.usage().origin()));
        record.putByte(RecordLayout.TIER, RecordLayout.TIERS.indexOf(row.usage().serviceTier()));
        record.putLong(RecordLayout.ADMITTED, row.admittedMillis());
        record.putLong(RecordLayout.ENDED, row.endedMillis());
        record.putInt(RecordLayout.STATUS, row.status());
        record.putByte(
                RecordLayout.COST_STATE, RecordLayout.COST_STATES.indexOf(row.cost().state()));
        record.putByte(RecordLayout.PARTY, row.party());
        record.putByte(RecordLayout.PHASE, row.phase());
        record.putLong(RecordLayout.PICOS, row.cost().picos());
        record.putLong(RecordLayout.DOLLAR_PICOS, row.cost().dollarPicos());
        record.putLong(RecordLayout.FIRST_BYTE, row.firstByteMillis());
        record.putLong(RecordLayout.TOTAL, row.totalMillis());
        record.putLong(RecordLayout.OVERHEAD, row.overheadMicros());
        record.putLong(RecordLayout.REQUEST_BYTES, row.requestBytes());
        record.putLong(RecordLayout.ANSWER_BYTES, row.answerBytes());
    }

    private void putUsage(Usage usage) {
        int at = RecordLayout.COUNTS;
        record.putLong(at, usage.inputTokens());
        record.putLong(at + 8, usage.outputTokens());
        record.putLong(at + 16, usage.cachedInputTokens());
        record.putLong(at + 24, usage.cacheWriteTokens());
        record.putLong(at + 32, usage.reasoningTokens());
        record.putLong(at + 40, usage.audioInputTokens());
        record.putLong(at + 48, usage.audioOutputTokens());
        long present = 0;
        for (int i = 0; i < RecordLayout.FURTHER.size(); i++) {
            long count = usage.count(RecordLayout.FURTHER.get(i));
            if (count != 0) {
                present |= 1L << i;
                record.appendLong(count);
            }
        }
        record.putLong(RecordLayout.EXTRAS, present);
    }

    private void appendTags(List<String> tags) {
        int start = record.length() + Short.BYTES;
        int limit = start + RowLimits.TAGS;
        int at = start;
        for (int i = 0; i < tags.size(); i++) {
            String tag = tags.get(i);
            int from = at == start ? at : at + 1;
            if (tag.isEmpty() || Utf8Text.length(tag) > limit - from) {
                continue;
            }
            if (from > start) {
                record.putByte(at, SEPARATOR);
            }
            at = record.putText(tag, from, limit);
        }
        record.endText(start, at, false);
    }
}
