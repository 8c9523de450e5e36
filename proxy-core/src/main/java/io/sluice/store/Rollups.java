package io.sluice.store;

import io.sluice.ledger.Settlement;
import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Sums of the rows of one batch, per hour and per day. Confined to one thread. */
final class Rollups {

    /*
     * The rows of a batch are summed here first, so that each row of sums is changed once per
     * batch, however many calls it has. Amounts may leave a long: they saturate here, as one batch
     * that costs nine million dollars is a mistake, and are added up exactly in PostgreSQL.
     */

    /** The sums that are counts, in the order of {@link #counts}. */
    static final List<String> COUNTS =
            List.of(
                    "requests",
                    "failures",
                    "unpriced",
                    "cache_hits",
                    "input_tokens",
                    "output_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "cache_write_hour_tokens",
                    "reasoning_tokens",
                    "audio_input_tokens",
                    "audio_output_tokens",
                    "image_input_tokens",
                    "image_output_tokens",
                    "first_byte_millis",
                    "total_millis");

    /** The sums that are amounts. */
    static final List<String> AMOUNTS = List.of("cost_picos", "dollar_picos");

    static final String HOURLY = "rollups_hourly";
    static final String DAILY = "rollups_daily";
    static final long HOUR_MILLIS = 3_600_000;

    private static final List<String> KEY =
            List.of("dimension", "id", "bucket", "model", "model_group", "currency");
    private static final int WIDTH = COUNTS.size() + AMOUNTS.size();
    private static final int FIRST_CLIENT_ERROR = 400;

    private final Map<RollupKey, long[]> hourly = new HashMap<>();
    private final Map<RollupKey, long[]> daily = new HashMap<>();

    /** Adds a row. */
    void add(Settlement row) {
        long[] counts = counts(row);
        eachDimension(row, (dimension, id) -> addUnder(dimension, id, row, counts));
    }

    /** Names all that a row is summed under, each once; ids as they are stored. */
    static void eachDimension(Settlement row, BiConsumer<Dimension, String> named) {
        Settlement.Caller caller = row.caller();
        Settlement.Asked asked = row.asked();
        name(named, Dimension.GATEWAY, "");
        name(named, Dimension.MODEL, asked.model());
        name(named, Dimension.PROVIDER, asked.provider());
        name(named, Dimension.TARGET, asked.target());
        name(named, Dimension.KEY, caller.keyId());
        name(named, Dimension.USER, caller.userId());
        name(named, Dimension.TEAM, caller.teamId());
        name(named, Dimension.ORGANIZATION, caller.organizationId());
        name(named, Dimension.PROJECT, caller.projectId());
        name(named, Dimension.END_USER, caller.endUser());
        Collection<String> tags = caller.tags();
        for (String tag : tags.size() > 1 ? new HashSet<>(tags) : tags) {
            name(named, Dimension.TAG, tag);
        }
    }

    /** Names all whose budgets a row is charged to, each once; ids as they are stored. */
    static void eachAccount(Settlement row, BiConsumer<Dimension, String> named) {
        eachDimension(row, named);
        String group = group(row.asked());
        if (!group.isEmpty()) {
            named.accept(Dimension.MODEL, group);
        }
    }

    /** The name under which the model was found, as it is stored; empty where it is the model. */
    private static String group(Settlement.Asked asked) {
        String group = asked.modelGroup();
        return group == null || group.equals(asked.model()) ? "" : Texts.storable(group);
    }

    private static void name(
            BiConsumer<Dimension, String> named, Dimension dimension, @Nullable String id) {
        if (id != null) {
            named.accept(dimension, Texts.storable(id));
        }
    }

    /**
     * Adds the sums to those in the database, hours before days, each in the order of its keys.
     *
     * @throws SQLException if it cannot
     */
    void store(Connection connection, Dialect dialect) throws SQLException {
        store(connection, dialect, HOURLY, hourly);
        store(connection, dialect, DAILY, daily);
    }

    private void addUnder(Dimension dimension, String id, Settlement row, long[] counts) {
        Settlement.Asked asked = row.asked();
        String asModel = asked.model();
        String model = asModel == null ? "" : Texts.storable(asModel);
        String group = group(asked);
        String currency = Texts.storable(row.cost().currency());
        long hour = Math.floorDiv(row.admittedMillis(), HOUR_MILLIS);
        add(hourly, new RollupKey(dimension.code(), id, hour, model, group, currency), counts);
        add(daily, new RollupKey(dimension.code(), id, row.day(), model, group, currency), counts);
    }

    private static void add(Map<RollupKey, long[]> sums, RollupKey key, long[] counts) {
        long[] sum = sums.computeIfAbsent(key, _ -> new long[WIDTH]);
        for (int i = 0; i < WIDTH; i++) {
            sum[i] = plus(sum[i], counts[i]);
        }
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static long[] counts(Settlement row) {
        Usage usage = row.usage();
        CallCost cost = row.cost();
        return new long[] {
            1,
            isFailure(row) ? 1 : 0,
            cost.state() == CallCost.State.PRICED ? 0 : 1,
            0,
            positive(usage.inputTokens()),
            positive(usage.outputTokens()),
            positive(usage.cachedInputTokens()),
            positive(usage.cacheWriteTokens()),
            positive(usage.count(Usage.Extra.CACHE_WRITE_HOUR_TOKENS)),
            positive(usage.reasoningTokens()),
            positive(usage.audioInputTokens()),
            positive(usage.audioOutputTokens()),
            positive(usage.count(Usage.Extra.IMAGE_INPUT_TOKENS)),
            positive(usage.count(Usage.Extra.IMAGE_OUTPUT_TOKENS)),
            positive(row.times().firstByteMillis()),
            positive(row.times().totalMillis()),
            Math.max(0, cost.picos()),
            Math.max(0, cost.dollarPicos())
        };
    }

    private static boolean isFailure(Settlement row) {
        return switch (row.end().outcome()) {
            case UPSTREAM_ERROR, CUT, RETRIED, CRASHED, GATEWAY_ERROR -> true;
            case COMPLETED, CANCELLED, DRAINED, DRAIN_CAPPED ->
                    row.end().status() >= FIRST_CLIENT_ERROR;
        };
    }

    private static long positive(long count) {
        return Math.clamp(count, 0, Usage.MAX_TOKENS);
    }

    private static void store(
            Connection connection, Dialect dialect, String table, Map<RollupKey, long[]> sums)
            throws SQLException {
        if (sums.isEmpty()) {
            return;
        }
        try (PreparedStatement upsert = connection.prepareStatement(upsert(dialect, table))) {
            for (Map.Entry<RollupKey, long[]> sum : new TreeMap<>(sums).entrySet()) {
                RollupKey key = sum.getKey();
                Parameters parameters =
                        new Parameters(upsert)
                                .text(key.dimension())
                                .text(key.id())
                                .number(key.bucket())
                                .text(key.model())
                                .text(key.modelGroup())
                                .text(key.currency());
                for (long count : sum.getValue()) {
                    parameters.number(count);
                }
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    private static String upsert(Dialect dialect, String table) {
        List<String> sums = new ArrayList<>();
        for (String count : COUNTS) {
            sums.add("%s = %s.%s + excluded.%s".formatted(count, table, count, count));
        }
        for (String amount : AMOUNTS) {
            sums.add(amount + " = " + dialect.sumWithExcluded(table, amount));
        }
        return Columns.insertion(table, Columns.concat(KEY, COUNTS, AMOUNTS))
                + " ON CONFLICT ("
                + String.join(", ", KEY)
                + ") DO UPDATE SET "
                + String.join(", ", sums);
    }
}
