package io.sluice.config;

import static io.sluice.config.KeyType.BOOLEAN;
import static io.sluice.config.KeyType.DECIMAL;
import static io.sluice.config.KeyType.DURATION;
import static io.sluice.config.KeyType.ENUM;
import static io.sluice.config.KeyType.INTEGER;
import static io.sluice.config.KeyType.MONEY;
import static io.sluice.config.KeyType.PRICE_MAP;
import static io.sluice.config.KeyType.SECRET;
import static io.sluice.config.KeyType.SECTION;
import static io.sluice.config.KeyType.SECTION_LIST;
import static io.sluice.config.KeyType.SIZE;
import static io.sluice.config.KeyType.STRING;
import static io.sluice.config.KeyType.STRING_LIST;
import static io.sluice.config.KeyType.STRING_MAP;

import java.util.stream.Stream;

/** The keys of Sluice's own sections. */
final class SluiceKeys {

    private static final int MAX_PORT = 65_535;

    private SluiceKeys() {}

    static Stream<KeySpec> all() {
        return Stream.of(
                        listeners(),
                        files(),
                        keys(),
                        rates("keys[].limits"),
                        Stream.of(
                                used(
                                                "keys[].limits.priority",
                                                DECIMAL,
                                                "1.0",
                                                "how much it gives when limits.throttle_above is"
                                                        + " passed")
                                        .between(0, 1000)),
                        budget("keys[].budget"),
                        Stream.of(
                                used(
                                        "keys[].model_budgets",
                                        SECTION_LIST,
                                        "[]",
                                        "what this key may spend on single models"),
                                used(
                                        "keys[].model_budgets[].model",
                                        STRING,
                                        "null",
                                        "the name that callers use; must be given")),
                        budget("keys[].model_budgets[]"),
                        accounts(),
                        RoutingKeys.own(),
                        limits(),
                        rates("limits"),
                        Stream.of(
                                used(
                                                "limits.throttle_above",
                                                DECIMAL,
                                                "0.8",
                                                "share of these limits above which keys get less;"
                                                        + " 1.0 is never")
                                        .between(0, 1)),
                        money(),
                        budget("budget"),
                        waiting(),
                        ledger(),
                        redis(),
                        failover(),
                        logs())
                .flatMap(keys -> keys);
    }

    private static Stream<KeySpec> failover() {
        return Stream.of(
                used("failover", SECTION, "{}", "what is tried when an attempt fails"),
                used(
                        "failover.retry_only_within",
                        DURATION,
                        "null",
                        "an attempt that took longer to fail is not repeated; null is never"),
                used(
                                "failover.retry_share",
                                DECIMAL,
                                "0.2",
                                "retries for each call, of the whole gateway over ten seconds")
                        .between(0, 100),
                used(
                                "failover.retries_per_second",
                                INTEGER,
                                "10",
                                "retries of the whole gateway whatever the share")
                        .between(0, 1_000_000),
                used(
                        "failover.gate_time",
                        DURATION,
                        "0s",
                        "how long a stream's beginning is held to see whether it is an error"),
                used("failover.gate_bytes", SIZE, "16KiB", "how much of it is held")
                        .between(1, 1 << 20),
                used(
                        "failover.test_credentials",
                        BOOLEAN,
                        "true",
                        "whether a reload shows providers their new credentials first"));
    }

    private static Stream<KeySpec> listeners() {
        return Stream.of(
                used("listen", SECTION, "{}", "where applications reach the gateway"),
                used("listen.host", STRING, "127.0.0.1", "address of the data listener"),
                used("listen.port", INTEGER, "4000", "its port; 0 takes a free one")
                        .between(0, MAX_PORT),
                used("listen.tls", SECTION, "{}", "both files make the data listener speak TLS"),
                used("listen.tls.certificate", STRING, "null", "PEM file with the chain"),
                used("listen.tls.private_key", STRING, "null", "PEM file with the key, PKCS #8"),
                used("listen.http2", SECTION, "{}", "HTTP/2 on the data listener"),
                used(
                        "listen.http2.enabled",
                        BOOLEAN,
                        "true",
                        "by ALPN, and without TLS with prior knowledge"),
                used("listen.http2.streams", INTEGER, "128", "calls at once on one connection")
                        .between(1, 10_000),
                used(
                                "listen.http2.window_bytes",
                                SIZE,
                                "256KiB",
                                "what a client may send ahead on one stream")
                        .between(65_535, 16 << 20),
                used("admin", SECTION, "{}", "where operators reach the gateway"),
                used("admin.host", STRING, "127.0.0.1", "address of the admin listener"),
                used("admin.port", INTEGER, "4001", "its port; 0 takes a free one")
                        .between(0, MAX_PORT),
                used(
                        "admin.also_on_data_listener",
                        BOOLEAN,
                        "false",
                        "whether the data listener answers management paths too"),
                used("cors", SECTION, "{}", "which web pages may call the gateway"),
                used(
                        "cors.allowed_origins",
                        STRING_LIST,
                        "[]",
                        "origins that are allowed, * for all; none switches CORS off"),
                used("cors.max_age", DURATION, "24h", "how long a browser may keep the answer"));
    }

