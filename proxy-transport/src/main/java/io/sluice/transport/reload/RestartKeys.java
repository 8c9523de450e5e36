package io.sluice.transport.reload;

import io.sluice.config.SettingsChange;
import java.util.List;

/** The keys of the configuration that count from the next start on. */
final class RestartKeys {

    /*
     * Listeners are bound once. What is opened once as well, the ledger's ring, the database, Redis
     * and the logs' files, could be opened again only by stopping calls; a restart says so openly.
     * The certificate of a listener that has one is not among them.
     */

    private static final List<String> BEGINNINGS =
            List.of(
                    "listen.host",
                    "listen.port",
                    "listen.http2.",
                    "admin.",
                    "state_dir",
                    "database.",
                    "redis.",
                    "ledger.",
                    "upstream.",
                    "timeouts.connect",
                    "timeouts.drain",
                    "limits.head_bytes",
                    "limits.buffered_bytes",
                    "limits.translation_bytes",
                    "limits.connections",
                    "limits.draining_calls",
                    "limits.sample_bytes",
                    "budgets.default_mode",
                    "prices.rates",
                    "accounts.end_user",
                    "litellm_settings.max_end_user_budget_id",
                    "logging.access",
                    "logging.file",
                    "general_settings.salt_key",
                    "general_settings.encryption_key",
                    "general_settings.database_url",
                    "general_settings.port");

    private RestartKeys() {}

    /** Whether a change counts from the next start on. */
    static boolean contains(SettingsChange change) {
        return BEGINNINGS.stream().anyMatch(change.path()::startsWith)
                || (change.path().startsWith("listen.tls.") && isOnOrOff(change));
    }

    /** A listener does not begin to speak TLS, nor cease to. */
    private static boolean isOnOrOff(SettingsChange change) {
        return "null".equals(change.before()) || "null".equals(change.after());
    }
}
