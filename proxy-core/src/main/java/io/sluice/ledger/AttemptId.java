package io.sluice.ledger;

/**
 * Names one attempt for ever: the event id of its row.
 *
 * @param callHigh the first half of the call's 128 bits
 * @param callLow the second half
 * @param attempt counts the call's attempts from 1
 */
public record AttemptId(long callHigh, long callLow, int attempt) {}