    private static Stream<KeySpec> files() {
        return Stream.of(
                used(
                        "state_dir",
                        STRING,
                        "./state",
                        "what must outlive the gateway; systemd sets STATE_DIRECTORY"),
                used(
                        "env_file",
                        STRING,
                        "null",
                        "file of NAME=value lines for references; relative to this file"),
                used("database", SECTION, "{}", "where keys and records are kept"),
                used("database.url", SECRET, "null", "null keeps them in state_dir"),
                used(
                        "database.serve_stale",
                        DURATION,
                        "10m",
                        "how long known keys are served while the database is away"),
                used(
                        "database.keep_expired_keys",
                        DURATION,
                        "30d",
                        "how long expired keys are kept, so that their callers are told"),
                time(
                        "database.retention",
                        "null",
                        "how long the rows of calls are kept; null is for ever"),
                time(
                        "database.lease_idle",
                        "5m",
                        "when an unused slice of a shared hard budget is given back"));
    }

    private static Stream<KeySpec> keys() {
        return Stream.of(
                used("keys", SECTION_LIST, "[]", "keys that the file defines"),
                used("keys[].alias", STRING, "null", "its name in logs and metrics; must be given"),
                used("keys[].key", SECRET, "null", "the key, at least 8 characters; must be given"),
                used(
                        "keys[].models",
                        STRING_LIST,
                        "[]",
                        "names, patterns, access groups it may use; none is all"),
                used("keys[].limits", SECTION, "{}", "bounds of this key"),
                used("keys[].budget", SECTION, "null", "what this key may spend"),
                onDisconnect("keys[].on_disconnect", "null"));
    }

    private static Stream<KeySpec> accounts() {
        return Stream.of(
                        Stream.of(
                                used(
                                        "accounts",
                                        SECTION,
                                        "{}",
                                        "what others than keys may use and spend")),
                        named("accounts.models", "models", "the name that callers use"),
                        named("accounts.providers", "providers", "as in litellm_params.model"),
                        named("accounts.tags", "tags", "the tag"),
                        Stream.of(
                                used(
                                        "accounts.end_user",
                                        SECTION,
                                        "{}",
                                        "each end-user without terms of its own")),
                        allowance("accounts.end_user"))
                .flatMap(keys -> keys);
    }

    private static Stream<KeySpec> named(String path, String what, String name) {
        return Stream.concat(
                Stream.of(
                        used(path, SECTION_LIST, "[]", "bounds of single " + what),
                        used(path + "[].name", STRING, "null", name + "; must be given")),
                allowance(path + "[]"));
    }

    /** What whoever stands at {@code path} may use and spend. */
    static Stream<KeySpec> allowance(String path) {
        return Stream.of(
                        Stream.of(
                                used(path + ".limits", SECTION, "{}", "how much it may be used"),
                                used(path + ".budget", SECTION, "null", "what it may cost")),
                        rates(path + ".limits"),
                        budget(path + ".budget"))
                .flatMap(keys -> keys);
    }

    /** How much, and how much at once, whoever stands at {@code path} may call. */
    private static Stream<KeySpec> rates(String path) {
        return Stream.concat(
                Stream.of("requests", "tokens")
                        .flatMap(unit ->
                                Stream.of("second", "minute", "hour", "day")
                                        .map(window ->
                                                used(
                                                                path + '.' + unit + "_per_"
                                                                        + window,
                                                                INTEGER,
                                                                "null",
                                                                unit + " per " + window)
                                                        .atLeast(0))),
                Stream.of(
                        used(path + ".parallel", INTEGER, "null", "calls at the same time")
                                .atLeast(0)));
    }

