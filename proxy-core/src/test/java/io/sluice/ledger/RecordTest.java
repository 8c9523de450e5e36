package io.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.price.CallCost;
import io.sluice.usage.ServiceTier;
import io.sluice.usage.Usage;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RecordTest {

    private static final long SEED = 20261121;

    private final RowEncoder encoder = new RowEncoder();

    @Test
    void saysWhatWasSaid_forAnyRow() throws MalformedRecordException {
        Random random = new Random(SEED);
        for (int i = 0; i < 5_000; i++) {
            AttemptRow row = Rows.any(random);
            encoder.encode(RecordLayout.SETTLE, i, row);

            Settlement read = encoder.record().view().settlement();

            assertThat(read.id())
                    .isEqualTo(new AttemptId(row.callHigh(), row.callLow(), row.attempt()));
            assertThat(read.requestId()).isEqualTo(row.requestId());
            assertThat(read.admittedMillis()).isEqualTo(row.admittedMillis());
            assertThat(read.endedMillis()).isEqualTo(row.endedMillis());
            assertThat(read.day()).isEqualTo((int) (row.admittedMillis() / 86_400_000));
            assertThat(read.caller())
                    .as("seed %s, row %s", SEED, i)
                    .isEqualTo(
                            new Settlement.Caller(
                                    row.keyId(),
                                    row.keyAlias(),
                                    row.userId(),
                                    row.teamId(),
                                    row.organizationId(),
                                    row.projectId(),
                                    row.endUser(),
                                    row.tags()));
            assertThat(read.asked())
                    .isEqualTo(
                            new Settlement.Asked(
                                    row.endpoint(),
                                    row.modelAsked(),
                                    row.modelGroup(),
                                    row.modelSent(),
                                    row.provider(),
                                    row.target(),
                                    row.stream()));
            assertThat(read.end())
                    .isEqualTo(
                            new Settlement.End(row.outcome(), row.status(), row.errorCode(), "US"));
            assertThat(read.usage()).usingRecursiveComparison().isEqualTo(row.usage());
            assertThat(read.cost()).isEqualTo(row.cost());
            assertThat(read.times())
                    .isEqualTo(
                            new Settlement.Times(
                                    row.firstByteMillis(),
                                    row.totalMillis(),
                                    row.overheadMicros()));
            assertThat(read.requestBytes()).isEqualTo(row.requestBytes());
            assertThat(read.answerBytes()).isEqualTo(row.answerBytes());
        }
    }

    @Test
    void saysTheUtcDayOfAdmission_alsoBeforeTheEpoch() throws MalformedRecordException {
        AttemptRow row = Rows.plain(1);
        row.setAdmittedMillis(-1);

        assertThat(settle(row).day()).isEqualTo(-1);
    }

    @Test
    void neverExceedsItsBound_withEverythingAtItsLongest() throws MalformedRecordException {
        AttemptRow row = Rows.any(new Random(SEED));
        String longest = "x".repeat(5_000);
        row.setRequestId(longest);
        row.setKey(longest, longest);
        row.setOwner(longest, longest, longest, longest);
        row.setEndUser(longest);
        row.setTags(List.of("a".repeat(100), "b".repeat(100), "c".repeat(100), "d".repeat(54)));
        row.setEndpoint(longest, true);
        row.setModels(longest, longest);
        row.setModelGroup(longest);
        row.setTarget(longest, longest);
        row.setStatus(500, longest);
        row.setCost(new CallCost(CallCost.State.PRICED, 1, longest, 1));
        Usage usage = new Usage();
        for (Usage.Extra extra : Usage.Extra.values()) {
            usage.setCount(extra, 1);
        }
        row.setUsage(usage);

        Settlement read = settle(row);

        assertThat(encoder.record().length())
                .isBetween(RecordLayout.MAX_LENGTH - 200, RecordLayout.MAX_LENGTH);
        assertThat(read.caller().userId()).hasSize(RowLimits.USER_ID);
        assertThat(read.caller().keyId()).hasSize(RowLimits.KEY_ID);
        assertThat(read.caller().tags())
                .containsExactly("a".repeat(100), "b".repeat(100), "d".repeat(54));
    }

    @Test
    void cutsTextAfterAWholeCharacter() throws MalformedRecordException {
        AttemptRow row = Rows.plain(1);
        row.setKey("x" + "漢".repeat(40), null);

        assertThat(settle(row).caller().keyId()).isEqualTo("x" + "漢".repeat(21));
    }

    @Test
    void replacesWhatNoDatabaseTakes() throws MalformedRecordException {
        AttemptRow row = Rows.plain(1);
        row.setEndUser("a\0b\ud800c\udc00");

        assertThat(settle(row).caller().endUser()).isEqualTo("a?b?c?");
    }

    @Test
    void forgetsWhatItSaid_whenCleared() throws MalformedRecordException {
        AttemptRow row = Rows.any(new Random(SEED));
        row.clear();

        assertThat(settle(row)).usingRecursiveComparison().isEqualTo(settle(new AttemptRow()));
    }

    @Test
    void isNoRecord_whenAnyBitIsFlipped() {
        encoder.encode(RecordLayout.ADMIT, 1, Rows.plain(1));
        byte[] bytes = encoder.record().view().bytes();
        CRC32C crc = new CRC32C();
        assertThat(RecordView.isRecord(crc, bytes, 0, bytes.length)).isTrue();

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(RecordView.isRecord(crc, flipped, 0, flipped.length)).as("" + bit).isFalse();
        }
    }

    @Test
    void refusesALayoutItDoesNotKnow_andLengthsThatLie() {
        encoder.encode(RecordLayout.SETTLE, 1, Rows.plain(1));
        byte[] newer = encoder.record().view().bytes();
        newer[RecordLayout.VERSION_AT] = 9;
        byte[] lying = encoder.record().view().bytes();
        lying[RecordLayout.REST + 1] = 0x7f;

        assertThatThrownBy(() -> new RecordView(newer).settlement())
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("version 9");
        assertThatThrownBy(() -> new RecordView(lying).settlement())
                .isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void storesEveryConstant() {
        assertThat(RecordLayout.OUTCOMES).containsExactlyInAnyOrder(Outcome.values());
        assertThat(RecordLayout.ORIGINS).containsExactlyInAnyOrder(Usage.Origin.values());
        assertThat(RecordLayout.TIERS).containsExactlyInAnyOrder(ServiceTier.values());
        assertThat(RecordLayout.COST_STATES).containsExactlyInAnyOrder(CallCost.State.values());
        assertThat(RecordLayout.FURTHER).containsExactlyInAnyOrder(Usage.Extra.values());
        assertThat(Outcome.DRAIN_CAPPED.code()).isEqualTo("drain_capped");
    }

    @Test
    void chargesTheEstimate_withTheLastProgress_whenCrashed() throws MalformedRecordException {
        AttemptRow row = Rows.plain(3);
        encoder.encode(RecordLayout.ADMIT, 1, row);
        RecordView admit = encoder.record().view();
        encoder.encodeProgress(2, row, 1_800_000_000_500L, 17, 900);
        RecordView progress = encoder.record().view();

        Settlement untouched = admit.crashed(null).settlement();
        Settlement crashed = admit.crashed(progress).settlement();

        assertThat(untouched.end()).isEqualTo(new Settlement.End(Outcome.CRASHED, 0, null, "GF"));
        assertThat(untouched.endedMillis()).isEqualTo(row.admittedMillis());
        assertThat(crashed.end()).isEqualTo(new Settlement.End(Outcome.CRASHED, 0, null, "GS"));
        assertThat(crashed.endedMillis()).isEqualTo(1_800_000_000_500L);
        assertThat(crashed.usage().outputTokens()).isEqualTo(17);
        assertThat(crashed.answerBytes()).isEqualTo(900);
        assertThat(crashed.cost()).isEqualTo(row.cost());
        assertThat(crashed.id()).isEqualTo(new AttemptId(7, 3, 1));
    }

    private Settlement settle(AttemptRow row) throws MalformedRecordException {
        encoder.encode(RecordLayout.SETTLE, 1, row);
        return encoder.record().view().settlement();
    }
}
