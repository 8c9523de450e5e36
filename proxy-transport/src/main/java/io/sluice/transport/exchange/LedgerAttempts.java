package io.sluice.transport.exchange;

import io.sluice.auth.Owner;
import io.sluice.auth.Principal;
import io.sluice.config.LedgerSettings;
import io.sluice.config.PriceSettings;
import io.sluice.error.ErrorCode;
import io.sluice.ledger.AttemptRow;
import io.sluice.ledger.LedgerPublisher;
import io.sluice.ledger.Outcome;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import io.sluice.price.CallCost;
import io.sluice.price.Cost;
import io.sluice.usage.Usage;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Writes each attempt into the ledger: room for its records, what it is charged should the process
 * die, how far it has come, how it ended.
 *
 * <p>Confined to one event loop. Allocates nothing but the cost of the estimate.
 */
public final class LedgerAttempts implements AttemptListener {

    /*
     * What a crashed attempt is charged is what had certainly gone to the provider: the request,
     * four bytes to a token. What came back is added by the progress records.
     */

    private static final int BYTES_PER_TOKEN = 4;

    /** The attempt of a call as which its provider works in the background. */
    private static final int WORK = 0;

    private final LedgerPublisher publisher;
    private final LedgerSettings.WhenFull whenFull;
    private final LongSupplier clockMillis;
    private final AttemptRow row = new AttemptRow();
    private final Usage estimate = new Usage();

    /**
     * The attempts of one event loop.
     *
     * @param publisher the loop's own
     * @param clockMillis the time in milliseconds of the epoch
     */
    public LedgerAttempts(
            LedgerPublisher publisher, LedgerSettings.WhenFull whenFull, LongSupplier clockMillis) {
        this.publisher = publisher;
        this.whenFull = whenFull;
        this.clockMillis = clockMillis;
    }

    @Override
    public Admission onAdmit(AttemptReport attempt) {
        if (!publisher.reserve()) {
            return whenFull == LedgerSettings.WhenFull.BLOCK ? Admission.WAIT : Admission.FULL;
        }
        describe(attempt);
        estimate.clear();
        estimate.setOrigin(Usage.Origin.ESTIMATED);
        estimate.setInputTokens(attempt.request().bodyBytes() / BYTES_PER_TOKEN);
        row.setUsage(estimate);
        row.setCost(cost(attempt));
        publisher.admit(row);
        return Admission.ADMITTED;
    }

    @Override
    public void onProgress(AttemptReport attempt) {
        row.clear();
        row.setId(attempt.callHigh(), attempt.callLow(), attempt.number());
        boolean _ =
                publisher.progress(
                        row,
                        clockMillis.getAsLong(),
                        attempt.outputTokens(),
                        attempt.answerBytes());
    }

    @Override
    public void onSettle(AttemptReport attempt) {
        describe(attempt);
        ErrorCode error = attempt.error();
        row.setEndedMillis(clockMillis.getAsLong());
        row.setOutcome(attempt.outcome());
        row.setStatus(attempt.status(), error == null ? null : error.wireName());
        row.setTermination(attempt.termination().party(), attempt.termination().phase());
        row.setUsage(attempt.usage());
        row.setCost(attempt.cost());
        row.setTimes(
                millis(attempt.firstByteNanos()),
                millis(attempt.totalNanos()),
                attempt.overheadNanos() < 0
                        ? -1
                        : TimeUnit.NANOSECONDS.toMicros(attempt.overheadNanos()));
        row.setBytes(attempt.request().bodyBytes(), attempt.answerBytes());
        publisher.settle(row);
    }

    @Override
    public boolean onWork(
            AttemptReport attempt,
            String model,
            BackgroundWork.Origin origin,
            Usage used,
            CallCost cost) {
        if (!publisher.reserve()) {
            return false;
        }
        describe(attempt);
        row.setId(origin.callHigh(), origin.callLow(), WORK);
        row.setRequestId(origin.requestId());
        row.setAdmittedMillis(origin.admittedMillis());
        row.setEndpoint(Endpoint.RESPONSES.name(), false);
        row.setModels(model, attempt.model());
        row.setModelGroup(Objects.equals(origin.modelGroup(), model) ? null : origin.modelGroup());
        row.setTags(origin.tags());
        row.setEndUser(origin.endUser());
        row.setBytes(0, 0);
        row.setUsage(used);
        row.setCost(cost);
        publisher.admit(row);
        row.setEndedMillis(clockMillis.getAsLong());
        row.setOutcome(Outcome.COMPLETED);
        row.setStatus(attempt.status(), null);
        publisher.settle(row);
        return true;
    }

    /** What is the same at admission and at settlement. */
    private void describe(AttemptReport attempt) {
        GatewayRequest request = attempt.request();
        CallFields fields = request.fields();
        Endpoint endpoint = request.endpoint();
        row.clear();
        row.setId(attempt.callHigh(), attempt.callLow(), attempt.number());
        row.setRequestId(request.id());
        row.setAdmittedMillis(attempt.admittedMillis());
        row.setEndpoint(
                endpoint == null ? "" : endpoint.name(), fields != null && fields.isStream());
        row.setModels(request.model(), attempt.model());
        String group = request.modelGroup();
        row.setModelGroup(Objects.equals(group, request.model()) ? null : group);
        row.setTarget(attempt.target().provider().name(), attempt.target().name());
        row.setBytes(request.bodyBytes(), 0);
        Principal principal = request.principal();
        if (principal != null) {
            Owner owner = principal.owner();
            row.setKey(principal.keyId(), principal.alias());
            row.setOwner(owner.userId(), owner.teamId(), owner.organizationId(), owner.projectId());
        }
        row.setTags(request.tags());
        row.setEndUser(fields == null ? null : fields.user());
    }

    private CallCost cost(AttemptReport attempt) {
        boolean isFree =
                attempt.request().snapshot().settings().prices().unknown()
                        == PriceSettings.Unknown.ZERO;
        return Cost.ofCall(attempt.target().prices().find(attempt.model()), estimate, isFree);
    }

    private static long millis(long nanos) {
        return nanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
