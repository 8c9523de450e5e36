package io.sluice.bench.compare;

/**
 * How far a gateway's books are, as its metrics say.
 *
 * @param rows written into the database since its start
 * @param backlogBytes of the journal whose rows are not there yet
 */
public record LedgerState(long rows, long backlogBytes) {}
