package io.sluice.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Tells a {@link ChangeLog}'s listeners what other processes have changed.
 *
 * <p>On PostgreSQL a thread, {@code store-changes}, listens on a connection of its own, outside the
 * pools. On SQLite there are no other processes and there is no thread.
 */
public final class ChangeFeed implements AutoCloseable {

    /*
     * A notification says only that something of a kind has changed; what, is read from "changes",
     * from the last version that was seen on. So nothing is missed where notifications are: after
     * the connection was lost, and every few seconds besides, the versions are compared. Where the
     * notes of what changed have been forgotten already, or there are too many, the listeners are
     * told that anything of that kind may have changed. So they are at the first connection, since
     * nobody knows what they had read before.
     */

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final int NETWORK_TIMEOUT_MILLIS = 10_000;
    private static final int MAX_CHANGES = 1000;
    private static final long NEVER_SEEN = -1;

    private final Database database;
    private final ChangeLog log;
    private final StoreListener listener;
    private final @Nullable ScheduledThreadPoolExecutor thread;

    private final Map<ChangeKind, Long> seen = new EnumMap<>(ChangeKind.class);
    private volatile @Nullable Connection connection;
    private volatile boolean isClosed;
    private Duration retry = FIRST_RETRY;

    private ChangeFeed(Database database, ChangeLog log, StoreListener listener) {
        this.database = database;
        this.log = log;
        this.listener = listener;
        for (ChangeKind kind : ChangeKind.values()) {
            seen.put(kind, NEVER_SEEN);
        }
        thread =
                database.dialect() instanceof PostgresDialect
                        ? new ScheduledThreadPoolExecutor(1, ChangeFeed::newThread)
                        : null;
    }

    /** Begins to listen; the listeners of {@code log} hear what comes. */
    public static ChangeFeed start(Database database, ChangeLog log, StoreListener listener) {
        ChangeFeed feed = new ChangeFeed(database, log, listener);
        ScheduledThreadPoolExecutor thread = feed.thread;
        if (thread != null) {
            thread.execute(feed::listen);
        }
        return feed;
    }

    private static Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "store-changes");
        thread.setDaemon(true);
        return thread;
    }

    /** Listens until the connection is lost, and then again after a while. */
    private void listen() {
        try (Connection own = database.plain().getConnection()) {
            connection = own;
            own.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
            try (Statement statement = own.createStatement()) {
                statement.execute("LISTEN " + PostgresDialect.CHANNEL);
            }
            catchUp(own);
            retry = FIRST_RETRY;
            listener.onChangeFeedReady();
            PGConnection notifications = own.unwrap(PGConnection.class);
            while (!isClosed) {
                notifications.getNotifications(Math.toIntExact(LONGEST_WAIT.toMillis()));
                catchUp(own);
            }
        } catch (SQLException | RuntimeException e) {
            if (!isClosed) {
                listener.onChangeFeedLost(
                        new StoreException(
                                StoreException.Reason.UNAVAILABLE,
                                "changes of other processes are not heard: " + e.getMessage(),
                                e));
            }
        }
        listenAgain();
    }

    private void listenAgain() {
        ScheduledThreadPoolExecutor own = thread;
        if (own == null || isClosed) {
            return;
        }
        try {
            own.schedule(this::listen, retry.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            return;
        }
        Duration doubled = retry.multipliedBy(2);
        retry = doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled;
    }

    private void catchUp(Connection own) throws SQLException {
        for (Map.Entry<ChangeKind, Long> newest : newest(own).entrySet()) {
            ChangeKind kind = newest.getKey();
            long last = seen.getOrDefault(kind, NEVER_SEEN);
            if (newest.getValue() > last) {
                tell(kind, last, newest.getValue(), own);
                seen.put(kind, newest.getValue());
            }
        }
    }

    private void tell(ChangeKind kind, long last, long newest, Connection own)
            throws SQLException {
        List<String> ids =
                last == NEVER_SEEN || newest - last > MAX_CHANGES
                        ? List.of()
                        : changed(own, kind, last, newest);
        if (ids.size() != newest - last) {
            log.tell(kind, null);
            return;
        }
        for (String id : ids) {
            log.tell(kind, id);
        }
    }

    private static Map<ChangeKind, Long> newest(Connection own) throws SQLException {
        Map<ChangeKind, Long> versions = new EnumMap<>(ChangeKind.class);
        try (Statement statement = own.createStatement();
                ResultSet rows = statement.executeQuery("SELECT kind, version FROM versions")) {
            while (rows.next()) {
                ChangeKind kind = ChangeKind.find(Columns.text(rows, "kind"));
                if (kind != null) {
                    versions.put(kind, rows.getLong("version"));
                }
            }
        }
        return versions;
    }

    private static List<String> changed(Connection own, ChangeKind kind, long last, long newest)
            throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement select =
                own.prepareStatement(
                        "SELECT id FROM changes WHERE kind = ? AND version > ? AND version <= ?"
                                + " ORDER BY version")) {
            new Parameters(select).text(kind.code()).number(last).number(newest);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(Columns.text(rows, "id"));
                }
            }
        }
        return ids;
    }

    @Override
    public void close() {
        isClosed = true;
        ScheduledThreadPoolExecutor own = thread;
        if (own == null) {
            return;
        }
        own.shutdownNow();
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException _) {
                return;
            }
        }
    }
}
