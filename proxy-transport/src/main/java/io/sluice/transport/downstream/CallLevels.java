package io.sluice.transport.downstream;

import io.sluice.admission.AccountKind;
import io.sluice.admission.Accounts;
import io.sluice.admission.Levels;
import io.sluice.auth.Owner;
import io.sluice.auth.Principal;
import io.sluice.message.CallFields;
import io.sluice.transport.exchange.GatewayRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the accounts that a call is charged to. */
final class CallLevels {

    private CallLevels() {}

    /** Those that are known with the head: whose key it is and whose that is. */
    static void ofHead(Levels levels, Accounts accounts, GatewayRequest request) {
        Principal principal = request.principal();
        levels.clear();
        levels.add(accounts.gateway());
        if (principal == null) {
            return;
        }
        Owner owner = principal.owner();
        levels.add(accounts.find(AccountKind.ORGANIZATION, owner.organizationId()));
        levels.add(accounts.find(AccountKind.TEAM, owner.teamId()));
        levels.add(accounts.find(AccountKind.PROJECT, owner.projectId()));
        levels.add(accounts.find(AccountKind.USER, owner.userId()));
        levels.add(accounts.find(AccountKind.KEY, principal.keyId()));
        for (int i = 0; i < principal.tags().size(); i++) {
            levels.add(accounts.find(AccountKind.TAG, principal.tags().get(i)));
        }
    }

    /**
     * All of them but those of a target, which each attempt has for itself.
     *
     * @param group the name under which its model was found
     */
    static void ofCall(
            Levels levels,
            Accounts accounts,
            GatewayRequest request,
            @Nullable String group,
            long nowNanos) {
        ofHead(levels, accounts, request);
        CallFields fields = request.fields();
        levels.add(accounts.endUser(fields == null ? null : fields.user(), nowNanos));
        List<String> tags = request.tags();
        for (int i = 0; i < tags.size(); i++) {
            levels.add(accounts.find(AccountKind.TAG, tags.get(i)));
        }
        levels.setModel(request.servedModel(), group);
        levels.add(accounts.find(AccountKind.MODEL, request.servedModel()));
        levels.add(accounts.find(AccountKind.MODEL, group));
    }
}
