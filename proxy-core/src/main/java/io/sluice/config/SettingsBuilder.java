package io.sluice.config;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Settings} of {@link Values}, and checks what one value says of another.
 *
 * <p>Confined to one load.
 */
final class SettingsBuilder {

    private static final int MIN_KEY_CHARACTERS = 8;

    private final Values values;
    private final Problems problems;
    private final References references;
    private final Map<String, String> environment;
    private final AllowanceReader allowances;

    SettingsBuilder(
            Values values,
            Problems problems,
            References references,
            Map<String, String> environment) {
        this.values = values;
        this.problems = problems;
        this.references = references;
        this.environment = environment;
        this.allowances = new AllowanceReader(values, problems);
    }

    Settings build() {
        derive();
        List<ModelEntry> models = new ModelReader(values, problems, references).read();
        Map<String, AliasEntry> aliases = aliases(models);
        ListenSettings listen = listen();
        AdminSettings admin = admin(listen);
        RoutingReader choice = new RoutingReader(values, problems);
        return new Settings(
                listen,
                admin,
                path("state_dir", values.requiredText("state_dir"), true),
                values.secret("general_settings.master_key"),
                models,
                aliases,
                keys(models, aliases),
                limits(),
                timeouts(),
                upstream(),
                new StreamingSettings(
                        values.requiredTime("streaming.ping_after"),
                        values.isTrue("streaming.early_commit")),
                router(),
                logging(),
                new CorsSettings(
                        values.texts("cors.allowed_origins"), values.requiredTime("cors.max_age")),
                new PriceReader(values, problems).read(models),
                new BudgetSettings(
                        AllowanceReader.mode(values.requiredText("budgets.default_mode")),
                        allowances.budget("budget")),
                new DatabaseSettings(
                        values.secret("database.url"),
                        values.requiredTime("database.serve_stale"),
                        values.secret("general_settings.salt_key"),
                        values.secret("general_settings.encryption_key"),
                        values.requiredTime("database.keep_expired_keys"),
                        positive(values.time("database.retention")),
                        values.requiredTime("database.lease_idle")),
                ledger(),
                onDisconnect(),
                redis(),
                new AccountReader(values, problems, allowances).read(),
                choice.routing(models),
                choice.health(),
                new FailoverReader(values, problems).read(models, aliases));
    }

    /** Lets keys that nobody set take what stands under another name. */
    private void derive() {
        derive("listen.port", "general_settings.port");
        derive("router_settings.num_retries", "router_settings.max_retries");
        derive("router_settings.num_retries", "litellm_settings.num_retries");
        derive("router_settings.timeout", "litellm_settings.request_timeout");
        derive("router_settings.allowed_fails", "litellm_settings.allowed_fails");
        derive("router_settings.cooldown_time", "litellm_settings.cooldown_time");
        derive("database.url", "general_settings.database_url");
        derive("database.url", "litellm_settings.database_url");
        deriveRedis();
        String stateDirectory = environment.get("STATE_DIRECTORY");
        if (!values.has("state_dir") && stateDirectory != null && !stateDirectory.isEmpty()) {
            values.derive("state_dir", stateDirectory.split(":", 2)[0], "env STATE_DIRECTORY");
        }
        String masterKey = references.find("LITELLM_MASTER_KEY");
        boolean isSaid =
                values.has("general_settings.master_key")
                        || values.findFault("general_settings.master_key") != null;
        derive("limits.parallel", "general_settings.global_max_parallel_requests");
        deriveBudget();
        deriveSecret("database.url", "DATABASE_URL");
        deriveSecret("general_settings.salt_key", "LITELLM_SALT_KEY");
        deriveSecret("general_settings.encryption_key", "ENCRYPTION_KEY");
        if (!isSaid && masterKey != null && !masterKey.isEmpty()) {
            values.derive(
                    "general_settings.master_key", Secret.of(masterKey), "env LITELLM_MASTER_KEY");
        }
    }

    private void deriveRedis() {
        derive("redis.url", "router_settings.redis_url");
        derive("redis.password", "router_settings.redis_password");
        String host = values.text("router_settings.redis_host");
        if (host != null && !values.has("redis.url")) {
            Long database = values.number("router_settings.redis_db");
            String url =
                    "redis://%s:%d/%d"
                            .formatted(
                                    host,
                                    values.requiredNumber("router_settings.redis_port"),
                                    database == null ? 0 : database);
            values.derive(
                    "redis.url",
                    Secret.of(url),
                    Objects.requireNonNull(values.find("router_settings.redis_host")).origin());
        }
    }

