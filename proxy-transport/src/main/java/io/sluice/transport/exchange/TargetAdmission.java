package io.sluice.transport.exchange;

import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.Admission;
import io.sluice.admission.Demand;
import io.sluice.admission.Levels;
import io.sluice.admission.Permit;
import io.sluice.admission.Refusal;
import io.sluice.error.GatewayException;
import io.sluice.routing.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes for each attempt what its target has room for: of the limits and budgets of its deployment
 * and of its provider.
 *
 * <p>What a call takes of everybody else is taken once, before; which target serves it is known
 * only here. Confined to one event loop.
 */
final class TargetAdmission {

    private final Admission admission;
    private final Levels levels = new Levels();
    private final Demand demand = new Demand();

    TargetAdmission(Admission admission) {
        this.admission = admission;
    }

    /**
     * Takes what an attempt may use and gives it to the request.
     *
     * @param captured what the caller's model name had in place of the route's stars
     * @param isOnly whether no other target could serve the call: its limits are the caller's then
     * @return why there is no room, or {@code null}; then nothing was taken
     */
    @Nullable Refusal admit(
            GatewayRequest request,
            Target target,
            List<String> captured,
            boolean isOnly,
            long nowNanos) {
        find(target);
        if (levels.isEmpty()) {
            return null;
        }
        try {
            CallDemand.describe(demand, request, target, captured, levels.hasHardBudget());
        } catch (GatewayException e) {
            return new Refusal(e.code(), e.text(), Refusal.FOR_EVER);
        }
        return switch (admission.admit(levels, demand, nowNanos, request.nowMillis(nowNanos))) {
            case Permit permit -> {
                request.admitAttempt(permit, isOnly);
                yield null;
            }
            case Refusal refusal -> refusal;
        };
    }

    /**
     * Whether a target may have room. Takes nothing.
     *
     * @param isInside whether the call has a place there already
     */
    boolean mayHaveRoom(GatewayRequest request, Target target, boolean isInside, long nowNanos) {
        find(target);
        long nowMillis = request.nowMillis(nowNanos);
        return levels.isEmpty()
                || admission.precheck(levels, isInside ? 1 : 0, nowNanos, nowMillis) == null;
    }

    /**
     * The failure of a call that no target has room for; gives back its permits.
     *
     * @param target the one that will have room first
     * @param isUnasked whether no provider was asked
     */
    GatewayException refuse(
            GatewayRequest request,
            Target target,
            Refusal refusal,
            boolean isUnasked,
            long nowNanos) {
        find(target);
        request.addAccounts(levels);
        if (isUnasked) {
            request.cancelPermit();
        } else {
            request.closePermit();
        }
        return request.refuse(
                refusal,
                admission.rateLines(
                        request.dialect(), levels, nowNanos, request.nowMillis(nowNanos)));
    }

    private void find(Target target) {
        Accounts accounts = admission.accounts();
        levels.clear();
        levels.add(accounts.find(AccountKind.PROVIDER, target.provider().name()));
        levels.add(accounts.find(AccountKind.DEPLOYMENT, target.name()));
    }
}
