package io.sluice.testing;

import io.sluice.config.AccountSettings;
import io.sluice.config.AliasEntry;
import io.sluice.config.BudgetSettings;
import io.sluice.config.CorsSettings;
import io.sluice.config.FailoverSettings;
import io.sluice.config.HealthSettings;
import io.sluice.config.KeyEntry;
import io.sluice.config.LedgerSettings;
import io.sluice.config.LimitSettings;
import io.sluice.config.ModelEntry;
import io.sluice.config.OnDisconnect;
import io.sluice.config.PriceSettings;
import io.sluice.config.RouterSettings;
import io.sluice.config.RoutingSettings;
import io.sluice.config.Secret;
import io.sluice.config.Settings;
import io.sluice.config.StreamingSettings;
import io.sluice.config.TimeoutSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings in the making: at first the defaults, changed part by part. */
public final class SettingsFixture {

    private final List<ModelEntry> models = new ArrayList<>();
    private final List<KeyEntry> keys = new ArrayList<>();
    private final Map<String, AliasEntry> aliases = new HashMap<>();
    private @Nullable Secret masterKey;
    private LimitSettings limits = LimitSettings.DEFAULT;
    private TimeoutSettings timeouts = TimeoutSettings.DEFAULT;
    private StreamingSettings streaming = StreamingSettings.DEFAULT;
    private RouterSettings router = RouterSettings.DEFAULT;
    private CorsSettings cors = CorsSettings.DEFAULT;
    private PriceSettings prices = PriceSettings.DEFAULT;
    private BudgetSettings budgets = BudgetSettings.DEFAULT;
    private LedgerSettings ledger = LedgerSettings.DEFAULT;
    private AccountSettings accounts = AccountSettings.DEFAULT;
    private OnDisconnect onDisconnect = OnDisconnect.CANCEL;
    private RoutingSettings routing = RoutingSettings.DEFAULT;
    private HealthSettings health = HealthSettings.DEFAULT;
    private FailoverSettings failover = FailoverSettings.DEFAULT;

    public SettingsFixture model(ModelFixture model) {
        models.add(model.build());
        return this;
    }

    public SettingsFixture key(String alias, String key, String... allowed) {
        keys.add(new KeyEntry(alias, Secret.of(key), List.of(allowed)));
        return this;
    }

    public SettingsFixture alias(String alias, String model, boolean hidden) {
        aliases.put(alias, new AliasEntry(model, hidden));
        return this;
    }

    public SettingsFixture masterKey(String key) {
        masterKey = Secret.of(key);
        return this;
    }

    public SettingsFixture limits(LimitSettings bounds) {
        limits = bounds;
        return this;
    }

    public SettingsFixture timeouts(TimeoutSettings times) {
        timeouts = times;
        return this;
    }

    public SettingsFixture streaming(StreamingSettings rules) {
        streaming = rules;
        return this;
    }

    public SettingsFixture router(RouterSettings rules) {
        router = rules;
        return this;
    }

    public SettingsFixture cors(CorsSettings rules) {
        cors = rules;
        return this;
    }

    public SettingsFixture prices(PriceSettings rules) {
        prices = rules;
        return this;
    }

    public SettingsFixture key(KeyEntry key) {
        keys.add(key);
        return this;
    }

    public SettingsFixture budgets(BudgetSettings rules) {
        budgets = rules;
        return this;
    }

    public SettingsFixture ledger(LedgerSettings rules) {
        ledger = rules;
        return this;
    }

    public SettingsFixture accounts(AccountSettings rules) {
        accounts = rules;
        return this;
    }

    public SettingsFixture failover(FailoverSettings rules) {
        failover = rules;
        return this;
    }

    public SettingsFixture onDisconnect(OnDisconnect rule) {
        onDisconnect = rule;
        return this;
    }

    public SettingsFixture routing(RoutingSettings rules) {
        routing = rules;
        return this;
    }

    public SettingsFixture health(HealthSettings rules) {
        health = rules;
        return this;
    }

    public Settings build() {
        Settings plain = Settings.defaults();
        return new Settings(
                plain.listen(),
                plain.admin(),
                plain.stateDir(),
                masterKey,
                models,
                aliases,
                keys,
                limits,
                timeouts,
                plain.upstream(),
                streaming,
                router,
                plain.logging(),
                cors,
                prices,
                budgets,
                plain.database(),
                ledger,
                onDisconnect,
                plain.redis(),
                accounts,
                routing,
                health,
                failover);
    }
}
