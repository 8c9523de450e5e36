package io.sluice.admission;

/** What becomes of a call that asks to be admitted. */
public sealed interface Decision permits Permit, Refusal {}