    private void deriveBudget() {
        Values.Value amount = values.find("litellm_settings.max_budget");
        if (amount != null
                && amount.value() instanceof BigDecimal dollars
                && values.below("budget.").isEmpty()) {
            values.derive("budget.amount", dollars.toPlainString() + " USD", amount.origin());
            String window = values.text("litellm_settings.budget_duration");
            values.derive("budget.window", window == null ? "none" : window, amount.origin());
        }
    }

    private void deriveSecret(String path, String variable) {
        String value = references.find(variable);
        boolean isSaid = values.has(path) || values.findFault(path) != null;
        if (!isSaid && value != null && !value.isEmpty()) {
            values.derive(path, Secret.of(value), "env " + variable);
        }
    }

    private void derive(String path, String source) {
        Values.Value value = values.find(source);
        if (value != null && !values.has(path)) {
            values.derive(path, value.value(), value.origin());
        }
    }

    private ListenSettings listen() {
        String certificate = values.text("listen.tls.certificate");
        String privateKey = values.text("listen.tls.private_key");
        if ((certificate == null) != (privateKey == null)) {
            String present = "listen.tls." + (certificate == null ? "private_key" : "certificate");
            String absent = "listen.tls." + (certificate == null ? "certificate" : "private_key");
            if (values.findFault(absent) == null) {
                problems.add(
                        Severity.ERROR,
                        values.placeOf(present),
                        present + " needs " + absent + " beside it",
                        null);
            }
            certificate = null;
            privateKey = null;
        }
        return new ListenSettings(
                values.requiredText("listen.host"),
                (int) values.requiredNumber("listen.port"),
                file("listen.tls.certificate", certificate),
                file("listen.tls.private_key", privateKey),
                new Http2Settings(
                        values.isTrue("listen.http2.enabled"),
                        (int) values.requiredNumber("listen.http2.streams"),
                        (int) values.requiredNumber("listen.http2.window_bytes")));
    }

    private AdminSettings admin(ListenSettings listen) {
        AdminSettings admin =
                new AdminSettings(
                        values.requiredText("admin.host"),
                        (int) values.requiredNumber("admin.port"),
                        values.isTrue("admin.also_on_data_listener"));
        if (admin.port() != 0
                && admin.port() == listen.port()
                && admin.host().equals(listen.host())) {
            String later = values.has("admin.port") ? "admin.port" : "listen.port";
            problems.add(
                    Severity.ERROR,
                    values.placeOf(later),
                    "listen and admin have the same address and port",
                    null);
        }
        return admin;
    }

    private @Nullable Path file(String key, @Nullable String name) {
        if (name == null) {
            return null;
        }
        Path path = path(key, name, false);
        if (!Files.isReadable(path)) {
            problems.add(
                    Severity.ERROR,
                    values.placeOf(key),
                    key + " names a file that cannot be read",
                    null);
        }
        return path;
    }

    private Path path(String key, String name, boolean isRelativeToProcess) {
        try {
            Path path = isRelativeToProcess ? Path.of(name) : values.placeOf(key).resolve(name);
            return path.normalize();
        } catch (InvalidPathException _) {
            problems.add(Severity.ERROR, values.placeOf(key), key + " is not a path", null);
            return Path.of("state");
        }
    }

    private Map<String, AliasEntry> aliases(List<ModelEntry> models) {
        String path = "router_settings.model_group_alias";
        Map<String, AliasEntry> aliases = new LinkedHashMap<>();
        Values.Value value = values.find(path);
        if (value == null || !(value.value() instanceof Map<?, ?> entries)) {
            return aliases;
        }
        entries.forEach((name, alias) -> aliases.put((String) name, (AliasEntry) alias));
        Set<String> names = new HashSet<>(aliases.keySet());
        models.forEach(model -> names.add(model.name()));
        aliases.forEach((name, alias) -> {
            boolean isKnown =
                    names.contains(alias.model()) || matchesPattern(alias.model(), models);
            if (!isKnown) {
                String near = NearNames.nearest(alias.model(), names);
                problems.add(
                        Severity.WARNING,
                        values.placeOf(path + '.' + name),
                        "the alias " + name + " stands for a model that is not listed",
                        near == null ? null : "did you mean " + near + '?');
            }
        });
        return aliases;
    }

