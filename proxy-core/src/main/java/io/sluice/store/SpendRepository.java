package io.sluice.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was used and spent: sums, and the rows behind them. Every answer has at most {@link
 * #MAX_ROWS} rows. Blocks; throws {@link StoreException}. Safe for any thread.
 */
public final class SpendRepository {

    /** No answer has more. */
    public static final int MAX_ROWS = 1000;

    /** The name under which {@link #since} tells the sum in dollars. */
    public static final String DOLLARS = "dollars";

    private static final List<String> SUMMED =
            List.of(
                    "requests",
                    "failures",
                    "unpriced",
                    "cache_hits",
                    "input_tokens",
                    "output_tokens");

    private static final Map<Dimension, String> CALL_COLUMNS =
            Map.of(
                    Dimension.KEY, "key_id",
                    Dimension.USER, "user_id",
                    Dimension.TEAM, "team_id",
                    Dimension.ORGANIZATION, "organization_id",
                    Dimension.PROJECT, "project_id",
                    Dimension.END_USER, "end_user",
                    Dimension.PROVIDER, "provider",
                    Dimension.TARGET, "target");

    private static final String CALLED = "coalesce(model_asked, model_sent)";

    /** Sums of the calls to one model, under its own name or one that stands for it. */
    private static final String OF_MODEL = " (model = ? OR model_group = ?)";

    private final Connections connections;

    /** The spend as one side of the database sees it. */
    public SpendRepository(Connections connections) {
        this.connections = connections;
    }

    /** How finely sums are told apart, beside their ids and currencies. */
    public enum Detail {
        DAY,
        MODEL
    }

    /**
     * Sums of days.
     *
     * @param ids which; empty for all
     * @param fromDay in days of the epoch, the first that counts
     * @param toDay the first that does not count any more
     * @param details what is told apart
     * @return the dearest in dollars first
     */
    public List<SpendSum> sums(
            Dimension dimension,
            List<String> ids,
            long fromDay,
            long toDay,
            Set<Detail> details,
            int rows) {
        String grouped =
                "id, currency"
                        + (details.contains(Detail.DAY) ? ", bucket" : "")
                        + (details.contains(Detail.MODEL) ? ", model" : "");
        StringBuilder sql = new StringBuilder("SELECT ").append(grouped);
        for (String count : SUMMED) {
            sql.append(", sum(").append(count).append(") AS ").append(count);
        }
        Dialect dialect = connections.dialect();
        for (String amount : Rollups.AMOUNTS) {
            sql.append(", ").append(dialect.sum(amount)).append(" AS sum_").append(amount);
        }
        sql.append(" FROM rollups_daily WHERE dimension = ? AND bucket >= ? AND bucket < ?");
        if (!ids.isEmpty()) {
            sql.append(" AND id IN (")
                    .append(String.join(", ", Collections.nCopies(ids.size(), "?")))
                    .append(')');
        }
        sql.append(" GROUP BY ")
                .append(grouped)
                .append(" ORDER BY sum_dollar_picos DESC, ")
                .append(grouped)
                .append(" LIMIT ?");
        return connections.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql.toString())) {
                Parameters parameters =
                        new Parameters(select).text(dimension.code()).number(fromDay).number(toDay);
                for (String id : ids) {
                    parameters.text(id);
                }
                parameters.number((long) Math.clamp(rows, 1, MAX_ROWS));
                List<SpendSum> sums = new ArrayList<>();
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        sums.add(readSum(found, details));
                    }
                }
                return sums;
            }
        });
    }

    /**
     * What was spent since a moment, exactly, per currency, with {@code dollars} for the sum in
     * dollars: whole hours from the sums, the hour of {@code since} from its rows.
     *
     * @param id of a model: calls by a name that stands for it count as well
     * @param since rows of its hour that are no longer kept do not count
     */
    public Map<String, BigInteger> since(Dimension dimension, String id, Instant since) {
        return since(dimension, id, null, since);
    }

    /**
     * The same for the calls to one model.
     *
     * @param model as callers named it, or as it was found under that name; {@code null} for all
     */
    public Map<String, BigInteger> since(
            Dimension dimension, String id, @Nullable String model, Instant since) {
        long hour = Math.floorDiv(since.toEpochMilli(), Rollups.HOUR_MILLIS);
        boolean isWholeHour = since.toEpochMilli() % Rollups.HOUR_MILLIS == 0;
        long firstHour = isWholeHour ? hour : hour + 1;
        Map<String, BigInteger> spent = new HashMap<>();
        spent.put(DOLLARS, BigInteger.ZERO);
        Dialect dialect = connections.dialect();
        String sums =
                "SELECT currency, %s, %s FROM "
                        .formatted(dialect.sum("cost_picos"), dialect.sum("dollar_picos"));
        return connections.read(connection -> {
            try (PreparedStatement hours =
                    connection.prepareStatement(
                            sums
                                    + "rollups_hourly WHERE dimension = ? AND"
                                    + (dimension == Dimension.MODEL ? OF_MODEL : " id = ?")
                                    + " AND bucket >= ?"
                                    + (model == null ? "" : " AND" + OF_MODEL)
                                    + " GROUP BY currency")) {
                Parameters parameters = new Parameters(hours).text(dimension.code()).text(id);
                if (dimension == Dimension.MODEL) {
                    parameters.text(id);
                }
                parameters.number(firstHour);
                if (model != null) {
                    parameters.text(Texts.storable(model)).text(Texts.storable(model));
                }
                addTo(spent, hours);
            }
            if (!isWholeHour) {
                try (PreparedStatement rest =
                        connection.prepareStatement(
                                sums
                                        + "(SELECT currency, CASE WHEN cost_picos > 0 THEN"
                                        + " cost_picos ELSE 0 END AS cost_picos, CASE WHEN"
                                        + " dollar_picos > 0 THEN dollar_picos ELSE 0 END AS"
                                        + " dollar_picos FROM calls WHERE day = ? AND admitted_at"
                                        + " >= ? AND admitted_at < ?"
                                        + condition(dimension)
                                        + (model == null ? "" : condition(Dimension.MODEL))
                                        + ") AS rest GROUP BY currency")) {
                    Parameters parameters =
                            new Parameters(rest)
                                    .number(TimeUnit.MILLISECONDS.toDays(since.toEpochMilli()))
                                    .number(since.toEpochMilli())
                                    .number(firstHour * Rollups.HOUR_MILLIS);
                    if (dimension == Dimension.TAG) {
                        parameters.text(Where.containing(tagText(id)));
                    } else if (dimension == Dimension.MODEL) {
                        parameters.text(id).text(id);
                    } else if (dimension != Dimension.GATEWAY) {
                        parameters.text(id);
                    }
                    if (model != null) {
                        parameters.text(Texts.storable(model)).text(Texts.storable(model));
                    }
                    addTo(spent, rest);
                }
            }
            return Map.copyOf(spent);
        });
    }

    /**
     * Those of whom anything was booked since a moment, in the order of their ids.
     *
     * @param since its whole hour counts
     * @param afterId the last one of the page before; empty for the first page
     * @param rows at most {@link #MAX_ROWS}
     */
    public List<String> idsSince(Dimension dimension, Instant since, String afterId, int rows) {
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT DISTINCT id FROM rollups_hourly WHERE dimension = ? AND id > ?"
                                    + " AND bucket >= ? ORDER BY id LIMIT ?")) {
                new Parameters(select)
                        .text(dimension.code())
                        .text(afterId)
                        .number(Math.floorDiv(since.toEpochMilli(), Rollups.HOUR_MILLIS))
                        .number((long) Math.clamp(rows, 1, MAX_ROWS));
                List<String> ids = new ArrayList<>();
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        ids.add(found.getString(1));
                    }
                }
                return ids;
            }
        });
    }

    /**
     * Which rows a list has.
     *
     * @param from the first moment that counts
     * @param to the first that does not count any more
     */
    public record Filter(
            Instant from,
            Instant to,
            @Nullable String keyId,
            @Nullable String teamId,
            @Nullable String userId,
            @Nullable String model) {}

    /**
     * Rows, the newest first.
     *
     * @param before the last row of the page before; {@code null} for the first page
     */
    public List<CallRow> calls(Filter filter, CallRow.@Nullable Place before, int rows) {
        Where where = new Where();
        where.and("day >= ?", days(filter.from()));
        where.and("day <= ?", days(filter.to()));
        where.and("admitted_at >= ?", filter.from().toEpochMilli());
        where.and("admitted_at < ?", filter.to().toEpochMilli());
        where.andIfPresent("key_id = ?", filter.keyId());
        where.andIfPresent("team_id = ?", filter.teamId());
        where.andIfPresent("user_id = ?", filter.userId());
        where.andIfPresent(CALLED + " = ?", filter.model());
        String page = before == null ? "" : " AND (admitted_at, call_id, attempt) < (?, ?, ?)";
        return connections.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM calls"
                                    + where.sql()
                                    + page
                                    + " ORDER BY admitted_at DESC, call_id DESC, attempt DESC"
                                    + " LIMIT ?")) {
                Parameters parameters = where.bind(select);
                if (before != null) {
                    parameters
                            .number(before.admittedMillis())
                            .id(before.callId())
                            .number((long) before.attempt());
                }
                parameters.number((long) Math.clamp(rows, 1, MAX_ROWS));
                List<CallRow> calls = new ArrayList<>();
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        calls.add(readCall(found));
                    }
                }
                return calls;
            }
        });
    }

    private static String condition(Dimension dimension) {
        return switch (dimension) {
            case GATEWAY -> "";
            case TAG -> " AND tags LIKE ? ESCAPE '!'";
            case MODEL -> " AND (" + CALLED + " = ? OR model_group = ?)";
            default -> " AND " + CALL_COLUMNS.get(dimension) + " = ?";
        };
    }

    /** The tag as it stands in a row's list. */
    private static String tagText(String tag) {
        String list = Texts.ofList(List.of(tag));
        return list.substring(1, list.length() - 1);
    }

    private static void addTo(Map<String, BigInteger> spent, PreparedStatement select)
            throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                spent.merge(Columns.text(rows, "currency"), amount(rows, 2), BigInteger::add);
                spent.merge(DOLLARS, amount(rows, 3), BigInteger::add);
            }
        }
    }

    private static BigInteger amount(ResultSet row, int column) throws SQLException {
        String digits = row.getString(column);
        return digits == null ? BigInteger.ZERO : new BigDecimal(digits).toBigInteger();
    }

    private static SpendSum readSum(ResultSet row, Set<Detail> details) throws SQLException {
        return new SpendSum(
                Columns.text(row, "id"),
                details.contains(Detail.DAY) ? row.getLong("bucket") : 0,
                details.contains(Detail.MODEL) ? Columns.text(row, "model") : "",
                Columns.text(row, "currency"),
                row.getLong("requests"),
                row.getLong("failures"),
                row.getLong("unpriced"),
                row.getLong("cache_hits"),
                row.getLong("input_tokens"),
                row.getLong("output_tokens"),
                amount(row, row.findColumn("sum_cost_picos")),
                amount(row, row.findColumn("sum_dollar_picos")));
    }

    private static CallRow readCall(ResultSet row) throws SQLException {
        return new CallRow(
                new CallRow.Place(
                        row.getLong("admitted_at"),
                        UUID.fromString(Columns.text(row, "call_id")),
                        row.getInt("attempt")),
                row.getInt("day"),
                Columns.text(row, "request_id"),
                row.getLong("ended_at"),
                Columns.text(row, "outcome"),
                row.getInt("status"),
                row.getString("error_code"),
                row.getString("key_id"),
                row.getString("key_alias"),
                row.getString("user_id"),
                row.getString("team_id"),
                row.getString("organization_id"),
                row.getString("project_id"),
                row.getString("end_user"),
                Texts.list(Columns.text(row, "tags")),
                Columns.text(row, "endpoint"),
                row.getString("model_asked"),
                row.getString("model_group"),
                row.getString("model_sent"),
                row.getString("provider"),
                row.getString("target"),
                row.getBoolean("stream"),
                Columns.text(row, "usage_origin"),
                row.getLong("input_tokens"),
                row.getLong("output_tokens"),
                row.getLong("cached_input_tokens"),
                Columns.text(row, "cost_state"),
                Columns.text(row, "currency"),
                row.getLong("cost_picos"),
                row.getLong("dollar_picos"),
                row.getLong("first_byte_millis"),
                row.getLong("total_millis"));
    }

    private static Long days(Instant time) {
        return Duration.ofMillis(time.toEpochMilli()).toDays();
    }
}
