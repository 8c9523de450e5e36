package io.sluice.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The responses that providers keep, in the database. Blocks; throws {@link StoreException}. Safe
 * for any thread.
 */
public final class ResponseRepository {

    private static final String UPSERT =
            Columns.insertion(
                            "stored_responses",
                            List.of(
                                    "id",
                                    "key_id",
                                    "model",
                                    "target",
                                    "address",
                                    "created_at",
                                    "call_id",
                                    "admitted_at",
                                    "request_id",
                                    "model_group",
                                    "end_user",
                                    "tags",
                                    "booked"))
                    + " ON CONFLICT (id) DO UPDATE SET call_id = excluded.call_id, admitted_at ="
                    + " excluded.admitted_at, request_id = excluded.request_id, model_group ="
                    + " excluded.model_group, end_user = excluded.end_user, tags = excluded.tags,"
                    + " booked = excluded.booked WHERE stored_responses.key_id = excluded.key_id";

    private final Connections connections;

    /** As one side of the database sees them. */
    public ResponseRepository(Connections connections) {
        this.connections = connections;
    }

    /**
     * A step.
     *
     * @param record what is known of the response from here on; {@code null} where it is forgotten
     */
    public record Change(String id, @Nullable ResponseRecord record) {}

    /** Takes all steps, in their order, or none. */
    public void write(List<Change> changes) {
        int _ =
                connections.write(connection -> {
                    for (Change change : changes) {
                        ResponseRecord kept = change.record();
                        if (kept == null) {
                            delete(connection, change.id());
                        } else {
                            upsert(connection, kept);
                        }
                    }
                    return changes.size();
                });
    }

    /**
     * The response of that id.
     *
     * @param afterMillis what was stored before is not found
     */
    public @Nullable ResponseRecord find(String id, long afterMillis) {
        return connections.readFirst(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM stored_responses WHERE id = ? AND created_at > ?")) {
                new Parameters(select).text(id).number(afterMillis);
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() ? List.of(read(rows)) : List.of();
                }
            }
        });
    }

    /**
     * Removes what was stored before a moment.
     *
     * @return how many
     */
    public int removeBefore(long millis) {
        return connections.write(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement(
                            "DELETE FROM stored_responses WHERE created_at <= ?")) {
                new Parameters(delete).number(millis);
                return delete.executeUpdate();
            }
        });
    }

    private static void delete(Connection connection, String id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM stored_responses WHERE id = ?")) {
            new Parameters(delete).text(id);
            delete.executeUpdate();
        }
    }

    private static void upsert(Connection connection, ResponseRecord kept) throws SQLException {
        ResponseRecord.Work work = kept.work();
        try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
            Parameters parameters =
                    new Parameters(upsert)
                            .text(kept.id())
                            .text(kept.keyId())
                            .text(kept.model())
                            .text(kept.target())
                            .text(kept.address())
                            .number(kept.createdMillis());
            if (work == null) {
                parameters
                        .noId()
                        .number(0L)
                        .text("")
                        .text(null)
                        .text(null)
                        .text(Texts.ofList(List.of()))
                        .truth(false);
            } else {
                parameters
                        .id(work.callId())
                        .number(work.admittedMillis())
                        .text(work.requestId())
                        .text(work.modelGroup())
                        .text(work.endUser())
                        .text(Texts.ofList(work.tags()))
                        .truth(work.isBooked());
            }
            upsert.executeUpdate();
        }
    }

    private static ResponseRecord read(ResultSet row) throws SQLException {
        String callId = row.getString("call_id");
        ResponseRecord.Work work =
                callId == null
                        ? null
                        : new ResponseRecord.Work(
                                UUID.fromString(callId),
                                row.getLong("admitted_at"),
                                Columns.text(row, "request_id"),
                                row.getString("model_group"),
                                row.getString("end_user"),
                                Texts.list(Columns.text(row, "tags")),
                                row.getBoolean("booked"));
        return new ResponseRecord(
                Columns.text(row, "id"),
                Columns.text(row, "key_id"),
                Columns.text(row, "model"),
                Columns.text(row, "target"),
                Columns.text(row, "address"),
                row.getLong("created_at"),
                work);
    }
}