    static boolean matchesPattern(String name, List<ModelEntry> models) {
        return models.stream()
                .map(ModelEntry::name)
                .filter(pattern -> pattern.contains("*"))
                .anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(String pattern, String name) {
        String regex =
                Stream.of(pattern.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"));
        return name.matches(regex);
    }

    private List<KeyEntry> keys(List<ModelEntry> models, Map<String, AliasEntry> aliases) {
        Set<String> names = new HashSet<>(aliases.keySet());
        for (ModelEntry model : models) {
            names.add(model.name());
            names.addAll(model.accessGroups());
        }
        Map<String, String> aliasPlaces = new HashMap<>();
        Map<Secret, String> keyPlaces = new HashMap<>();
        List<KeyEntry> keys = new ArrayList<>();
        for (int i = 0; i < values.size("keys"); i++) {
            KeyEntry key = key("keys[" + i + ']', aliasPlaces, keyPlaces);
            if (key != null) {
                keys.add(key);
                known(key, "keys[" + i + "].models", names, models);
            }
        }
        return keys;
    }

    private @Nullable KeyEntry key(
            String path, Map<String, String> aliasPlaces, Map<Secret, String> keyPlaces) {
        if (values.findFault(path) != null) {
            return null;
        }
        String alias = values.text(path + ".alias");
        Secret key = values.secret(path + ".key");
        boolean isAliasMissing = missing(path, "alias", alias);
        boolean isKeyMissing = missing(path, "key", key);
        boolean isRefused = isAliasMissing || isKeyMissing;
        if (alias != null) {
            isRefused |= taken(path + ".alias", alias, aliasPlaces, "the alias " + alias);
        }
        if (key != null && key.reveal().length() < MIN_KEY_CHARACTERS) {
            problems.add(
                    Severity.ERROR,
                    values.placeOf(path + ".key"),
                    "a key needs at least " + MIN_KEY_CHARACTERS + " characters",
                    null);
            isRefused = true;
        } else if (key != null) {
            isRefused |= taken(path + ".key", key, keyPlaces, "this key");
        }
        return isRefused || alias == null || key == null
                ? null
                : new KeyEntry(
                        alias,
                        key,
                        values.texts(path + ".models"),
                        allowances.limits(path + ".limits"),
                        allowances.budget(path + ".budget"),
                        allowances.modelBudgets(path + ".model_budgets"),
                        allowances.onDisconnect(path + ".on_disconnect"));
    }

    private boolean missing(String path, String name, @Nullable Object value) {
        if (value == null && values.findFault(path + '.' + name) == null) {
            problems.add(Severity.ERROR, values.placeOf(path), path + " has no " + name, null);
        }
        return value == null;
    }

    private <T> boolean taken(String path, T value, Map<T, String> places, String what) {
        Place place = values.placeOf(path);
        String earlier = places.putIfAbsent(value, place.toString());
        if (earlier != null) {
            problems.add(Severity.ERROR, place, what + " is already defined at " + earlier, null);
        }
        return earlier != null;
    }

    private void known(KeyEntry key, String path, Set<String> names, List<ModelEntry> models) {
        for (String model : key.models()) {
            boolean isKnown =
                    model.contains("*") || names.contains(model) || matchesPattern(model, models);
            if (!isKnown) {
                String near = NearNames.nearest(model, names);
                problems.add(
                        Severity.WARNING,
                        values.placeOf(path),
                        "the key "
                                + key.alias()
                                + " is allowed a model that is not listed: "
                                + model,
                        near == null ? null : "did you mean " + near + '?');
            }
        }
    }

    private LimitSettings limits() {
        return new LimitSettings(
                values.requiredNumber("limits.body_bytes"),
                values.number("limits.buffered_bytes"),
                values.number("limits.translation_bytes"),
                (int) values.requiredNumber("limits.head_bytes"),
                (int) values.requiredNumber("limits.connections"),
                integer("limits.connections_per_address"),
                integer("limits.requests_per_minute_per_address"),
                (int) values.requiredNumber("limits.draining_calls"),
                values.requiredNumber("limits.sample_bytes"),
                allowances.limits("limits"),
                (int) Math.round(values.decimal("limits.throttle_above") * 1000));
    }

    private @Nullable Integer integer(String path) {
        Long number = values.number(path);
        return number == null ? null : Integer.valueOf(number.intValue());
    }

    private LedgerSettings ledger() {
        long ring = values.requiredNumber("ledger.ring_bytes");
        if (values.requiredNumber("ledger.journal_bytes") < 8 * ring) {
            problems.add(
                    Severity.ERROR,
                    values.placeOf(
                            values.has("ledger.journal_bytes")
                                    ? "ledger.journal_bytes"
                                    : "ledger.ring_bytes"),
                    "ledger.journal_bytes must be at least eight times ledger.ring_bytes",
                    null);
        }
        return new LedgerSettings(
                values.isTrue("ledger.enabled"),
                values.requiredNumber("ledger.ring_bytes"),
                values.requiredNumber("ledger.journal_bytes"),
                values.requiredTime("ledger.sync"),
                LedgerSettings.WhenFull.valueOf(
                        values.requiredText("ledger.when_full").toUpperCase(Locale.ROOT)));
    }

    private RedisSettings redis() {
        Secret url = values.secret("redis.url");
        if (url != null && !url.reveal().matches("rediss?://[^\\s]+")) {
            boolean isOwn =
                    !values.has("router_settings.redis_url")
                            && !values.has("router_settings.redis_host");
            problems.add(
                    isOwn ? Severity.ERROR : Severity.WARNING,
                    values.placeOf("redis.url"),
                    "the URL of Redis must begin with redis:// or rediss://",
                    null);
            url = null;
        }
        return new RedisSettings(
                url,
                values.secret("redis.password"),
                RedisSettings.WhenAway.valueOf(
                        values.requiredText("redis.when_away").toUpperCase(Locale.ROOT)),
                values.requiredTime("redis.timeout"),
                (int) Math.round(values.decimal("redis.slice") * 1000),
                file("redis.trusted_certificates", values.text("redis.trusted_certificates")));
    }

    private OnDisconnect onDisconnect() {
        OnDisconnect rule = allowances.onDisconnect("on_disconnect");
        return rule == null ? OnDisconnect.CANCEL : rule;
    }

    private TimeoutSettings timeouts() {
        return new TimeoutSettings(
                values.requiredTime("timeouts.connect"),
                values.requiredTime("timeouts.first_byte"),
                values.requiredTime("timeouts.between_chunks"),
                values.time("timeouts.total"),
                values.requiredTime("timeouts.drain"),
                values.requiredTime("timeouts.client_head"),
                values.requiredTime("timeouts.client_body"),
                values.requiredTime("timeouts.client_idle"));
    }

    private UpstreamSettings upstream() {
        return new UpstreamSettings(
                (int) values.requiredNumber("upstream.connections_per_target"),
                values.requiredTime("upstream.idle"),
                values.requiredTime("upstream.lifetime"),
                (int) values.requiredNumber("upstream.waiting"),
                trustedCertificates(),
                UpstreamSettings.Http2.valueOf(
                        values.requiredText("upstream.http2").toUpperCase(Locale.ROOT)));
    }

    /** Sluice's own key, which must be readable, else LiteLLM's, which is left out if it is not. */
    private @Nullable Path trustedCertificates() {
        String own = values.text("upstream.trusted_certificates");
        String key = "litellm_settings.ssl_verify";
        String verify = values.text(key);
        if (own != null || verify == null || ValueParser.isTrue(verify)) {
            return file("upstream.trusted_certificates", own);
        }
        if (verify.equalsIgnoreCase("false") || verify.equals("0")) {
            problems.add(
                    Severity.WARNING,
                    values.placeOf(key),
                    "providers' certificates are checked all the same",
                    "name the authority's file in upstream.trusted_certificates");
            return null;
        }
        Path path = path(key, verify, false);
        if (Files.isReadable(path)) {
            return path;
        }
        problems.add(
                Severity.WARNING,
                values.placeOf(key),
                "the file cannot be read; the system's authorities are trusted",
                null);
        return null;
    }

    private RouterSettings router() {
        return new RouterSettings(
                (int) values.requiredNumber("router_settings.num_retries"),
                positive(values.time("router_settings.timeout")),
                positive(values.time("router_settings.stream_timeout")),
                values.requiredTime("router_settings.retry_after"));
    }

    /** LiteLLM's users write 0 for no limit. */
    static @Nullable Duration positive(@Nullable Duration time) {
        return time == null || time.isZero() ? null : time;
    }

    private LoggingSettings logging() {
        return new LoggingSettings(
                values.requiredText("logging.level"),
                levels(),
                values.requiredText("logging.access"),
                values.decimal("logging.access_sample"),
                values.text("logging.file"),
                values.requiredNumber("logging.file_bytes"),
                (int) values.requiredNumber("logging.files"));
    }

    private Map<String, String> levels() {
        Map<String, String> levels = new LinkedHashMap<>();
        KeySpec level = KeyTable.instance().key("logging.level");
        values.map("logging.levels")
                .forEach((name, text) -> {
                    Object parsed = ValueParser.parse(level, text);
                    if (parsed == null) {
                        problems.add(
                                Severity.ERROR,
                                values.placeOf("logging.levels"),
                                "the level of "
                                        + name
                                        + " must be one of "
                                        + String.join(", ", level.choices()),
                                null);
                    } else {
                        levels.put(name, (String) parsed);
                    }
                });
        return levels;
    }
}
