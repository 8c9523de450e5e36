package io.sluice.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attempts that were admitted and not settled, as the journal knows them. One thread. */
final class OpenAttempts {

    private final Map<AttemptId, Open> attempts = new LinkedHashMap<>();

    /** Takes note of a record; the same one twice is the same as once. */
    void onRecord(RecordView record) {
        switch (record.type()) {
            case RecordLayout.ADMIT ->
                    attempts.compute(
                            record.id(),
                            (_, before) ->
                                    new Open(record, before == null ? null : before.progress));
            case RecordLayout.PROGRESS ->
                    attempts.computeIfPresent(
                            record.id(), (_, before) -> new Open(before.admit, record));
            case RecordLayout.SETTLE -> attempts.remove(record.id());
            default -> {}
        }
    }

    int size() {
        return attempts.size();
    }

    /** The records that say what is open, oldest first. */
    List<RecordView> records() {
        List<RecordView> records = new ArrayList<>();
        for (Open open : attempts.values()) {
            records.add(open.admit);
            if (open.progress != null) {
                records.add(open.progress);
            }
        }
        return records;
    }

    /** The rows that become of them when their process has ended. */
    List<RecordView> crashed() {
        return attempts.values().stream().map(open -> open.admit.crashed(open.progress)).toList();
    }

    private record Open(RecordView admit, @Nullable RecordView progress) {}
}
