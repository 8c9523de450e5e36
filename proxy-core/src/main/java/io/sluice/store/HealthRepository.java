package io.sluice.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What processes have written down of the health of their targets. Blocks; throws {@link
 * StoreException}. Safe for any thread.
 */
public final class HealthRepository {

    private static final String PUT =
            "INSERT INTO target_health (process, document, updated_at) VALUES (?, ?, ?)"
                    + " ON CONFLICT (process) DO UPDATE SET document = excluded.document,"
                    + " updated_at = excluded.updated_at";
    private static final String FIND =
            "SELECT document FROM target_health ORDER BY CASE WHEN process = ? THEN 0 ELSE 1 END,"
                    + " updated_at DESC LIMIT 1";

    private final Connections connections;

    public HealthRepository(Connections connections) {
        this.connections = connections;
    }

    /** Keeps a process's document in place of the one before. */
    public void put(String process, String document, long nowMillis) {
        connections.write(connection -> {
            try (PreparedStatement put = connection.prepareStatement(PUT)) {
                new Parameters(put).text(process).text(document).number(nowMillis);
                return put.executeUpdate();
            }
        });
    }

    /** The document of a process, else the newest of any; {@code null} where there is none. */
    public @Nullable String find(String process) {
        List<String> found =
                connections.read(connection -> {
                    List<String> documents = new ArrayList<>();
                    try (PreparedStatement find = connection.prepareStatement(FIND)) {
                        new Parameters(find).text(process);
                        try (ResultSet rows = find.executeQuery()) {
                            while (rows.next()) {
                                documents.add(rows.getString(1));
                            }
                        }
                    }
                    return documents;
                });
        return found.isEmpty() ? null : found.getFirst();
    }
}
