package io.sluice.ledger;

/**
 * How the ledger is doing. Counts are since the start of the process.
 *
 * @param takesCalls whether there is no bound or disk in the way; a single call may be refused all
 *     the same while the ring is promised to others
 * @param ringUsedBytes promised to attempts or taken by records
 * @param ringBytes that may be promised
 * @param journalUsedBytes what the journal takes of the disk, the part being filled counted whole
 * @param journalBytes its bound
 * @param position how far the journal is on the disk, in bytes since it was begun
 * @param backlogBytes what its slowest reader has not passed
 * @param records moved from the ring into the journal
 * @param syncs of the journal
 * @param syncMicros what they took together
 * @param slowestSyncMicros what the slowest took
 */
public record LedgerStatus(
        boolean takesCalls,
        long ringUsedBytes,
        long ringBytes,
        long journalUsedBytes,
        long journalBytes,
        long position,
        long backlogBytes,
        long records,
        long syncs,
        long syncMicros,
        long slowestSyncMicros) {}