    /** What whoever stands at {@code path} may spend. */
    private static Stream<KeySpec> budget(String path) {
        return Stream.of(
                used(path + ".amount", MONEY, "null", "such as 5.00 EUR; must be given"),
                used(
                        path + ".window",
                        STRING,
                        "day",
                        "day, week, month, none, or such as 24h, 30d"),
                used(path + ".time_zone", STRING, "UTC", "where days, weeks and months begin"),
                used(path + ".soft_limit", MONEY, "null", "beyond it a warning is given"),
                mode(path + ".mode", "null"));
    }

    private static Stream<KeySpec> limits() {
        return Stream.of(
                used("limits", SECTION, "{}", "what clients may take up"),
                used("limits.body_bytes", SIZE, "32MiB", "the largest request body")
                        .between(1, Integer.MAX_VALUE),
                used(
                                "limits.buffered_bytes",
                                SIZE,
                                "null",
                                "all request bodies at once; null is a quarter of direct memory")
                        .atLeast(1),
                used(
                                "limits.translation_bytes",
                                SIZE,
                                "null",
                                "what translated calls keep at once; null is a quarter of the heap")
                        .atLeast(64 << 10),
                used("limits.head_bytes", SIZE, "64KiB", "the largest request or response head")
                        .between(1024, 16 << 20),
                used("limits.connections", INTEGER, "20000", "open client connections")
                        .between(1, Integer.MAX_VALUE),
                used(
                                "limits.connections_per_address",
                                INTEGER,
                                "null",
                                "open connections of one address; null is no limit")
                        .between(1, Integer.MAX_VALUE),
                used(
                                "limits.requests_per_minute_per_address",
                                INTEGER,
                                "null",
                                "requests of one address in a minute; null is no limit")
                        .between(1, Integer.MAX_VALUE),
                used(
                                "limits.draining_calls",
                                INTEGER,
                                "1000",
                                "answers read on at once whose clients have left")
                        .between(0, Integer.MAX_VALUE),
                used(
                                "limits.sample_bytes",
                                SIZE,
                                "64MiB",
                                "texts kept to estimate tokens, all calls together")
                        .between(0, Long.MAX_VALUE));
    }

    private static Stream<KeySpec> money() {
        return Stream.of(
                used("budgets", SECTION, "{}", "rules for all budgets"),
                mode("budgets.default_mode", "soft"),
                used("budget", SECTION, "null", "what the whole gateway may spend"),
                used("providers", SECTION, "{}", "providers beside those that are known"),
                used(
                        "providers.file",
                        STRING,
                        "null",
                        "providers in OpenAI's dialect; else providers.json beside this file"),
                used("prices", SECTION, "{}", "what tokens cost"),
                used(
                        "prices.file",
                        STRING,
                        "null",
                        "a price file over the built-in table; relative to this file"),
                used("prices.unknown", ENUM, "flag", "what becomes of calls without a price")
                        .oneOf("refuse", "flag", "zero"),
                used(
                        "prices.rates",
                        STRING_MAP,
                        "{EUR: 1.10}",
                        "dollars for one unit of each currency"),
                used(
                        "pricing",
                        PRICE_MAP,
                        "{}",
                        "from a deployment to what 1,000 tokens cost, before all other prices"),
                used("pricing.currency", STRING, "EUR", "what these prices are in"));
    }

