package io.sluice.transport.downstream;

import io.netty.buffer.ByteBuf;
import io.sluice.auth.Owner;
import io.sluice.auth.Principal;
import io.sluice.http.RequestHead;
import io.sluice.message.CallFields;
import io.sluice.message.CallSession;
import io.sluice.routing.CallTraits;
import io.sluice.routing.Chooser;
import io.sluice.routing.Target;
import io.sluice.transport.exchange.GatewayRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads off a request what choosing its target goes by.
 *
 * <p>Confined to one event loop; what it returns counts until it is asked again.
 */
final class RequestTraits {

    /** Where clients name their session, the surest sign first. */
    private static final List<String> SESSION_FIELDS =
            List.of(
                    "x-sluice-session",
                    "x-claude-code-session-id",
                    "x-litellm-session-id",
                    "x-session-id",
                    "session_id");

    private static final String REGION_FIELD = "x-sluice-region";
    private static final int BYTES_PER_TOKEN = 4;

    private final CallTraits traits = new CallTraits();

    /** The traits of a request whose body has come. */
    CallTraits of(GatewayRequest request, List<Target> targets) {
        Principal principal = request.principal();
        CallFields fields = request.fields();
        traits.clear();
        if (principal != null) {
            Owner owner = principal.owner();
            traits.caller(principal.keyId(), principal.alias(), principal.isAdmin())
                    .owner(owner.teamId(), principal.teamAlias(), owner.organizationId());
        }
        return traits.tags(request.tags())
                .region(region(request))
                .tokens(
                        request.bodyBytes() / BYTES_PER_TOKEN,
                        fields == null ? 0 : Math.max(0, fields.outputBound()))
                .affinity(affinity(request, fields))
                .ownKeys(ownKeys(request, targets));
    }

    /** Where the caller wants to be served, {@code null} where it does not say. */
    static @Nullable String region(GatewayRequest request) {
        return value(request.head(), REGION_FIELD);
    }

    private static long affinity(GatewayRequest request, @Nullable CallFields fields) {
        Chooser chooser = request.snapshot().routes().chooser();
        if (!chooser.usesAffinity()) {
            return 0;
        }
        for (int i = 0; i < SESSION_FIELDS.size(); i++) {
            String name = value(request.head(), SESSION_FIELDS.get(i));
            if (name != null && !name.isEmpty()) {
                return CallSession.of(name);
            }
        }
        ByteBuf body = request.body();
        if (fields == null || body == null) {
            return 0;
        }
        long named = fields.session().ofName(body);
        return named == 0 && chooser.usesPrefixes() ? fields.session().ofPrefix(body) : named;
    }

    private static @Nullable String value(RequestHead head, String name) {
        int field = head.find(name);
        return field < 0 ? null : head.value(field);
    }

    private static long ownKeys(GatewayRequest request, List<Target> targets) {
        long own = 0;
        for (int i = 0; i < targets.size(); i++) {
            if (request.hasProviderKey(targets.get(i).provider().name())) {
                own |= 1L << i;
            }
        }
        return own;
    }
}
