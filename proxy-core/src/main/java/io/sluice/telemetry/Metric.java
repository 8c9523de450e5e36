package io.sluice.telemetry;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Every number that the gateway itself exposes. The name is the contract: a constant may be added
 * but never renamed. {@code docs/metrics.md} is this table for readers, and a test compares them.
 */
// The list is a copy of its own and the array never leaves this package, where nobody writes it.
@SuppressWarnings("ImmutableEnumChecker")
public enum Metric {
    /** Finished calls. {@code none} stands where no target was chosen or nobody failed. */
    REQUESTS(
            "sluice_requests_total",
            Kind.COUNTER,
            "Finished calls.",
            "endpoint",
            "model",
            "provider",
            "status_class",
            "error_source"),
    /** From a call's complete head to its end, streams included. */
    REQUEST_DURATION(
            "sluice_request_duration_seconds",
            millis(
                    10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000,
                    300_000, 600_000, 1_800_000),
            "From the complete head of a call to its end.",
            "endpoint",
            "model",
            "provider"),
    /** From a call's complete head to the provider's first body byte. */
    UPSTREAM_TTFT(
            "sluice_upstream_ttft_seconds",
            millis(
                    10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000,
                    120_000, 300_000),
            "From the complete head of a call to the provider's first body byte.",
            "endpoint",
            "model",
            "provider"),
    /**
     * Tokens in finished calls. The sub-kinds are contained in {@code input} and {@code output}.
     */
    TOKENS(
            "sluice_tokens_total",
            Kind.COUNTER,
            "Tokens of finished calls; all types but input and output are parts of those two.",
            "endpoint",
            "model",
            "provider",
            "type"),
    /** What finished calls cost, as far as that is known. */
    COST(
            "sluice_cost_picos_total",
            Kind.COUNTER,
            "Cost of finished calls in 10^-12 US dollars, as far as it is known.",
            "endpoint",
            "model",
            "provider"),
    /** Calls of which nobody can say what they cost. */
    UNPRICED_CALLS(
            "sluice_unpriced_calls_total",
            Kind.COUNTER,
            "Calls that used something without a price; no cost is booked for them.",
            "endpoint",
            "model",
            "provider"),
    /** What the gateway itself added before the response head. */
    OVERHEAD(
            "sluice_overhead_seconds",
            micros(
                    50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000,
                    250_000, 1_000_000),
            "What the gateway added before the response head."),
    /** The silence between two reads of one streamed answer. */
    STREAM_CHUNK_GAP(
            "sluice_stream_chunk_gap_seconds",
            millis(
                    1, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000,
                    60_000, 120_000),
            "Silence between two reads of one streamed answer."),
    /** Calls that have begun and not ended. */
    INFLIGHT_REQUESTS("sluice_inflight_requests", Kind.GAUGE, "Calls that have not ended."),
    /** Budgets of which open calls hold something, each counted once for each call. */
    BUDGET_HOLDS("sluice_budget_holds", Kind.GAUGE, "Holds of open calls on hard budgets."),
    /** Event streams that are being relayed. */
    ACTIVE_STREAMS("sluice_active_streams", Kind.GAUGE, "Event streams that are being relayed."),
    /** Calls that failed by the gateway's own judgement, by the code that the caller saw. */
    ERRORS("sluice_errors_total", Kind.COUNTER, "Calls that ended with an error code.", "code"),
    /** Attempts after a call's first one. */
    RETRIES("sluice_retries_total", Kind.COUNTER, "Attempts after the first one of a call."),
    /** Attempts that were not made since there had been too many in the last seconds. */
    RETRIES_DENIED(
            "sluice_retries_denied_total",
            Kind.COUNTER,
            "Retries not made since failover.retry_share was used up."),
    /** Calls that went on to another model than the one they named. */
    FALLBACKS(
            "sluice_fallbacks_total", Kind.COUNTER, "Times that another model was asked instead."),
    /** Comments sent to clients of silent streams. */
    PINGS_SENT("sluice_pings_sent_total", Kind.COUNTER, "Comments sent into silent streams."),
    /** Fields that {@code drop_params} and the like have left out of translated calls. */
    DROPPED_PARAMS(
            "sluice_dropped_params_total",
            Kind.COUNTER,
            "Fields of callers that were left out of translated calls."),
    /** What calls that are translated keep. */
    TRANSLATION_MEMORY(
            "sluice_translation_memory_bytes", Kind.GAUGE, "What calls that are translated keep."),
    /** Calls, or rests of answers, for which there was no such memory. */
    TRANSLATION_REFUSED(
            "sluice_translation_refused_total",
            Kind.COUNTER,
            "Times that limits.translation_bytes left no room for a call or the rest of an"
                    + " answer."),
    /** Calls whose client left before the end. */
    CLIENT_CANCELLED(
            "sluice_client_cancelled_total",
            Kind.COUNTER,
            "Calls whose client left before the end."),
    /** Request bodies of finished calls. */
    REQUEST_BYTES(
            "sluice_request_bytes_total", Kind.COUNTER, "Bytes of request bodies of ended calls."),
    /** Response payloads of finished calls. */
    RESPONSE_BYTES(
            "sluice_response_bytes_total",
            Kind.COUNTER,
            "Bytes of response payloads of ended calls."),
    /** Open connections of clients. */
    CLIENT_CONNECTIONS("sluice_client_connections", Kind.GAUGE, "Open connections from clients."),
    /** Connections that clients have opened. */
    CLIENT_CONNECTS("sluice_client_connects_total", Kind.COUNTER, "Connections opened by clients."),
    /** Open connections to providers, idle ones included. */
    UPSTREAM_CONNECTIONS(
            "sluice_upstream_connections", Kind.GAUGE, "Open connections to providers."),
    /** Connections that were opened to providers. */
    UPSTREAM_CONNECTS(
            "sluice_upstream_connects_total", Kind.COUNTER, "Connections opened to providers."),
    /** How late an event loop ran a task that was due, by loop. */
    EVENT_LOOP_LAG(
            "sluice_eventloop_lag_seconds",
            micros(
                    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
                    1_000_000, 5_000_000),
            "How late an event loop ran a task that was due.",
            "loop"),
    /** Calls that were counted under {@code other} because the label table was full. */
    LABEL_OVERFLOW(
            "sluice_label_overflow_total",
            Kind.COUNTER,
            "Calls counted under the label 'other' because the table of labels was full."),
    /** Whether the ledger has no room, so that calls are refused or wait: 1 when it has none. */
    LEDGER_FULL("sluice_ledger_full", Kind.GAUGE, "1 while the ledger takes no calls, else 0."),
    /** Bytes of the ledger's ring that are promised or taken. */
    LEDGER_RING_USED(
            "sluice_ledger_ring_used_bytes",
            Kind.GAUGE,
            "Bytes of the ledger's ring that are promised to attempts or taken by records."),
    /** What the journal takes of the disk. */
    LEDGER_JOURNAL(
            "sluice_ledger_journal_bytes", Kind.GAUGE, "What the ledger's journal takes of disk."),
    /** What is in the journal and not in the database. */
    LEDGER_BACKLOG(
            "sluice_ledger_backlog_bytes",
            Kind.GAUGE,
            "Bytes of the journal whose rows are not yet in the database."),
    /** Records that were moved from the ring into the journal. */
    LEDGER_RECORDS(
            "sluice_ledger_records_total",
            Kind.COUNTER,
            "Records moved into the ledger's journal."),
    /** Rows that the database has taken. */
    LEDGER_ROWS("sluice_ledger_rows_total", Kind.COUNTER, "Rows written into the database."),
    /** Records that the database refused and that were set aside. */
    LEDGER_ROWS_REFUSED(
            "sluice_ledger_refused_rows_total",
            Kind.COUNTER,
            "Rows that the database refused and that were set aside in a file."),
    /** Whether the ledger waits for the database: 1 when it does. */
    LEDGER_WAITING(
            "sluice_ledger_waiting", Kind.GAUGE, "1 while the ledger waits for the database."),
    /** Syncs of the journal. */
    LEDGER_SYNCS("sluice_ledger_syncs_total", Kind.COUNTER, "Syncs of the ledger's journal."),
    /** What the syncs of the journal took together. */
    LEDGER_SYNC_MICROS(
            "sluice_ledger_sync_microseconds_total",
            Kind.COUNTER,
            "Microseconds that the syncs of the ledger's journal took together."),
    /** Log lines that were dropped because their sink did not keep up, by log. */
    LOG_DROPPED(
            "sluice_log_dropped_total",
            Kind.COUNTER,
            "Log lines dropped because their sink did not keep up.",
            "log"),
    /** Memory outside the heap that Netty's allocators hold. */
    DIRECT_MEMORY("sluice_direct_memory_bytes", Kind.GAUGE, "Direct memory that Netty holds."),
    /** The ceiling of {@link #DIRECT_MEMORY}. */
    DIRECT_MEMORY_LIMIT(
            "sluice_direct_memory_limit_bytes", Kind.GAUGE, "Direct memory that Netty may hold."),
    /** Whether the gateway takes calls: 1 when it does. */
    READY("sluice_ready", Kind.GAUGE, "1 while the gateway takes calls, else 0."),
    /** Whether keys can be looked up, as far as was last tried. */
    DATABASE_UP(
            "sluice_database_up",
            Kind.GAUGE,
            "0 while keys cannot be looked up because the database is away, else 1."),
    /** Whether rate limits are counted together with other processes, where that is configured. */
    REDIS_UP(
            "sluice_redis_up",
            Kind.GAUGE,
            "1 while rate limits are counted together through Redis, else 0."),
    /** What was told to Redis, by how that ended. */
    RATE_REPORTS(
            "sluice_rate_reports_total",
            Kind.COUNTER,
            "Rate windows reported to Redis; failed counts connections and rounds that failed.",
            "result"),
    /** Changes of the price file, by what became of them. */
    PRICE_FILE_READS(
            "sluice_price_file_reads_total",
            Kind.COUNTER,
            "Times that prices.file was changed and read anew.",
            "result"),
    /** What event loops find without asking. */
    KEYS_KNOWN(
            "sluice_keys_known",
            Kind.GAUGE,
            "Keys of the database in memory, unknown ones included."),
    /** Questions to the database about keys, by how they ended. */
    KEY_LOOKUPS(
            "sluice_key_lookups_total", Kind.COUNTER, "Keys looked up in the database.", "result"),
    /** What the clean-up has removed. */
    EXPIRED_KEYS_REMOVED(
            "sluice_expired_keys_removed_total", Kind.COUNTER, "Expired keys that were removed."),
    /** How often the configuration has been taken over since the start. */
    CONFIG_GENERATION(
            "sluice_config_generation", Kind.GAUGE, "Number of the configuration in force."),
    /** Times that the configuration was read anew, by what became of that. */
    CONFIG_RELOADS(
            "sluice_config_reloads_total",
            Kind.COUNTER,
            "Times that the configuration was read anew while the gateway ran.",
            "result"),
    /** Whether the configuration that was read last is the one in force. */
    CONFIG_VALID(
            "sluice_config_valid",
            Kind.GAUGE,
            "1 where the configuration read last is in force, 0 where it was refused."),
    /** When the listener's certificate ends. */
    CERTIFICATE_EXPIRES(
            "sluice_certificate_expires_seconds",
            Kind.GAUGE,
            "End of the listener's certificate, the earliest of its chain, in Unix time."),
    /** Always 1; the labels say what runs. */
    BUILD_INFO(
            "sluice_build_info",
            Kind.GAUGE,
            "Always 1; its labels say what runs.",
            "version",
            "java",
            "netty");

