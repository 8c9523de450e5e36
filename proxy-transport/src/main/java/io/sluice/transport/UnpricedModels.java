package io.sluice.transport;

import io.sluice.price.CallCost;
import io.sluice.telemetry.CallListener;
import io.sluice.telemetry.CallRecord;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once of each model that is called and has no price.
 *
 * <p>Safe for any event loop. Callers may invent names, so the names that are kept are bounded.
 */
final class UnpricedModels implements CallListener {

    private static final Logger LOG = LoggerFactory.getLogger(UnpricedModels.class);
    private static final int MAX_NAMES = 1_000;
    private static final int MAX_NAME_CHARACTERS = 256;

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    @Override
    public void onCallFinished(CallRecord call) {
        if (call.cost().state() != CallCost.State.UNPRICED) {
            return;
        }
        String model = String.valueOf(call.provider()) + '/' + call.modelSent();
        if (model.length() <= MAX_NAME_CHARACTERS
                && warned.size() < MAX_NAMES
                && warned.add(model)) {
            LOG.warn(
                    "no price is known for all that {} used: the cost of its calls is unknown; see"
                            + " \"sluice price check\"",
                    model);
        }
    }
}
