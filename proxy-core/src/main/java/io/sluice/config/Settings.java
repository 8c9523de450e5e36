package io.sluice.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that the operator has said, checked as a whole. Immutable.
 *
 * @param stateDir where the gateway keeps what must outlive it
 * @param masterKey the administrator's key; without it file keys are served and management answers
 *     401
 * @param models one entry for each target, in the file's order; entries of one name form a group
 * @param aliases from an alias to the model name it stands for ({@code
 *     router_settings.model_group_alias})
 * @param keys the keys that the file defines
 */
public record Settings(
        ListenSettings listen,
        AdminSettings admin,
        Path stateDir,
        @Nullable Secret masterKey,
        List<ModelEntry> models,
        Map<String, AliasEntry> aliases,
        List<KeyEntry> keys,
        LimitSettings limits,
        TimeoutSettings timeouts,
        UpstreamSettings upstream,
        StreamingSettings streaming,
        RouterSettings router,
        LoggingSettings logging,
        CorsSettings cors,
        PriceSettings prices,
        BudgetSettings budgets,
        DatabaseSettings database,
        LedgerSettings ledger,
        OnDisconnect onDisconnect,
        RedisSettings redis,
        AccountSettings accounts,
        RoutingSettings routing,
        HealthSettings health,
        FailoverSettings failover) {

    public Settings {
        models = List.copyOf(models);
        aliases = Map.copyOf(aliases);
        keys = List.copyOf(keys);
    }

    /** What counts where the operator has said nothing. */
    public static Settings defaults() {
        return new Settings(
                ListenSettings.DEFAULT,
                AdminSettings.DEFAULT,
                Path.of("state"),
                null,
                List.of(),
                Map.of(),
                List.of(),
                LimitSettings.DEFAULT,
                TimeoutSettings.DEFAULT,
                UpstreamSettings.DEFAULT,
                StreamingSettings.DEFAULT,
                RouterSettings.DEFAULT,
                LoggingSettings.DEFAULT,
                CorsSettings.DEFAULT,
                PriceSettings.DEFAULT,
                BudgetSettings.DEFAULT,
                DatabaseSettings.DEFAULT,
                LedgerSettings.DEFAULT,
                OnDisconnect.CANCEL,
                RedisSettings.NONE,
                AccountSettings.DEFAULT,
                RoutingSettings.DEFAULT,
                HealthSettings.DEFAULT,
                FailoverSettings.DEFAULT);
    }

    /** These settings with other rules of routing. */
    public Settings withRouting(
            RouterSettings changedRouter,
            RoutingSettings changedRouting,
            HealthSettings changedHealth) {
        return new Settings(
                listen,
                admin,
                stateDir,
                masterKey,
                models,
                aliases,
                keys,
                limits,
                timeouts,
                upstream,
                streaming,
                changedRouter,
                logging,
                cors,
                prices,
                budgets,
                database,
                ledger,
                onDisconnect,
                redis,
                accounts,
                changedRouting,
                changedHealth,
                failover);
    }

    /** These settings with other listeners. */
    public Settings withListeners(ListenSettings listen, AdminSettings admin) {
        return new Settings(
                listen,
                admin,
                stateDir,
                masterKey,
                models,
                aliases,
                keys,
                limits,
                timeouts,
                upstream,
                streaming,
                router,
                logging,
                cors,
                prices,
                budgets,
                database,
                ledger,
                onDisconnect,
                redis,
                accounts,
                routing,
                health,
                failover);
    }

    /** These settings with other fallbacks. */
    public Settings withFailover(FailoverSettings other) {
        return new Settings(
                listen,
                admin,
                stateDir,
                masterKey,
                models,
                aliases,
                keys,
                limits,
                timeouts,
                upstream,
                streaming,
                router,
                logging,
                cors,
                prices,
                budgets,
                database,
                ledger,
                onDisconnect,
                redis,
                accounts,
                routing,
                health,
                other);
    }
}
