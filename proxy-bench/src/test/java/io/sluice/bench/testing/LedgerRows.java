package io.sluice.bench.testing;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rows of a ledger as they stand in the database, read with no code of the gateway's. */
public final class LedgerRows {

    private LedgerRows() {}

    /** One row, as far as tests compare it. */
    public record Row(
            String requestId,
            int attempt,
            String outcome,
            String origin,
            long inputTokens,
            long outputTokens,
            long dollarPicos) {}

    /** The rows of the embedded database in {@code stateFolder}. */
    public static List<Row> ofSqlite(Path stateFolder) throws SQLException {
        return of("jdbc:sqlite:" + stateFolder.resolve("sluice.db"));
    }

    /** The rows of a PostgreSQL, from its URL with user and password. */
    public static List<Row> ofPostgres(String url) throws SQLException {
        URI uri = URI.create(url);
        String[] credentials = uri.getUserInfo().split(":", 2);
        return of(
                "jdbc:postgresql://%s:%d%s?user=%s&password=%s"
                        .formatted(
                                uri.getHost(),
                                uri.getPort(),
                                uri.getPath(),
                                credentials[0],
                                credentials[1]));
    }

    private static List<Row> of(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery(
                                "SELECT request_id, attempt, outcome, usage_origin, input_tokens,"
                                        + " output_tokens, dollar_picos FROM calls")) {
            List<Row> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(
                        new Row(
                                result.getString(1),
                                result.getInt(2),
                                result.getString(3).toLowerCase(Locale.ROOT),
                                result.getString(4).toLowerCase(Locale.ROOT),
                                result.getLong(5),
                                result.getLong(6),
                                result.getLong(7)));
            }
            return rows;
        }
    }

    /** The rows of each call, by request id. */
    public static Map<String, List<Row>> byCall(List<Row> rows) {
        Map<String, List<Row>> byCall = new HashMap<>();
        for (Row row : rows) {
            byCall.computeIfAbsent(row.requestId(), _ -> new ArrayList<>()).add(row);
        }
        return byCall;
    }
}
