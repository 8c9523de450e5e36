package io.sluice.transport.downstream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.admission.Refusal;
import io.sluice.auth.ModelAccess;
import io.sluice.auth.Principal;
import io.sluice.config.PriceSettings;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.CallFields;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import io.sluice.routing.AccountUsage;
import io.sluice.routing.AttemptPlan;
import io.sluice.routing.CallTraits;
import io.sluice.routing.Route;
import io.sluice.routing.RouteMatch;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Sieve;
import io.sluice.routing.Target;
import io.sluice.transport.exchange.GatewayRequest;
import io.sluice.transport.exchange.LoopResources;
import io.sluice.transport.exchange.RoutedRequest;
import io.sluice.transport.exchange.StoredResponses;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Room 4: finds the targets for each {@link GatewayRequest} and makes a {@link RoutedRequest}. */
@Sharable
final class RoutingHandler extends ChannelInboundHandlerAdapter {

    private final LoopResources resources;
    private final RequestTraits traits = new RequestTraits();

    RoutingHandler(LoopResources resources) {
        this.resources = resources;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        GatewayRequest request = (GatewayRequest) msg;
        RoutedRequest routed;
        try {
            routed = route(request);
        } catch (GatewayException e) {
            request.releaseBody();
            throw e;
        }
        ctx.fireChannelRead(routed);
    }

    private RoutedRequest route(GatewayRequest request) {
        CallFields fields = request.fields();
        if (request.endpoint() == Endpoint.STORED_RESPONSE) {
            return pinned(request, request.path().bareResponseId());
        }
        if (fields != null && fields.previousResponseId() != null) {
            checkModel(request, model(request));
            return pinned(request, fields.previousResponseId());
        }
        return route(request, model(request));
    }

    /** Whether a call may be served by any model: nothing binds it to where it was before. */
    static boolean isFree(GatewayRequest request) {
        CallFields fields = request.fields();
        return request.endpoint() != Endpoint.STORED_RESPONSE
                && (fields == null || fields.previousResponseId() == null);
    }

    private static String model(GatewayRequest request) {
        String model = request.model();
        assert model != null;
        return model;
    }

    /**
     * The call at the targets of a model.
     *
     * @throws GatewayException if its caller may not use it, or none can serve it
     */
    RoutedRequest route(GatewayRequest request, String model) {
        RouteMatch match = checkModel(request, model);
        List<Target> targets = match.route().targets(dialect(request));
        long able = able(request, match.route(), targets);
        checkUsable(match.route(), targets);
        long awake = awake(request, targets, able);
        checkPriced(request, targets, match.captured());
        AttemptPlan plan =
                request.snapshot()
                        .routes()
                        .chooser()
                        .plan(
                                match.route(),
                                targets,
                                awake,
                                model,
                                traits.of(request, targets),
                                resources.random());
        checkAllowed(request, targets, awake, plan);
        return new RoutedRequest(request, plan, match.route().name().text(), match.captured());
    }

    private static Dialect dialect(GatewayRequest request) {
        Endpoint endpoint = request.endpoint();
        assert endpoint != null;
        return endpoint.dialect();
    }

    /**
     * Returns if some target may serve the call.
     *
     * @throws GatewayException if the caller may use none, or none is where the call wants to be
     */
    private void checkAllowed(
            GatewayRequest request, List<Target> targets, long among, AttemptPlan plan) {
        if (plan.size() > 0) {
            return;
        }
        Sieve sieve = request.snapshot().routes().chooser().sieve();
        CallTraits call = traits.of(request, targets);
        if (sieve.allowed(targets, among, call) == 0) {
            throw new GatewayException(
                    ErrorCode.MODEL_NOT_ALLOWED,
                    "this key may use no target of the model " + model(request),
                    "model");
        }
        throw new GatewayException(
                ErrorCode.NO_HEALTHY_TARGET,
                "no target of the model %s is in the region %s"
                        .formatted(model(request), RequestTraits.region(request)));
    }

    /**
     * The bits of the targets that can be asked what the caller asks.
     *
     * @throws GatewayException if there is none
     */
    private static long able(GatewayRequest request, Route route, List<Target> targets) {
        Endpoint endpoint = request.endpoint();
        assert endpoint != null;
        long able = 0;
        for (int i = 0; i < targets.size(); i++) {
            if (RoutedRequest.canServe(targets.get(i), endpoint)) {
                able |= 1L << i;
            }
        }
        if (able == 0) {
            throw new GatewayException(
                    ErrorCode.NOT_SUPPORTED,
                    "no provider of the model %s serves %s"
                            .formatted(route.name().text(), endpoint.path()),
                    "model");
        }
        return able;
    }