    private static Stream<KeySpec> waiting() {
        return Stream.of(
                used("timeouts", SECTION, "{}", "how long the gateway waits"),
                time("timeouts.connect", "10s", "for TCP and TLS to a provider together"),
                time(
                        "timeouts.first_byte",
                        "300s",
                        "from the request sent to a provider's first byte"),
                time("timeouts.between_chunks", "300s", "between two reads from a provider"),
                time("timeouts.total", "null", "for a whole call; null is no limit"),
                used("timeouts.drain", DURATION, "10m", "for running calls after SIGTERM"),
                time(
                        "timeouts.client_head",
                        "10s",
                        "for a client to send a whole head once it has begun"),
                time("timeouts.client_body", "60s", "for a client to send its body"),
                time("timeouts.client_idle", "75s", "for the next request on an open connection"),
                used("upstream", SECTION, "{}", "connections to providers"),
                used(
                                "upstream.connections_per_target",
                                INTEGER,
                                "20000",
                                "open connections to one target")
                        .between(1, Integer.MAX_VALUE),
                time("upstream.idle", "60s", "how long an unused connection is kept"),
                time("upstream.lifetime", "1h", "how long a connection is used at most"),
                used("upstream.waiting", INTEGER, "1000", "calls that may wait for a connection")
                        .between(0, Integer.MAX_VALUE),
                used(
                        "upstream.trusted_certificates",
                        STRING,
                        "null",
                        "PEM file of authorities to trust; null is the system's"),
                used("upstream.http2", ENUM, "never", "which providers are spoken to in HTTP/2")
                        .oneOf("never", "tls", "always"),
                used("streaming", SECTION, "{}", "how streams behave towards the client"),
                used(
                        "streaming.ping_after",
                        DURATION,
                        "15s",
                        "silence after which the client gets a comment; 0 is never"),
                used(
                        "streaming.early_commit",
                        BOOLEAN,
                        "false",
                        "whether our head may go out before the provider's first byte"),
                onDisconnect("on_disconnect", "cancel"));
    }

    private static Stream<KeySpec> ledger() {
        return Stream.of(
                used("ledger", SECTION, "{}", "the durable record of what was used"),
                used("ledger.enabled", BOOLEAN, "true", "whether it is kept"),
                used("ledger.ring_bytes", SIZE, "64MiB", "records not yet in the journal")
                        .between(1 << 20, 1 << 30),
                used("ledger.journal_bytes", SIZE, "4GiB", "records not yet in the database")
                        .atLeast(1 << 20),
                used("ledger.sync", DURATION, "50ms", "the longest time between two syncs")
                        .atLeast(1),
                used("ledger.when_full", ENUM, "refuse", "what becomes of calls then")
                        .oneOf("refuse", "block"));
    }

    private static Stream<KeySpec> redis() {
        return Stream.of(
                used("redis", SECTION, "{}", "counts rate limits across processes"),
                used(
                        "redis.url",
                        SECRET,
                        "null",
                        "redis://host:6379/0, or rediss://; null counts in each process"),
                used("redis.password", SECRET, "null", "over the one in the URL"),
                used(
                                "redis.when_away",
                                ENUM,
                                "local",
                                "what bounds calls while it cannot be reached")
                        .oneOf("local", "refuse"),
                time("redis.timeout", "1s", "for a connection, and for each answer"),
                used(
                                "redis.slice",
                                DECIMAL,
                                "0.1",
                                "share of a limit that a process may use ahead of the common"
                                        + " count")
                        .between(0, 1),
                used(
                        "redis.trusted_certificates",
                        STRING,
                        "null",
                        "PEM file of authorities for rediss://; null is the system's"));
    }

    private static Stream<KeySpec> logs() {
        return Stream.of(
                used("logging", SECTION, "{}", "what is logged, and where"),
                used("logging.level", ENUM, "info", "of the whole gateway")
                        .oneOf("trace", "debug", "info", "warn", "error"),
                used("logging.levels", STRING_MAP, "{}", "of single packages, over level"),
                used("logging.access", STRING, "stdout", "stdout, off, or a file that rolls"),
                used("logging.access_sample", DECIMAL, "1.0", "share of successes logged, 0 to 1")
                        .between(0, 1),
                used(
                        "logging.file",
                        STRING,
                        "null",
                        "the gateway's own log; null is standard error"),
                used("logging.file_bytes", SIZE, "64MiB", "a log file rolls at this size")
                        .atLeast(4096),
                used("logging.files", INTEGER, "10", "rolled files that are kept")
                        .between(0, 10_000));
    }

    private static KeySpec used(String path, KeyType type, String fallback, String doc) {
        return KeySpec.used(path, type, fallback, doc);
    }

    private static KeySpec time(String path, String fallback, String doc) {
        return used(path, DURATION, fallback, doc).atLeast(1);
    }

    private static KeySpec mode(String path, String fallback) {
        return used(path, ENUM, fallback, "soft counts, hard refuses").oneOf("soft", "hard");
    }

    static KeySpec onDisconnect(String path, String fallback) {
        return used(path, ENUM, fallback, "cancel, drain, or drain: and a time or tokens")
                .oneOf("cancel", "drain", "drain:*");
    }
}
