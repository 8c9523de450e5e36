package io.sluice.transport;

import io.sluice.health.AttemptResult;
import io.sluice.health.HealthListener;
import io.sluice.health.KeyHealth;
import io.sluice.health.TargetHealth;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when a target or a key is taken out; louder where only a human can help. */
final class HealthLog implements HealthListener {

    private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

    @Override
    public void onOpened(TargetHealth target, @Nullable KeyHealth key, AttemptResult cause) {
        String why = cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (key == null) {
            LOG.warn("target {} is left alone for a while: {}", target.id(), why);
        } else if (cause == AttemptResult.UNAUTHORIZED) {
            LOG.error(
                    "the provider does not accept the key {} of target {}; it is not used until"
                            + " somebody enables it",
                    key.id(),
                    target.id());
        } else {
            LOG.warn(
                    "key {} of target {} is left alone for a while: {}",
                    key.id(),
                    target.id(),
                    why);
        }
    }
}
