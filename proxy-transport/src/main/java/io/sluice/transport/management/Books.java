package io.sluice.transport.management;

import io.sluice.auth.KeyDigests;
import io.sluice.auth.NewKeys;
import io.sluice.auth.RequestCounts;
import io.sluice.auth.SealedText;
import io.sluice.store.BudgetRepository;
import io.sluice.store.CredentialRepository;
import io.sluice.store.KeyRepository;
import io.sluice.store.OwnerRepository;
import java.time.InstantSource;

/** Whatever the management of accounts reads and writes. Safe for any thread. */
public record Books(
        KeyRepository keys,
        OwnerRepository owners,
        BudgetRepository budgets,
        CredentialRepository credentials,
        KeyDigests digests,
        NewKeys newKeys,
        SealedText seal,
        RequestCounts counts,
        InstantSource clock) {}
