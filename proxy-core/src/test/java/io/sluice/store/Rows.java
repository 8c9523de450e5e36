package io.sluice.store;

import io.sluice.ledger.AttemptId;
import io.sluice.ledger.Outcome;
import io.sluice.ledger.Settlement;
import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows of the ledger, made from a seed, and what their sums must be. */
final class Rows {

    static final long DAY_MILLIS = 86_400_000;
    static final int FIRST_DAY = Math.toIntExact(Samples.NOW.toEpochMilli() / DAY_MILLIS);

    private Rows() {}

    static List<Settlement> random(Random random, int count) {
        List<Settlement> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(random(random));
        }
        return rows;
    }

    static Settlement random(Random random) {
        int day = FIRST_DAY + random.nextInt(3);
        return row(random, day, "key-" + random.nextInt(3));
    }

    static Settlement row(Random random, int day, String key) {
        long admitted = day * DAY_MILLIS + random.nextLong(DAY_MILLIS);
        Usage usage = new Usage();
        usage.setOrigin(Usage.Origin.REPORTED);
        usage.setInputTokens(random.nextInt(1000));
        usage.setOutputTokens(random.nextInt(1000));
        usage.setCount(Usage.Extra.SEARCHES, random.nextInt(2));
        long picos = random.nextLong(1_000_000_000_000L);
        CallCost cost =
                random.nextInt(5) == 0
                        ? CallCost.UNPRICED
                        : new CallCost(
                                CallCost.State.PRICED,
                                picos,
                                random.nextBoolean() ? "USD" : "EUR",
                                picos / 2);
        return new Settlement(
                new AttemptId(random.nextLong(), random.nextLong(), 1 + random.nextInt(2)),
                "req\t\"" + random.nextInt() + "\\N\n",
                admitted,
                admitted + 10,
                day,
                new Settlement.Caller(
                        key,
                        null,
                        random.nextBoolean() ? null : "user",
                        "team\0\uD800",
                        null,
                        "project",
                        random.nextBoolean() ? null : "end\tuser",
                        random.nextBoolean() ? List.of() : List.of("red", "blue")),
                new Settlement.Asked(
                        "CHAT_COMPLETIONS",
                        random.nextBoolean() ? "gpt" : "claude",
                        random.nextInt(3) == 0 ? "family" : null,
                        "gpt-4o",
                        "openai",
                        "t1",
                        random.nextBoolean()),
                new Settlement.End(
                        random.nextInt(4) == 0 ? Outcome.CRASHED : Outcome.COMPLETED,
                        200,
                        null,
                        "--"),
                usage,
                cost,
                new Settlement.Times(5, 10, -1),
                100,
                200);
    }

    /** What the tables must hold for these rows, however often each was offered. */
    static Map<String, String> expected(List<Settlement> rows) {
        Map<String, long[]> sums = new HashMap<>();
        for (Settlement row : new HashSet<>(rows)) {
            add(sums, "gateway", "", row);
            add(sums, "model", row.asked().modelAsked(), row);
            add(sums, "provider", row.asked().provider(), row);
            add(sums, "target", row.asked().target(), row);
            add(sums, "key", row.caller().keyId(), row);
            add(sums, "user", row.caller().userId(), row);
            add(sums, "team", "team\uFFFD\uFFFD", row);
            add(sums, "project", row.caller().projectId(), row);
            add(sums, "end_user", row.caller().endUser(), row);
            row.caller().tags().forEach(tag -> add(sums, "tag", tag, row));
        }
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((key, sum) ->
                texts.put(key, "%d %d %d %d %d".formatted(sum[0], sum[1], sum[2], sum[3], sum[4])));
        return texts;
    }

    private static void add(
            Map<String, long[]> sums, String dimension, @Nullable String id, Settlement row) {
        if (id == null) {
            return;
        }
        String key = row.day() + " " + dimension + " " + id + " " + row.cost().currency();
        long[] sum = sums.computeIfAbsent(key, _ -> new long[5]);
        sum[0]++;
        sum[1] += row.end().outcome() == Outcome.CRASHED ? 1 : 0;
        sum[2] += row.usage().inputTokens();
        sum[3] += Math.max(0, row.cost().picos());
        sum[4] += Math.max(0, row.cost().dollarPicos());
    }

    /** What a table of sums holds, with buckets of this many to a day. */
    static Map<String, String> stored(Database database, String table, int bucketsPerDay) {
        return database.admin()
                .read(connection -> {
                    Map<String, String> texts = new TreeMap<>();
                    try (Statement statement = connection.createStatement();
                            ResultSet rows =
                                    statement.executeQuery(
                                            ("SELECT bucket / %d AS day, dimension, id, currency,"
                                                            + " sum(requests), sum(failures),"
                                                            + " sum(input_tokens), sum(cost_picos),"
                                                            + " sum(dollar_picos) FROM %s GROUP BY"
                                                            + " bucket / %d, dimension, id, currency")
                                                    .formatted(
                                                            bucketsPerDay, table, bucketsPerDay))) {
                        while (rows.next()) {
                            texts.put(
                                    "%s %s %s %s"
                                            .formatted(
                                                    rows.getString(1),
                                                    rows.getString(2),
                                                    rows.getString(3),
                                                    rows.getString(4)),
                                    "%d %d %d %s %s"
                                            .formatted(
                                                    rows.getLong(5),
                                                    rows.getLong(6),
                                                    rows.getLong(7),
                                                    amount(rows, 8),
                                                    amount(rows, 9)));
                        }
                    }
                    return texts;
                });
    }

    private static String amount(ResultSet rows, int column) throws java.sql.SQLException {
        return new BigDecimal(rows.getString(column)).toBigIntegerExact().toString();
    }

    static long count(Database database, String table) {
        return database.admin()
                .read(connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet rows =
                                    statement.executeQuery("SELECT count(*) FROM " + table)) {
                        rows.next();
                        return rows.getLong(1);
                    }
                });
    }

    static void execute(Database database, String sql) {
        database.data()
                .write(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                });
    }
}
