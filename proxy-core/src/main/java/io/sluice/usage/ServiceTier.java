package io.sluice.usage;

/** How urgently a provider served a call, which has a price of its own. */
public enum ServiceTier {
    /** As every call that says nothing. */
    STANDARD,
    /** When there is room. */
    FLEX,
    /** Before others. */
    PRIORITY,
    /** Within a day, as one of many. */
    BATCH
}
