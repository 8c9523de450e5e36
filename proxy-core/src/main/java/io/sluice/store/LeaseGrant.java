package io.sluice.store;

/**
 * What a process was given of a budget. Immutable.
 *
 * @param epoch of the lease; each lease has a larger one than all before it in its window
 * @param isNew whether the lease begins with this grant: what was granted before does not count
 * @param addedPicos at least 0, in 10^-12 of the budget's currency
 * @param leftPicos what could still be granted to anybody
 */
public record LeaseGrant(long epoch, boolean isNew, long addedPicos, long leftPicos) {}