    /**
     * The bits of those whose account, if they have one, is not nearly used up.
     *
     * @throws GatewayException if there is none
     */
    private static long awake(GatewayRequest request, List<Target> targets, long among) {
        long rest = Long.MAX_VALUE;
        long awake = 0;
        for (long left = among; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            long own = restMillis(targets.get(i), request.startMillis());
            rest = Math.min(rest, own);
            awake |= own == 0 ? 1L << i : 0;
        }
        if (awake == 0) {
            throw request.refuse(
                    new Refusal(
                            ErrorCode.RATE_LIMIT_EXCEEDED,
                            "every account behind this model has used up its window",
                            TimeUnit.MILLISECONDS.toNanos(rest)),
                    "");
        }
        return awake;
    }

    private static long restMillis(Target target, long nowMillis) {
        AccountUsage account = target.account();
        return account == null ? 0 : account.restMillis(nowMillis);
    }

    /**
     * Goes where the stored response is, and nowhere else.
     *
     * @throws GatewayException if the caller has none of that id
     */
    private RoutedRequest pinned(GatewayRequest request, String responseId) {
        StoredResponses.Stored stored =
                resources.storedResponses().find(responseId, request.keyId());
        if (stored == null) {
            throw new GatewayException(
                    ErrorCode.RESPONSE_NOT_FOUND,
                    "no response with the id " + responseId + " was made with this key");
        }
        RouteMatch match = request.snapshot().routes().find(stored.model());
        return new RoutedRequest(
                request,
                AttemptPlan.bound(current(request, stored, match), resources.random()),
                match == null ? null : match.route().name().text(),
                match == null ? List.of() : match.captured());
    }

    /**
     * The target as it is now, where it is still one of its route; else as it was.
     *
     * @throws GatewayException if it is neither there nor remembered
     */
    private static Target current(
            GatewayRequest request, StoredResponses.Stored stored, @Nullable RouteMatch match) {
        List<Target> targets =
                match == null ? request.snapshot().routes().targets() : match.route().targets();
        Target atSameAddress = null;
        for (Target target : targets) {
            boolean isThere = StoredResponses.Stored.address(target).equals(stored.address());
            if (isThere && target.name().equals(stored.targetName())) {
                return target;
            }
            atSameAddress = isThere && atSameAddress == null ? target : atSameAddress;
        }
        Target known = stored.target() == null ? atSameAddress : stored.target();
        if (known == null) {
            throw new GatewayException(
                    ErrorCode.NO_HEALTHY_TARGET,
                    "the target %s, which keeps this response, is not configured any more"
                            .formatted(stored.targetName()));
        }
        return known;
    }

    private static RouteMatch checkModel(GatewayRequest request, String model) {
        RouteTable routes = request.snapshot().routes();
        ModelAccess access = principal(request).models();
        RouteMatch match = routes.find(model);
        if (match == null) {
            throw new GatewayException(
                    ErrorCode.MODEL_NOT_FOUND,
                    unknown(model, routes.nearNames(model, access)),
                    "model");
        }
        if (!routes.isAllowed(access, model, match)) {
            throw new GatewayException(
                    ErrorCode.MODEL_NOT_ALLOWED,
                    "this key may not use the model " + model,
                    "model");
        }
        return match;
    }

    private static String unknown(String model, List<String> near) {
        String message = "the model " + model + " does not exist";
        return near.isEmpty() ? message : message + "; did you mean " + String.join(", ", near);
    }

    private static void checkUsable(Route route, List<Target> targets) {
        String reason = null;
        for (Target target : targets) {
            if (target.isUsable()) {
                return;
            }
            reason = reason == null ? target.unusable() : reason;
        }
        throw new GatewayException(code(reason), route.name().text() + ": " + reason);
    }

    /**
     * What callers name through a pattern has its price looked up here.
     *
     * @throws GatewayException if there is none, and such models are to be refused
     */
    private static void checkPriced(
            GatewayRequest request, List<Target> targets, List<String> captured) {
        if (request.snapshot().settings().prices().unknown() != PriceSettings.Unknown.REFUSE) {
            return;
        }
        for (Target target : targets) {
            String model = target.modelFor(captured);
            if (target.isUsable() && target.prices().find(model) == null) {
                throw new GatewayException(
                        ErrorCode.PRICE_UNKNOWN,
                        "no price is known for the model " + model,
                        "model");
            }
        }
    }

    private static ErrorCode code(@Nullable String reason) {
        if (reason != null && reason.startsWith("credential_missing")) {
            return ErrorCode.CREDENTIAL_MISSING;
        }
        return reason != null && reason.startsWith("price_unknown")
                ? ErrorCode.PRICE_UNKNOWN
                : ErrorCode.NO_HEALTHY_TARGET;
    }

    private static Principal principal(GatewayRequest request) {
        Principal principal = request.principal();
        assert principal != null;
        return principal;
    }
}
