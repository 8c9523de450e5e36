package io.sluice.ledger;

import io.sluice.price.CallCost;
import io.sluice.usage.ServiceTier;
import io.sluice.usage.Usage;
import io.sluice.usage.Usage.Extra;
import java.util.List;

/**
 * Where the fields of a record lie, in the ring and in the journal alike. All numbers are little
 * endian.
 *
 * <pre>
 *   0 type (1)  version (1)  zero (2)  checksum: CRC32C of all other bytes (4)
 *   8 sequence (8)
 *  16 call id (16)  32 attempt (4)
 *
 *  of a row:
 *  36 outcome (1)  stream (1)  origin of the counts (1)  service tier (1)
 *  40 admitted millis (8)  ended millis (8)
 *  56 status (4)  cost state (1)  termination (2)  zero (1)
 *  64 cost picos (8)  dollar picos (8)
 *  80 first byte millis (8)  total millis (8)  overhead micros (8)
 * 104 request bytes (8)  answer bytes (8)
 * 120 seven counts (56)
 * 176 which further counts follow: a bit each (8)
 * 184 these counts (8 each), then the texts: length (2, -1 for none) and UTF-8; version 1 lacks the
 *     last, the model's group
 *
 *  of progress:
 *  40 at millis (8)  output tokens (8)  answer bytes (8)
 * </pre>
 */
final class RecordLayout {

    static final byte ADMIT = 1;
    static final byte PROGRESS = 2;
    static final byte SETTLE = 3;

    /** The journal was closed; it has no row. */
    static final byte SEAL = 4;

    static final byte VERSION = 2;

    /** Records of it are still read. */
    static final byte OLDEST_VERSION = 1;

    /** The first that says the model's group. */
    static final byte WITH_GROUP = 2;

    static final int TYPE = 0;
    static final int VERSION_AT = 1;
    static final int CHECKSUM = 4;
    static final int SEQUENCE = 8;
    static final int CALL_HIGH = 16;
    static final int CALL_LOW = 24;
    static final int ATTEMPT = 32;
    static final int OUTCOME = 36;
    static final int STREAM = 37;
    static final int ORIGIN = 38;
    static final int TIER = 39;
    static final int ADMITTED = 40;
    static final int ENDED = 48;
    static final int STATUS = 56;
    static final int COST_STATE = 60;
    static final int PARTY = 61;
    static final int PHASE = 62;
    static final int PICOS = 64;
    static final int DOLLAR_PICOS = 72;
    static final int FIRST_BYTE = 80;
    static final int TOTAL = 88;
    static final int OVERHEAD = 96;
    static final int REQUEST_BYTES = 104;
    static final int ANSWER_BYTES = 112;
    static final int COUNTS = 120;
    static final int OUTPUT_TOKENS = COUNTS + 8;
    static final int EXTRAS = 176;
    static final int REST = 184;

    static final int PROGRESS_AT = 40;
    static final int PROGRESS_TOKENS = 48;
    static final int PROGRESS_BYTES = 56;
    static final int PROGRESS_LENGTH = 64;

    static final int SEAL_LENGTH = 40;
    static final int MIN_LENGTH = SEAL_LENGTH;

    /** No record is longer: the fixed part, all further counts, and all texts at their bound. */
    static final int MAX_LENGTH = 2112;

    /** Stored by place in these lists: constants are added at the end. */
    static final List<Outcome> OUTCOMES =
            List.of(
                    Outcome.COMPLETED,
                    Outcome.UPSTREAM_ERROR,
                    Outcome.CUT,
                    Outcome.CANCELLED,
                    Outcome.DRAINED,
                    Outcome.DRAIN_CAPPED,
                    Outcome.RETRIED,
                    Outcome.CRASHED,
                    Outcome.GATEWAY_ERROR);

    static final List<Usage.Origin> ORIGINS =
            List.of(Usage.Origin.NONE, Usage.Origin.REPORTED, Usage.Origin.ESTIMATED);

    static final List<ServiceTier> TIERS =
            List.of(
                    ServiceTier.STANDARD,
                    ServiceTier.FLEX,
                    ServiceTier.PRIORITY,
                    ServiceTier.BATCH);

    static final List<CallCost.State> COST_STATES =
            List.of(
                    CallCost.State.PRICED,
                    CallCost.State.UNPRICED,
                    CallCost.State.UNMEASURED,
                    CallCost.State.NOT_SENT);

    static final List<Extra> FURTHER =
            List.of(
                    Extra.CACHE_WRITE_HOUR_TOKENS,
                    Extra.IMAGE_INPUT_TOKENS,
                    Extra.IMAGE_OUTPUT_TOKENS,
                    Extra.CITATION_TOKENS,
                    Extra.REQUESTS,
                    Extra.INPUT_MILLIS,
                    Extra.OUTPUT_MILLIS,
                    Extra.INPUT_CHARACTERS,
                    Extra.OUTPUT_CHARACTERS,
                    Extra.INPUT_IMAGES,
                    Extra.OUTPUT_IMAGES,
                    Extra.INPUT_PIXELS,
                    Extra.OUTPUT_PIXELS,
                    Extra.PAGES,
                    Extra.QUERIES,
                    Extra.SEARCHES,
                    Extra.FILE_SEARCHES,
                    Extra.CODE_SESSIONS);

    private RecordLayout() {}
}
