package io.sluice.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The tables of PostgreSQL that hold one day of {@code calls} each. Safe for any thread. */
final class Partitions {

    /*
     * A table is made apart and attached, which lets rows be written meanwhile; CREATE TABLE ...
     * PARTITION OF would wait for every writer and stop the next ones. A lock of their own keeps two
     * processes from making the same one.
     */

    private static final String PREFIX = "calls_";
    private static final long LOCK = 0x736c_7569_6365_0001L;

    private final Connections connections;
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();

    Partitions(Connections connections) {
        this.connections = connections;
    }

    /** Makes the day's table if it is not there. */
    void ensure(int day) {
        if (known.contains(day)) {
            return;
        }
        connections.write(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                if (!days(statement).contains(day)) {
                    make(statement, day);
                }
            }
            return day;
        });
        known.add(day);
    }

    /** The days that have a table. */
    Set<Integer> days() {
        return connections.read(connection -> {
            try (Statement statement = connection.createStatement()) {
                return days(statement);
            }
        });
    }

    /** Drops the day's table with its rows. */
    void drop(int day) {
        connections.write(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                if (days(statement).contains(day)) {
                    statement.execute("ALTER TABLE calls DETACH PARTITION " + name(day));
                    statement.execute("DROP TABLE " + name(day));
                }
            }
            return day;
        });
        known.remove(day);
    }

    /** Forgets which days have a table, so that the next one is looked up. */
    void forget() {
        known.clear();
    }

    static String name(int day) {
        return PREFIX + LocalDate.ofEpochDay(day).format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private static void make(Statement statement, int day) throws SQLException {
        String name = name(day);
        statement.execute("CREATE TABLE " + name + " (LIKE calls INCLUDING ALL)");
        statement.execute(
                "ALTER TABLE calls ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)"
                        .formatted(name, day, day + 1));
    }

    private static Set<Integer> days(Statement statement) throws SQLException {
        Set<Integer> days = new TreeSet<>();
        try (ResultSet rows =
                statement.executeQuery(
                        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                                + " WHERE i.inhparent = 'calls'::regclass")) {
            while (rows.next()) {
                String date = Columns.text(rows, "relname").substring(PREFIX.length());
                days.add(
                        Math.toIntExact(
                                LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE)
                                        .toEpochDay()));
            }
        }
        return days;
    }

}
