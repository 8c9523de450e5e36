package io.sluice.transport.exchange;

import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.Levels;
import io.sluice.admission.OpenCharge;
import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.util.List;

/**
 * The books of responses that are made in the background: begun by the call that orders one, closed
 * by the first that is told what it used.
 *
 * <p>Confined to one event loop.
 */
final class BackgroundBooks {

    /*
     * The order has its row, and so has each question for what became of it. What the response used
     * is one further row of the order's call, as its attempt 0, on the day of the order: whoever
     * writes it, in which process and however often, writes the same one, and the database has it
     * once. Until then a hard budget is charged the order's hold.
     */

    private final LoopResources resources;
    private final StoredResponses responses;

    BackgroundBooks(LoopResources resources, StoredResponses responses) {
        this.resources = resources;
        this.responses = responses;
    }

    /** Charges an attempt; where it has begun a response, until it is known what that used. */
    void charge(GatewayRequest request, AttemptReport attempt, Answer answer) {
        String id = answer.responseId();
        if (id == null || !CallCosts.isUnderWay(request, attempt.usage())) {
            request.charge(attempt.cost(), attempt.usage());
            return;
        }
        BackgroundWork.Origin origin =
                new BackgroundWork.Origin(
                        attempt.callHigh(),
                        attempt.callLow(),
                        attempt.admittedMillis(),
                        request.id(),
                        request.modelGroup(),
                        request.fields() == null ? null : request.fields().user(),
                        List.copyOf(request.tags()));
        responses.begin(id, new BackgroundWork(origin, false, request.chargeOpen(attempt.usage())));
    }

    /** Books what a response used, if the answer to {@code attempt} tells it and nobody has yet. */
    void book(GatewayRequest request, AttemptReport attempt, Answer answer) {
        Usage used = answer.finalUsage();
        String id = request.path().bareResponseId();
        StoredResponses.Stored stored = used == null ? null : responses.find(id, request.keyId());
        BackgroundWork work = stored == null ? null : stored.work();
        if (used == null || stored == null || work == null || !work.take()) {
            return;
        }
        CallCost cost = CallCosts.ofWork(request, attempt, used);
        boolean isWritten =
                resources
                        .books()
                        .attempts()
                        .onWork(attempt, stored.model(), work.origin(), used, cost);
        if (!isWritten) {
            work.giveBack();
            return;
        }
        responses.onBooked(id, stored);
        long nowMillis = request.nowMillis(resources.ticker().nowNanos());
        work.charge(
                cost,
                nowMillis,
                () ->
                        OpenCharge.of(
                                levels(request, attempt, stored.model(), work.origin()),
                                work.origin().admittedMillis(),
                                nowMillis));
    }

    /** Whom the order was charged to, as far as that is known now. */
    private Levels levels(
            GatewayRequest request,
            AttemptReport attempt,
            String model,
            BackgroundWork.Origin origin) {
        Accounts accounts = resources.admission().accounts();
        Levels levels = new Levels();
        request.addAccounts(levels);
        levels.add(accounts.endUser(origin.endUser(), resources.ticker().nowNanos()));
        for (String tag : origin.tags()) {
            levels.add(accounts.find(AccountKind.TAG, tag));
        }
        levels.setModel(model, origin.modelGroup());
        levels.add(accounts.find(AccountKind.MODEL, model));
        levels.add(accounts.find(AccountKind.MODEL, origin.modelGroup()));
        levels.add(accounts.find(AccountKind.PROVIDER, attempt.target().provider().name()));
        levels.add(accounts.find(AccountKind.DEPLOYMENT, attempt.target().name()));
        return levels;
    }
}