    /** What a number means from one reading to the next. */
    public enum Kind {
        /** Only ever grows, until the process ends. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** Counts durations by size. */
        HISTOGRAM
    }

    private final String exposedName;
    private final Kind kind;
    private final String help;
    private final List<String> labels;
    private final long[] boundsNanos;

    Metric(String exposedName, Kind kind, String help, String... labels) {
        this(exposedName, kind, new long[0], help, labels);
    }

    Metric(String exposedName, long[] boundsNanos, String help, String... labels) {
        this(exposedName, Kind.HISTOGRAM, boundsNanos, help, labels);
    }

    Metric(String exposedName, Kind kind, long[] boundsNanos, String help, String... labels) {
        this.exposedName = exposedName;
        this.kind = kind;
        this.boundsNanos = boundsNanos;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** The name that a scraper sees. */
    public String exposedName() {
        return exposedName;
    }

    public Kind kind() {
        return kind;
    }

    /** One sentence for whoever reads the exposition. */
    public String help() {
        return help;
    }

    /** The names of the labels, in the order in which their values are given. */
    public List<String> labels() {
        return labels;
    }

    /** The inclusive upper bounds of a histogram's buckets but the last, which has none. */
    public LongStream boundsNanos() {
        return LongStream.of(boundsNanos);
    }

    Histogram newHistogram() {
        return new Histogram(boundsNanos);
    }

    private static long[] millis(long... bounds) {
        return LongStream.of(bounds).map(TimeUnit.MILLISECONDS::toNanos).toArray();
    }

    private static long[] micros(long... bounds) {
        return LongStream.of(bounds).map(TimeUnit.MICROSECONDS::toNanos).toArray();
    }
}
