package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever pays beside keys, and what they may spend. */
class AccountsTest {

    @TempDir private Path folder;

    private final ChangeLog changes = new ChangeLog(InstantSource.fixed(Samples.NOW));

    @ParameterizedTest
    @EnumSource
    void storesOwnersOfEveryKind(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            OwnerRepository owners = new OwnerRepository(database.admin(), changes);
            for (OwnerKind kind : OwnerKind.values()) {
                OwnerRecord stored = owners.insert(Samples.owner(kind, "one"));
                owners.insert(Samples.owner(kind, "two"));

                assertThat(owners.find(kind, "one")).isEqualTo(stored);
                assertThat(owners.findByAlias(kind, "alias-one")).isEqualTo(stored);
                assertThat(stored)
                        .usingRecursiveComparison()
                        .ignoringFields("stamp")
                        .isEqualTo(Samples.owner(kind, "one"));
                OwnerRecord changed = owners.update(stored);
                assertThatThrownBy(() -> owners.update(stored))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("read it again");
                assertThat(changed.stamp().version()).isGreaterThan(stored.stamp().version());
                assertThat(owners.list(kind, "one", 10))
                        .extracting(OwnerRecord::id)
                        .containsExactly("two");
                assertThat(owners.resetSpend(kind, "one", Samples.NOW, "joe")).isTrue();
                assertThat(owners.delete(kind, "one")).isTrue();
                assertThat(owners.delete(kind, "one")).isFalse();
                assertThat(owners.find(kind, "one")).isNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void storesBudgets(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            BudgetRepository budgets = new BudgetRepository(database.admin(), changes);

            BudgetRecord stored = budgets.insert(Samples.budget("gold"));

            assertThat(budgets.find("gold")).isEqualTo(stored);
            assertThat(budgets.list("", 10)).containsExactly(stored);
            BudgetRecord changed = budgets.update(stored);
            assertThat(budgets.find("gold")).isEqualTo(changed);
            assertThatThrownBy(() -> budgets.update(stored)).isInstanceOf(StoreException.class);
            assertThat(budgets.delete("gold")).isTrue();
            assertThat(budgets.find("gold")).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void storesSealedCredentials_andShowsNone(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            CredentialRepository credentials =
                    new CredentialRepository(database.admin(), changes);

            CredentialRecord stored = credentials.insert(Samples.credential("c1", "p1"));
            credentials.insert(Samples.credential("c2", "p2"));

            assertThat(credentials.find("c1")).isEqualTo(stored);
            assertThat(credentials.ofProject("p1")).containsExactly(stored);
            assertThat(credentials.list("", 10)).hasSize(2);
            assertThat(credentials.update(stored).stamp().version()).isGreaterThan(1);
            assertThat(credentials.delete("c1")).isTrue();
            assertThat(stored.toString()).doesNotContain("planted");
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesWhatCannotBeStored(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            OwnerRepository owners = new OwnerRepository(database.admin(), changes);

            owners.insert(Samples.owner(OwnerKind.TAG, "a\0b\uD800c😀"));

            assertThat(owners.find(OwnerKind.TAG, "a\uFFFDb\uFFFDc😀")).isNotNull();
        }
    }
}
