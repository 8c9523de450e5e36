package io.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Settings;
import io.sluice.testing.SettingsFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyTableTest {

    private final Settings settings =
            new SettingsFixture()
                    .masterKey("sk-master")
                    .key("ci", "sk-ci", "gpt-*")
                    .key("ümlaut", "sk-ü")
                    .build();
    private final KeyTable keys = KeyTable.of(settings);

    @Test
    void knowsWhoseKeyItIs() {
        Principal ci = keys.find("sk-ci");
        Principal umlaut = keys.find("sk-ü");

        assertThat(ci).isNotNull();
        assertThat(ci.alias()).isEqualTo("ci");
        assertThat(ci.isAdmin()).isFalse();
        assertThat(ci.models().allows("gpt-4o", List.of())).isTrue();
        assertThat(ci.models().allows("claude", List.of())).isFalse();
        assertThat(umlaut).isNotNull();
        assertThat(umlaut.models()).isSameAs(ModelAccess.ALL);
    }

    @Test
    void letsTheMasterKeyManage() {
        Principal master = keys.find("sk-master");

        assertThat(master).isNotNull();
        assertThat(master.alias()).isEqualTo("master");
        assertThat(master.isAdmin()).isTrue();
        assertThat(master.models()).isSameAs(ModelAccess.ALL);
    }

    @Test
    void knowsNobody_byAnotherText() {
        for (String other : List.of("", "sk-c", "sk-ci ", "SK-CI", "sk-cii", "sk-u")) {
            assertThat(keys.find(other)).as(other).isNull();
        }
    }

    @Test
    void hasNoAdministrator_withoutMasterKey() {
        KeyTable plain = KeyTable.of(new SettingsFixture().key("ci", "sk-ci").build());

        assertThat(plain.find("sk-ci")).isNotNull();
        assertThat(plain.find("sk-master")).isNull();
    }

    @Test
    void takesTheMasterKeyForTheMaster_alsoWhereAnEntryRepeatsIt() {
        KeyTable doubled =
                KeyTable.of(new SettingsFixture().masterKey("sk-1").key("ci", "sk-1").build());

        Principal found = doubled.find("sk-1");
        assertThat(found).isNotNull();
        assertThat(found.isAdmin()).isTrue();
    }

    @Test
    void showsNoKey() {
        assertThat(String.valueOf(keys.find("sk-ci"))).contains("ci").doesNotContain("sk-");
    }
}
